"""The voice of this terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hardware.voice.player import AlsaPlayer
from kiosk.ports.device import Device
from kiosk.settings import Settings, VoiceSection
from kiosk.station.clock import SiteClock
from kiosk.voice.folder import VoiceFolder
from kiosk.voice.sentences import sentences_of
from kiosk.voice.speaker import QuietHours, Speaker


@dataclass(frozen=True, slots=True)
class Sounding:
    """The voice, and the device that has to be looked after for it."""

    speaker: Speaker
    device: Device


def sounding_of(settings: Settings) -> Sounding | None:
    """The configured voice; None where it is switched off. Whether there is sound hardware shows itself later."""
    section = settings.voice
    if not section.enabled:
        return None
    clips = VoiceFolder(section.folder, sentences_of(settings))
    player = AlsaPlayer(clips, section.device)
    quiet = _quiet(section, SiteClock(settings.zone))
    return Sounding(Speaker(player, clips, section.volume, quiet, earphones=section.earphones), player)


def _quiet(section: VoiceSection, clock: SiteClock) -> Callable[[], bool]:
    if section.earphones or section.quiet_from is None or section.quiet_until is None:
        return lambda: False
    hours = QuietHours(section.quiet_from, section.quiet_until)
    return lambda: hours.contain(clock.now().time())
