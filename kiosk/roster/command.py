"""`kiosk roster`: today's appointments from a CSV file of the checkup system."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from kiosk.roster.problems import Problem, RosterError, RosterUnavailable
from kiosk.settings import Settings, SettingsError, chosen_path, load

if TYPE_CHECKING:
    from kiosk.roster.store import DayRoster, Store
    from kiosk.roster.summary import Summary
    from kiosk.roster.table import Progress

DEFAULT_ZONE = ZoneInfo("Asia/Tokyo")
"""Of machines without a configuration, where a file is only checked."""

_FILE = click.Path(path_type=Path)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
_DAY = click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="The day of lines that name none, yyyy-mm-dd; else today."
)


@click.group("roster")
def roster() -> None:
    """Today's appointments (予約名簿). All of it may be done while the kiosk runs."""


@roster.command("import")
@click.argument("file", type=_FILE)
@_DAY
@_AS_JSON
@click.pass_obj
def import_roster(config: Path | None, file: Path, day: datetime | None, as_json: bool) -> None:
    """Take the appointments of FILE, in place of all that were there before.

    FILE is a CSV in UTF-8 or CP932 (Shift_JIS) whose first line names the columns, in Japanese or English; see
    `kiosk roster template`. It is taken as a whole or not at all. A running kiosk uses it within two seconds. The
    kiosk keeps it encrypted, and erases it when its last day is over.

    Exit codes: 0 imported, 1 nothing was imported and every problem is named by line, column and remedy, 2 usage.

    \b
    Examples:
      sudo kiosk roster import today.csv
      sudo kiosk roster import tomorrow.csv --day 2026-11-21
      sudo -u kiosk kiosk roster import today.csv --json
    """
    settings = _settings(config)
    today = datetime.now(settings.zone).date()
    found, summary, notes = _checked(file, today, day, as_json)
    with _available():
        _store(settings).write(found)
    _tell(file, summary, notes, found.last_day, as_json, imported=True)


@roster.command("check")
@click.argument("file", type=_FILE)
@_DAY
@_AS_JSON
@click.pass_obj
def check(config: Path | None, file: Path, day: datetime | None, as_json: bool) -> None:
    """Read FILE as `kiosk roster import` does, and import nothing.

    Exit codes: 0 it can be imported, 1 it cannot, 2 usage.

    \b
    Examples:
      kiosk roster check today.csv
      kiosk roster check today.csv --json
    """
    today = datetime.now(_zone(config)).date()
    found, summary, notes = _checked(file, today, day, as_json)
    _tell(file, summary, notes, found.last_day, as_json, imported=False)


@roster.command("template")
@click.option("--encoding", type=click.Choice(["utf-8", "cp932"]), default="utf-8", show_default=True)
@click.pass_obj
def print_template(config: Path | None, encoding: str) -> None:
    """Print an example of a roster file, with invented people of today.

    \b
    Examples:
      kiosk roster template > today.csv
      kiosk roster template --encoding cp932 > today.csv
    """
    from kiosk.roster.template import template

    # The mark at the beginning tells a spreadsheet that it is UTF-8.
    codec = "cp932" if encoding == "cp932" else "utf-8-sig"
    sys.stdout.buffer.write(template(datetime.now(_zone(config)).date()).encode(codec))


@roster.command("erase")
@_AS_JSON
@click.pass_obj
def erase(config: Path | None, as_json: bool) -> None:
    """Erase the roster now, and what `kiosk precheck` asked for it; a running kiosk forgets both within two seconds.

    \b
    Example:
      sudo kiosk roster erase
    """
    settings = _settings(config)
    with _available():
        erased = _store(settings).erase()
        _erase_answers(settings)
    click.echo(json.dumps({"erased": erased}) if as_json else "roster erased" if erased else "there was no roster")


def _checked(
    file: Path, today: date, day: datetime | None, as_json: bool
) -> tuple[DayRoster, Summary, tuple[str, ...]]:
    """The roster of the file; ends the command when it has a problem."""
    from kiosk.roster.store import DayRoster
    from kiosk.roster.summary import Summary
    from kiosk.roster.table import read_table

    try:
        with _progress(hidden=as_json) as progress:
            table = read_table(file, progress)
        if day is not None:
            given = day.date()
            table = replace(table, lines=tuple(replace(line, day=line.day or given) for line in table.lines))
        found = DayRoster(table.lines, today)
        if found.last_day < today:
            remedy = f"its last day, {found.last_day.isoformat()}, is over; export today's roster"
            raise RosterError(file, [Problem(0, "", remedy)])
    except RosterError as wrong:
        if as_json:
            problems = [asdict(problem) for problem in wrong.problems]
            click.echo(json.dumps({"file": str(file), "imported": False, "problems": problems}, ensure_ascii=False))
        else:
            click.echo(str(wrong), err=True)
            click.echo(f"Error: {file}: {_count(len(wrong.problems), 'problem')}; nothing was imported", err=True)
        sys.exit(1)
    return found, Summary.of(found.lines), table.notes


def _tell(
    file: Path, summary: Summary, notes: tuple[str, ...], last_day: date, as_json: bool, *, imported: bool
) -> None:
    if as_json:
        told = {
            "file": str(file),
            "imported": imported,
            "lines": summary.lines,
            "days": {day.isoformat(): count for day, count in summary.days.items()},
            "without_day": summary.without_day,
            "erased_after": last_day.isoformat(),
            "missing": {column.value[0]: count for column, count in summary.missing.items()},
            "notes": notes,
            "problems": [],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    days = [f"{day.isoformat()}: {count}" for day, count in summary.days.items()]
    days += [f"without a day: {summary.without_day}"] if summary.without_day else []
    click.echo(f"{file}: {_count(summary.lines, 'line')} {'imported' if imported else 'can be imported'}")
    click.echo(f"  {', '.join(days)}")
    if summary.missing:
        lacking = (f"{count} without {column.title}" for column, count in summary.missing.items())
        click.echo(f"  {', '.join(lacking)}")
    for note in notes:
        click.echo(f"  {note}")
    if summary.without_day:
        click.echo("  lines without a day count on every day until the roster is erased (--day gives them one)")
    click.echo(f"  the kiosk erases it when {last_day.isoformat()} is over")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


@contextmanager
def _progress(*, hidden: bool) -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal."""
    with click.progressbar(
        length=1, label="reading", file=sys.stderr, show_eta=False, hidden=hidden or not sys.stderr.isatty()
    ) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield progress


def _store(settings: Settings) -> Store:
    from kiosk.roster.store import Store

    return Store(settings.terminal.state)


def _erase_answers(settings: Settings) -> None:
    from kiosk.sealed.file import PRECHECK_NAME, SealedFile

    SealedFile(settings.terminal.state, PRECHECK_NAME, RosterUnavailable, "").erase()


def _settings(config: Path | None) -> Settings:
    try:
        return load(config)
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong


def _zone(config: Path | None) -> ZoneInfo:
    """The site's time zone, where there is a configuration or one was asked for."""
    return _settings(config).zone if config or chosen_path().exists() else DEFAULT_ZONE


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except RosterUnavailable as trouble:
        raise click.ClickException(str(trouble)) from trouble
