"""`kiosk config`: is the configuration file right?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from kiosk.settings import SettingsError, chosen_path, doubts, load


@click.group()
def config() -> None:
    """The configuration file."""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="What was understood, as JSON.")
@click.pass_obj
def check(path: Path | None, as_json: bool) -> None:
    """Read the file and name every key that is wrong, with its remedy. Exit code 1 when something is wrong.

    Files that it names and that are not on this machine are a warning only: it may be meant for another one.

    \b
    Example:
      kiosk --config kiosk.toml config check
    """
    file = chosen_path(path)
    try:
        settings = load(file)
    except SettingsError as wrong:
        if as_json:
            click.echo(
                json.dumps({"file": str(file), "ok": False, "errors": str(wrong).splitlines()}, ensure_ascii=False)
            )
        else:
            click.echo(str(wrong), err=True)
        raise SystemExit(1) from wrong
    warnings = list(doubts(settings))
    if as_json:
        answer = {"file": str(file), "ok": True, "warnings": warnings, "settings": settings.model_dump(mode="json")}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"{file}: all keys are right")
        for warning in warnings:
            click.echo(f"warning: {warning}", err=True)
