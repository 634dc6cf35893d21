"""`kiosk status`: the terminal in one line. Reads one small file and imports nothing that draws, prints or asks."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk.ports.board import Level
from kiosk.settings import Settings, SettingsError, load
from kiosk.station.judgement import Judgement, judge, summary, view_line
from kiosk.station.status import NoStatus, Status, read_status


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: level, words, and the whole status.")
@click.option("--follow", is_flag=True, help="A line now, and one whenever something changes, until Ctrl-C.")
@click.pass_obj
def status(config: Path | None, *, as_json: bool, follow: bool) -> None:
    """Tell how this terminal is, in one line and by the exit code.

    Exit codes, as monitoring plug-ins use them: 0 all is well, 1 warning, 2 critical (nobody is served),
    3 unknown (no status file, or no configuration). With --follow the kiosk itself tells, to members of the groups
    of [control]; Ctrl-C ends it with 0.

    \b
    Examples:
      kiosk status
      ssh k01 kiosk status --json
      kiosk status --follow
    """
    if follow:
        sys.exit(_follow(config, as_json=as_json))
    found, judgement = _look(config)
    if as_json:
        answer = {
            "level": judgement.level.name.lower(),
            "code": judgement.level.value,
            "words": judgement.words,
            "status": found.model_dump(mode="json") if found else None,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        parts = [summary(found)] if found else []
        click.echo(f"{judgement.level.word}: {' / '.join([*parts, *judgement.words])}")
    sys.exit(judgement.level.value)


def _follow(config: Path | None, *, as_json: bool) -> int:
    """The exit code, when it is over: 0 after Ctrl-C or a reader that went away."""
    from kiosk.ports.board import BoardFailure

    try:
        asyncio.run(_follow_for_ever(load(config), as_json=as_json))
    except KeyboardInterrupt:
        return Level.OK.value
    except BrokenPipeError:
        # Python writes what is left at its end: not to a reader that went away.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Level.OK.value
    except BoardFailure as failure:
        click.echo(f"{Level.UNKNOWN.word}: {failure.words}", err=True)
    except SettingsError as wrong:
        click.echo(f"{Level.UNKNOWN.word}: {wrong}", err=True)
    return Level.UNKNOWN.value


async def _follow_for_ever(settings: Settings, *, as_json: bool) -> None:
    from pydantic import TypeAdapter

    from kiosk.ports.board import TerminalView
    from kiosk.station.asking import local_board

    line = TypeAdapter(TerminalView)
    async with local_board(settings) as board:
        shown: TerminalView | None = None
        async for told in board.follow():
            view = replace(told, entered=())  # for boards, and no news of the terminal
            if shown is not None and replace(view, as_of=shown.as_of) == shown:
                continue
            shown = view
            text = line.dump_json(view).decode() if as_json else view_line(view)
            click.echo(text)
            sys.stdout.flush()


def _look(config: Path | None) -> tuple[Status | None, Judgement]:
    try:
        found = read_status(load(config).terminal.run)
    except (NoStatus, SettingsError) as unknown:
        return None, Judgement(Level.UNKNOWN, tuple(str(unknown).splitlines()))
    return found, judge(found, datetime.now(UTC))
