"""SIMULATOR: `kiosk gateway --terminal simulator`."""

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
    from kiosk.gateway.oqs.claim import NotSimulated  # loads what other commands need not pay for
    from kiosk.gateway.oqs.opening import folders_of
    from kiosk.gateway.oqs.terminal import SimulatedTerminal

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        folders = folders_of(settings.load(path).serve)
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    try:
        played = SimulatedTerminal(folders, frozenset(map(Manner, manners)), Tempo(delay=delay))
        click.echo(f"kiosk gateway terminal (SIMULATOR シミュレーター) answering in {folders.root}")
        played.run(stopped)
    except NotSimulated as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except OSError as failure:
        raise click.ClickException(
            f"serve.folder {folders.root}: cannot be used ({failure.strerror}), and nothing answers there; check the "
            "owner and mode of its folders, or run this as their owner"
        ) from failure
