"""`kiosk setup`: asks for the configuration in Japanese, tries each device as it goes, and writes at the end."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import TextIO

import click

from kiosk.doctor.finding import Level
from kiosk.doctor.report import COLOURS, as_json, exit_of
from kiosk.doctor.symptoms import Layer
from kiosk.doctor.walk import Walk
from kiosk.settings import SettingsError, chosen_path
from kiosk.setup.document import DocumentError
from kiosk.setup.remedies import words_for_no_toml
from kiosk.station.wiring.setup.draft import Draft
from kiosk.station.wiring.setup.interview import Interview

NOT_WRITTEN, DEVICES_FAIL = 1, 2
"""Exit codes beside 0."""


@click.command()
@click.option(
    "--answers",
    type=click.File(encoding="utf-8-sig"),
    help="Ask nothing: take the keys of this TOML file, written as in the configuration. - is standard input.",
)
@click.option("--token-file", type=click.File(encoding="utf-8"), help="The gateway's token for this terminal.")
@click.option("--no-check", is_flag=True, help="Write without trying the devices.")
@click.option("--json", "json_", is_flag=True, help="With --answers: one JSON object of what was done and found.")
@click.pass_obj
def setup(config: Path | None, answers: TextIO | None, token_file: TextIO | None, no_check: bool, json_: bool) -> None:
    """Ask for the configuration, try each device, and write the file. Nothing is changed before the last question.

    What is there already stays as the proposed answer, comments stay where they are, and the old file is kept beside
    the new one. Exit codes: 0 written, 1 not written, 2 written, but a device or the gateway does not work yet.

    \b
    Examples:
      sudo kiosk setup
      sudo kiosk setup --answers k02.toml --token-file token --json
    """
    file = chosen_path(config)
    if json_ and answers is None:
        raise click.UsageError("--json goes with --answers")
    try:
        draft = Draft.begin(file)
        draft.token = token_file.read().strip() if token_file else ""
        if answers is not None:
            draft.take(tomllib.loads(answers.read()))
            walk = None if no_check else draft.walk(frozenset(Layer) - {Layer.TERMINAL})
        else:
            Interview(draft, check=not no_check).hold()
            walk = None
        kept = draft.write()
        if walk is not None:
            for _ in walk.steps():
                pass
    except tomllib.TOMLDecodeError as wrong:
        _not_written([words_for_no_toml(wrong)], file, json_=json_)
    except UnicodeDecodeError:
        _not_written(["UTF-8 でない文字があります。UTF-8 で保存しなおしてください"], file, json_=json_)
    except (SettingsError, DocumentError) as wrong:
        _not_written(str(wrong).splitlines(), file, json_=json_)
    except click.Abort:
        _not_written(["", "途中でやめました"], file, json_=json_)
    except OSError as failed:
        _not_written(
            [f"{failed.filename or file}: {failed.strerror}。sudo を付けて実行してください"], file, json_=json_
        )
    _report(file, kept, walk, draft, json_=json_)


def _not_written(lines: list[str], file: Path, *, json_: bool) -> None:
    if json_:
        click.echo(json.dumps({"file": str(file), "written": False, "errors": lines}, ensure_ascii=False))
    else:
        click.echo("\n".join([*lines, "何も書いていません"]), err=True)
    sys.exit(NOT_WRITTEN)


def _report(file: Path, kept: Path | None, walk: Walk | None, draft: Draft, *, json_: bool) -> None:
    failing = walk is not None and walk.level is Level.FAILURE
    if json_:
        answer = {
            "file": str(file),
            "written": True,
            "kept": str(kept) if kept else None,
            "answered": sorted(set(draft.taken)),
            "doctor": as_json(walk, exit_of(walk), kiosk=draft.settings.terminal.name, version="", running=False)
            if walk
            else None,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"{file} に書きました" + (f"(前のものは {kept})" if kept else ""))
        if walk is not None:
            _show_findings(walk)
        click.echo(
            "次に: sudo systemctl restart kiosk (この端末のゲートウェイは kiosk-gateway も)、そして sudo kiosk doctor"
        )
    sys.exit(DEVICES_FAIL if failing else 0)


def _show_findings(walk: Walk) -> None:
    for finding in walk.findings:
        if finding.level:
            click.secho(f"{finding.level.word} {finding.layer.word}: {finding.words}", fg=COLOURS[finding.level])
            if finding.remedy:
                click.echo(f"      直し方: {finding.remedy}")
