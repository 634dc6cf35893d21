"""`kiosk control relay`: this terminal's control socket for a board on another machine."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk.settings import Settings, SettingsError, load


@click.group()
def control() -> None:
    """The control socket of the kiosk on this machine.

    \b
    Example:
      ssh kiosk-staff@k01 kiosk control relay
    """


@control.command("relay")
@click.option("--as", "name", metavar="NAME", help="Who sits at the other end, for the record.")
@click.pass_obj
def relay_command(config: Path | None, name: str | None) -> None:
    """Connect standard input and output with the kiosk: `kiosk staff` starts this through ssh on other terminals.

    Where a key has a forced command, name its owner with --as: what the other side says of itself does not count then.
    While the kiosk is down it answers with the last that is known. Ends with 0 when one side hangs up.

    \b
    Examples:
      kiosk control relay --as 山田
      ssh kiosk-staff@k01 kiosk control relay
    """
    try:
        asyncio.run(_relayed(load(config), name))
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except ValueError as wrong:
        raise click.ClickException("--as: at most 40 characters, without parentheses") from wrong


async def _relayed(settings: Settings, name: str | None) -> None:
    from kiosk.control.address import SOCKET_NAME
    from kiosk.control.asleep import AsleepDesk, nothing_known
    from kiosk.control.peers import Groups, peer_of
    from kiosk.control.relay import own_streams, relay
    from kiosk.ports.board import TerminalView
    from kiosk.station.crash import report
    from kiosk.station.view import last_view

    terminal, section = settings.terminal, settings.control

    def known() -> TerminalView:
        return last_view(terminal.run) or nothing_known(terminal.name, datetime.now(UTC))

    try:
        here = await own_streams()
    except ValueError as wrong:
        raise click.ClickException("this is for ssh: standard input and output have to be pipes") from wrong
    await relay(
        terminal.run / SOCKET_NAME,
        terminal.name,
        name,
        peer_of(os.geteuid(), Groups(section.staff_group, section.viewer_group), _owner(settings.terminal.run)),
        AsleepDesk(known),
        report,
        here,
    )


def _owner(run: Path) -> int:
    """The kiosk's own user: to whom the run folder belongs, or what there is of it."""
    return next(folder for folder in (run, *run.parents) if folder.exists()).stat().st_uid
