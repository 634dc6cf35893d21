"""SIMULATOR: `kiosk gateway --terminal simulator` and `kiosk gateway face`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kiosk import settings
from kiosk.gateway.oqs.manners import USUAL_DELAY, Manner, Tempo
from kiosk.settings import SettingsError


def terminal_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--terminal`, `--manner` (as `manners`) and `--delay`."""
    for option in (
        click.option(
            "--delay",
            type=click.FloatRange(0, 600),
            default=USUAL_DELAY,
            show_default=True,
            help="Seconds that the played terminal takes for an answer.",
        ),
        click.option(
            "--manner",
            "manners",
            type=click.Choice([manner.value for manner in Manner]),
            multiple=True,
            help="How the played terminal behaves; repeatable.",
        ),
        click.option(
            "--terminal", type=click.Choice(["simulator"]), help="Play the terminal instead, on serve.folder."
        ),
    ):
        command = option(command)
    return command


def play_terminal(path: Path | None, manners: tuple[str, ...], delay: float) -> None:
    """Run the simulated terminal on serve.folder of the configuration until SIGTERM or SIGINT."""
    from kiosk.gateway.oqs.opening import folders_of  # loads what other commands need not pay for
    from kiosk.gateway.oqs.terminal import NotSimulated, SimulatedTerminal

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        folders = folders_of(settings.load(path).serve)
        played = SimulatedTerminal(folders, frozenset(map(Manner, manners)), Tempo(delay=delay))
        click.echo(f"kiosk gateway terminal (SIMULATOR シミュレーター) answering in {folders.root}")
        played.run(stopped)
    except (SettingsError, NotSimulated) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except OSError as failure:
        raise click.ClickException(f"serve.folder: cannot be used ({failure.strerror})") from failure


@click.command(epilog="\b\nExample:\n  kiosk gateway face taro")
@click.argument("key")
@click.pass_context
def face(context: click.Context, key: str) -> None:
    """SIMULATOR: let the invented person KEY look into the face reader of the simulated terminal.

    The capture is written into the folder `face` below serve.folder; `kiosk gateway people` lists the keys.
    """
    from kiosk.gateway.backend import BackendFailure
    from kiosk.gateway.faults import SimulatedFault
    from kiosk.gateway.oqs.opening import folders_of
    from kiosk.gateway.oqs.terminal import NotSimulated, show_face
    from kiosk.gateway.people import by_key

    try:
        person = by_key(key)
    except KeyError:
        raise click.UsageError(f"{key}: nobody is called so; kiosk gateway people lists everybody") from None
    try:
        chosen = settings.load(context.obj if isinstance(context.obj, Path) else None).serve
        click.echo(show_face(folders_of(chosen), person, chosen.institution or "0" * 10))
    except (BackendFailure, SimulatedFault):
        raise click.ClickException(f"{key}: with this person the system brings no capture") from None
    except (SettingsError, NotSimulated) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except OSError as failure:
        raise click.ClickException(f"serve.folder: cannot be written ({failure.strerror})") from failure
