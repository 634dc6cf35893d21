"""The keys for the voice: hear it again, louder. They answer nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.locale import _
from kiosk.ports.voice import KeyName, KeyWords, Sign, Voice, named
from screens.site import ScreenSite
from screens.widgets.key import Key

if TYPE_CHECKING:
    from textual.screen import Screen

REPEAT_KEY, LOUDER_KEY = "/", "+"
"""On a numeric keypad, and never typed: the hyphen belongs to 記号, the asterisk to 「わかりません」."""


def repeat_key(voice: Voice, site: ScreenSite) -> Key:
    """The footer's key for hearing it again; `show_sound_keys` shows it while something can be heard."""
    heard = named(KeyName.REPEAT, REPEAT_KEY)
    return Key(_("聞く"), voice.repeat, heard=heard, bounce_seconds=site.bounce_seconds, dom_id="repeat")


def volume_key(voice: Voice, site: ScreenSite) -> Key:
    """One level louder, and from the loudest to silent."""

    def turn() -> None:
        voice.next_level()
        _show_level(key, voice)

    key = Key(_label(voice), turn, heard=_heard(voice), bounce_seconds=site.bounce_seconds, dom_id="volume")
    return key


def show_sound_keys(voice: Voice, screen: Screen[None]) -> None:
    """Loudspeakers come and go while a screen stands."""
    for key in screen.query("#repeat, #volume, #black-out").results(Key):
        if key.display is not voice.audible:
            key.display = voice.audible


def strike_sound(character: str, voice: Voice, screen: Screen[None]) -> bool:
    """Act on a key of the voice; False for any other."""
    strike = {REPEAT_KEY: voice.repeat, LOUDER_KEY: voice.next_level}.get(character)
    if strike is None:
        return False
    strike()
    for volume in screen.query("#volume").results(Key):
        _show_level(volume, voice)
    return True


def _show_level(key: Key, voice: Voice) -> None:
    key.become(_label(voice))
    key.heard = _heard(voice)


def _heard(voice: Voice) -> KeyWords:
    return KeyWords((Sign(LOUDER_KEY), KeyName.VOLUME, Sign(str(voice.level))))


def _label(voice: Voice) -> str:
    return _("音 {level}").format(level=voice.level or _("切"))
