"""`kiosk doctor`: is this terminal well, and what has to be typed where it is not?"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import click

from kiosk import __version__
from kiosk.doctor.finding import Level
from kiosk.doctor.report import (
    COLOURS,
    REMEDY,
    Exit,
    as_json,
    exit_before_start,
    exit_of,
    finding_lines,
    head_line,
    summary,
)
from kiosk.doctor.symptoms import Layer
from kiosk.doctor.walk import ALL_SECONDS, Visited, Walk
from kiosk.settings import SettingsError, chosen_path, load
from kiosk.station.wiring.doctor.checks import BEFORE_START, WITHOUT_CONFIGURATION, Terminal
from kiosk.station.wiring.doctor.devices import running_kiosk

BEFORE_START_SECONDS = 10.0
"""For all checks before the service starts: nobody waits longer for the kiosk because of its doctor."""
_PRIORITIES = {Level.OK: "<6>", Level.WARNING: "<4>", Level.FAILURE: "<3>"}
"""How a line begins for the journal, so that `journalctl -p warning` finds it."""
_CLEAR = "\r\x1b[K"


@click.command()
@click.option("--json", "json_", is_flag=True, help="The whole report as one JSON object.")
@click.option(
    "--only",
    "chosen",
    multiple=True,
    type=click.Choice([layer.value for layer in Layer]),
    metavar="LAYER",
    help="Only that layer; may be given several times.",
)
@click.option("--list", "only_list", is_flag=True, help="List the layers.")
@click.option("--print", "print_slip", is_flag=True, help="Print a test slip too.")
@click.option("--before-start", is_flag=True, help="For the service: the quick layers, and only what is wrong.")
@click.pass_obj
def doctor(
    config: Path | None, json_: bool, chosen: tuple[str, ...], only_list: bool, print_slip: bool, before_start: bool
) -> None:
    """Walk through every layer of this terminal, and tell what is wrong and what to type.

    While the kiosk runs, its reader, printer, scanner and sound are not touched: what the kiosk says of them counts.

    \b
    Exit codes: 0 all is well, 1 warnings, 2 failures, 3 no configuration (only what needs none was examined).
    With --before-start: 0 unless the kiosk could not even show that it is out of order.

    \b
    Examples:
      sudo kiosk doctor                       everything
      sudo -u kiosk kiosk doctor              the same with the kiosk's own rights
      kiosk doctor --only printer --print     one layer, with a test slip
      ssh k01 kiosk doctor --json             for monitoring
    """
    if only_list:
        for layer in Layer:
            click.echo(f"{layer.value:<15}{layer.word}")
        return
    if before_start and (chosen or print_slip):
        raise click.UsageError("--before-start goes with neither --only nor --print")
    layers = frozenset(map(Layer, chosen)) or (BEFORE_START if before_start else frozenset(Layer))
    if print_slip and Layer.PRINTER not in layers:
        raise click.UsageError("--print needs the layer printer")
    terminal = _terminal(config, network=not before_start, print_slip=print_slip)
    walk = Walk(terminal.checks(layers), BEFORE_START_SECONDS if before_start else ALL_SECONDS)
    for_journal = before_start or _stands_in_journal()
    _walk(walk, _Journal(before_start=before_start) if for_journal else _Screen(), silent=json_)
    configured = terminal.settings is not None or layers <= WITHOUT_CONFIGURATION
    code = (exit_before_start if before_start else exit_of)(walk, configured=configured)
    if json_:
        kiosk = terminal.settings.terminal.name if terminal.settings else None
        report = as_json(walk, code, kiosk=kiosk, version=__version__, running=terminal.status is not None)
        click.echo(json.dumps(report, ensure_ascii=False))
    _leave(code, walk)


def _terminal(config: Path | None, *, network: bool, print_slip: bool) -> Terminal:
    file = chosen_path(config)
    try:
        settings = load(file)
    except SettingsError as wrong:
        return Terminal(file, wrong=tuple(str(wrong).splitlines()))
    return Terminal(file, settings, (), running_kiosk(settings.terminal.run), network, print_slip)


class _Screen:
    """For somebody who watches: which layer is examined, then its line and what was found."""

    def __init__(self) -> None:
        # Only where it can be wiped away again.
        self._progress = sys.stderr.isatty()
        self._columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None

    def begins(self, layer: Layer) -> None:
        if self._progress:
            click.echo(f"{_CLEAR}調べています: {layer.word} ...", nl=False, err=True)

    def wipe(self) -> None:
        if self._progress:
            click.echo(_CLEAR, nl=False, err=True)

    def show(self, visited: Visited) -> None:
        level, line = head_line(visited)
        click.echo(f"{click.style(level.word, fg=COLOURS[level], bold=True)}  {line}")
        for finding in visited.examined.findings:
            for said in finding_lines(finding, self._columns):
                click.secho(said, fg=COLOURS[finding.level] if finding.level else None)

    def end(self, walk: Walk) -> None:
        click.secho(summary(walk), fg=COLOURS[walk.level], bold=True)


class _Journal:
    """For the journal: a line for each warning and failure, and one at the end."""

    def __init__(self, *, before_start: bool) -> None:
        self._prefixed = _stands_in_journal()
        self._title = "起動前の確認" if before_start else "確認"

    def begins(self, layer: Layer) -> None:
        """Nobody watches."""

    def wipe(self) -> None:
        """Nothing to wipe."""

    def show(self, visited: Visited) -> None:
        for finding in visited.examined.findings:
            if finding.level:
                remedy = f" {REMEDY}{finding.remedy}" if finding.remedy else ""
                self._line(finding.level, f"{finding.level.word} {finding.layer.word}: {finding.words}{remedy}")

    def end(self, walk: Walk) -> None:
        self._line(walk.level, f"{self._title}: {summary(walk)}")

    def _line(self, level: Level, line: str) -> None:
        click.echo(f"{_PRIORITIES[level] if self._prefixed else ''}{line}")


def _walk(walk: Walk, view: _Screen | _Journal, *, silent: bool) -> None:
    """Walk to the end; `silent` shows the progress only."""
    for visited in walk.steps(view.begins):
        view.wipe()
        if not silent:
            view.show(visited)
    if not silent:
        view.end(walk)


def _stands_in_journal() -> bool:
    """Whether systemd has connected standard output to the journal (systemd.exec(5), JOURNAL_STREAM)."""
    try:
        output = os.fstat(sys.stdout.fileno())
    except OSError:  # not a file: in a test
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{output.st_dev}:{output.st_ino}"


def _leave(code: Exit, walk: Walk) -> NoReturn:
    """End the process; a check that hangs would hold it up, as Python waits for the threads of its loops."""
    if walk.hangs:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
