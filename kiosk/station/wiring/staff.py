"""`kiosk staff`: the board of this terminal, or of several through ssh."""

from __future__ import annotations

import asyncio
import getpass
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.settings import Settings, SettingsError, load, load_if_there

if TYPE_CHECKING:
    from kiosk.control.client import BoardClient
    from screens.staff.app import StaffApp
    from screens.staff.site import StaffSite

RELAY = ("kiosk", "control", "relay")
"""What is started on the other terminal; the door there lets it in (kiosk.door)."""
SSH = ("ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15")
"""Without a terminal of its own and without questions: the board has the screen. Keys only, as the door wants it."""
REMOTE_WAIT = 15.0
"""Longest wait between two tries to reach a terminal; one that is switched off answers no sooner."""
_TARGET = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.:-]*")
"""No option of ssh begins like that."""


@click.command()
@click.argument("terminals", nargs=-1, metavar="[TERMINAL]...")
@click.option("--as", "name", metavar="NAME", help="Who sits here, for the record; the forced command of ssh gives it.")
@click.pass_obj
def staff(config: Path | None, terminals: tuple[str, ...], name: str | None) -> None:
    """The staff's board: how the terminals are, today's visits, and the desk's own entries.

    Without a TERMINAL the one on this machine. With some, each is reached by `ssh TERMINAL kiosk control relay`: a
    name of ~/.ssh/config, a host, or USER@HOST, with a key that needs no password. Each may be down and come back.
    `?` on the board lists the keys; q leaves. It needs a terminal of at least 80 columns and 24 rows.

    \b
    Examples:
      kiosk staff
      kiosk staff kiosk-staff@k01 kiosk-staff@k02
      ssh -t kiosk-staff@k01                        the same on the terminal itself
      kiosk status --json                           without a terminal: for scripts
    """
    _require_terminal()
    wrong = [terminal for terminal in terminals if not _TARGET.fullmatch(terminal)]
    if wrong:
        raise click.UsageError(f"{wrong[0]!r} is no terminal: give a host, USER@HOST, or a name of ~/.ssh/config")
    if terminals and shutil.which(SSH[0]) is None:
        raise click.ClickException("ssh is missing here; install openssh-client")
    try:
        settings = load_if_there(config) if terminals else load(config)
    except SettingsError as unusable:
        raise click.ClickException(str(unusable)) from unusable
    try:
        sys.exit(asyncio.run(_run(_boards(terminals, settings, name), settings, name)))
    except ValueError as unfit:
        raise click.UsageError("--as: at most 40 characters, without parentheses") from unfit


def _require_terminal() -> None:
    from screens.staff.site import SMALLEST

    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise click.ClickException(
            "the board needs a terminal; through ssh give it one with -t. For scripts: kiosk status --json"
        )
    if os.environ.get("TERM", "dumb") == "dumb":
        raise click.ClickException("the board needs a terminal that can move its cursor; TERM is not set, or dumb")
    columns, rows = os.get_terminal_size(sys.stderr.fileno())
    if (columns and columns < SMALLEST[0]) or (rows and rows < SMALLEST[1]):
        raise click.ClickException(
            f"this terminal has {columns}x{rows}; the board needs {SMALLEST[0]}x{SMALLEST[1]}: make the window larger"
        )


def _boards(terminals: tuple[str, ...], settings: Settings | None, name: str | None) -> dict[str, BoardClient]:
    """The boards by the terminals' names."""
    from kiosk.control.client import BoardClient
    from kiosk.control.connecting import over_command
    from kiosk.station.asking import local_board

    if not terminals:
        if settings is None:  # unreachable: `load` raised
            raise SettingsError("no configuration")
        return {settings.terminal.name: local_board(settings, name)}
    return {
        terminal: BoardClient(
            terminal.rpartition("@")[2],
            over_command(*SSH, "--", terminal, *RELAY),
            name=name,
            longest_wait=REMOTE_WAIT,
        )
        for terminal in terminals
    }


async def _run(boards: dict[str, BoardClient], settings: Settings | None, name: str | None) -> int:
    from screens.staff.app import StaffApp
    from screens.staff.site import Terminal

    app = StaffApp(
        [Terminal(at, board, partial(_who, board)) for at, board in boards.items()], staff_site(settings, name)
    )
    loop = asyncio.get_running_loop()
    # A library's error that nobody fetched would be printed with its values; where it was is enough.
    loop.set_exception_handler(lambda _loop, context: app.strays.add(_where(context)))
    # In the terminal Ctrl-C is a key; whoever sends the signal means the same.
    endings = {signal.SIGTERM: app.exit, signal.SIGHUP: app.exit, signal.SIGINT: app.leave}
    with ExitStack() as undo:
        for number, end in endings.items():
            loop.add_signal_handler(number, end)
            undo.callback(loop.remove_signal_handler, number)
        async with AsyncExitStack() as held:
            for board in boards.values():
                await held.enter_async_context(board)
            # No mouse: the board is for keys, and every move of one would go over the line.
            await app.run_async(mouse=False)
    return _left(app)


def _who(board: BoardClient) -> str:
    return board.who


def _where(context: dict[str, Any]) -> str:
    from screens.crash import summary

    error = context.get("exception")
    return summary(error) if isinstance(error, BaseException) else "asyncio"


def _left(app: StaffApp) -> int:
    """What is said when the board is gone; the exit code."""
    for words in left_behind(app):
        click.echo(words, err=True)
    for where in sorted(app.strays):
        click.echo(f"kiosk staff: {where}", err=True)
    if app.return_code:
        click.echo(f"kiosk staff: {app.crash}", err=True)
        return os.EX_SOFTWARE
    return os.EX_OK


def left_behind(app: StaffApp) -> Iterator[str]:
    """A sentence for every visit of which the board did not learn whether its last entry was recorded."""
    for number in sorted({*app.errands.unsure.values(), *app.errands.entering.values()}):
        yield f"{number}: 記録できたかどうか、まだわかりません。もう一度ひらいて、その受付の記録を見てください。"


def staff_site(settings: Settings | None, name: str | None = None) -> StaffSite:
    """What the board knows of the place; without a configuration as Japan's sites are."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from rich.cells import cell_len

    from kiosk.printout.lines import break_lines
    from kiosk.settings import ControlSection
    from kiosk.station.wiring.staff_guide import guide_pages
    from screens.staff.site import StaffSite

    zone = settings.zone if settings else ZoneInfo("Asia/Tokyo")
    control = settings.control if settings else ControlSection()
    return StaffSite(
        fold=lambda text, width: break_lines(text, width, cell_len),
        who=name or _login(),
        guide=partial(guide_pages, settings),
        forget_seconds=control.forget_seconds,
        now=lambda: datetime.now(zone),
    )


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
