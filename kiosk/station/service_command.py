"""`kiosk service`: pause the kiosk, let it serve again, put it out of order."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import assert_never

import click

from kiosk.ports.board import BoardFailure, Service, TerminalView
from kiosk.settings import SettingsError, load

_AS = click.option("--as", "name", metavar="NAME", help="Who does it, for the record; else the login.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object: service, state, words.")


@click.group()
def service() -> None:
    """Whether the running kiosk serves examinees. What is set here stays over restarts.

    Whoever is at the screen is still served to the end; then it says that it is closed, and where to go.

    \b
    Exit codes: 0 it is done. 1 it is not, and the message says why.

    \b
    Examples:
      kiosk service pause            for a break
      kiosk service out-of-order     something is wrong with it
      kiosk service resume
      kiosk service show
    """


@service.command("pause")
@_AS
@_JSON
@click.pass_obj
def pause(config: Path | None, name: str | None, *, as_json: bool) -> None:
    """Serve nobody for now.

    \b
    Example:
      kiosk service pause --as 山田
    """
    _tell(_asked(config, name, Service.PAUSED), as_json=as_json)


@service.command("resume")
@_AS
@_JSON
@click.pass_obj
def resume(config: Path | None, name: str | None, *, as_json: bool) -> None:
    """Serve again.

    \b
    Example:
      kiosk service resume
    """
    _tell(_asked(config, name, Service.OPEN), as_json=as_json)


@service.command("out-of-order")
@_AS
@_JSON
@click.pass_obj
def out_of_order(config: Path | None, name: str | None, *, as_json: bool) -> None:
    """Serve nobody until somebody has put it right.

    \b
    Example:
      kiosk service out-of-order
    """
    _tell(_asked(config, name, Service.OUT_OF_ORDER), as_json=as_json)


@service.command("show")
@_JSON
@click.pass_obj
def show(config: Path | None, *, as_json: bool) -> None:
    """How it is set, also while the kiosk is down.

    \b
    Example:
      kiosk service show --json
    """
    _tell(_asked(config, None, None), as_json=as_json)


def _asked(config: Path | None, name: str | None, wanted: Service | None) -> TerminalView:
    try:
        return asyncio.run(_ask(config, name, wanted))
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except BoardFailure as failure:
        raise click.ClickException(failure.words) from failure


async def _ask(config: Path | None, name: str | None, wanted: Service | None) -> TerminalView:
    from kiosk.station.asking import local_board

    async with local_board(load(config), name) as board:
        return await (board.look() if wanted is None else board.switch(wanted))


def _tell(view: TerminalView, *, as_json: bool) -> None:
    words = _words(view.service)
    if as_json:
        told = {"service": view.service.value, "alive": view.alive, "state": view.state, "words": words}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{view.name}: {words}" + ("" if view.alive else "(キオスクは動いていません)"))


def _words(service: Service) -> str:
    match service:
        case Service.OPEN:
            return "受付できます"
        case Service.PAUSED:
            return "一時休止"
        case Service.OUT_OF_ORDER:
            return "使用停止"
        case Service.UNKNOWN:
            return "休止(控えの service.json が読めません。よければ kiosk service resume)"
        case _:
            assert_never(service)
