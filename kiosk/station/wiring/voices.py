"""`kiosk voices`, with the command that needs sound hardware."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from kiosk.voice.command import voices

__all__ = ["voices"]


@voices.command()
@click.pass_obj
def test(config: Path | None) -> None:
    """Play every sound and a sentence on voice.device, as loud as voice.volume.

    Exit code 0 when all was played, 1 when it could not be.
    """
    from hardware.voice.aplay import running, scaled
    from kiosk.ports.device import DeviceFailure
    from kiosk.ports.voice import Pause, Prompt, Sound
    from kiosk.settings import Settings, SettingsError, load
    from kiosk.voice.folder import VoiceFolder
    from kiosk.voice.sentences import sentences_of
    from kiosk.voice.speaker import GAINS

    async def play(settings: Settings) -> None:
        clips = VoiceFolder(settings.voice.folder, sentences_of(settings))
        clips.look()
        for part in (*Sound, *((Prompt.TEST,) if clips.complete else ())):
            click.echo(f"{part.value} ...")
            async with running(settings.voice.device) as run:
                await run.write(scaled(clips.samples(part) + clips.samples(Pause.BREATH), GAINS[settings.voice.volume]))
                await run.finish()
        if not clips.complete:
            raise click.ClickException(f"no sentence was played: {clips.folder} is not complete; kiosk voices build")

    try:
        asyncio.run(play(load(config)))
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except DeviceFailure as failure:
        raise click.ClickException(
            f"voice.device cannot be played on ({failure.fault.value}); `aplay -L` lists what there is, "
            "and the user must be in the group audio"
        ) from failure
