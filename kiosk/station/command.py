"""`kiosk status`: the terminal in one line. Reads one small file and imports nothing that draws, prints or asks."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk.ports.board import Level
from kiosk.settings import SettingsError, load
from kiosk.station.judgement import Judgement, judge, summary
from kiosk.station.status import NoStatus, Status, read_status


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: level, words, and the whole status.")
@click.pass_obj
def status(config: Path | None, as_json: bool) -> None:
    """Tell how this terminal is, in one line and by the exit code.

    Exit codes, as monitoring plug-ins use them: 0 all is well, 1 warning, 2 critical (nobody is served),
    3 unknown (no status file, or no configuration).

    \b
    Examples:
      kiosk status
      ssh k01 kiosk status --json
    """
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


def _look(config: Path | None) -> tuple[Status | None, Judgement]:
    try:
        found = read_status(load(config).terminal.run)
    except (NoStatus, SettingsError) as unknown:
        return None, Judgement(Level.UNKNOWN, tuple(str(unknown).splitlines()))
    return found, judge(found, datetime.now(UTC))
