"""「ことば・文字」: every language in its own name, letters and sound, in the question's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Container, Grid

from kiosk.locale import _, spoken
from kiosk.locale.names import OWN_NAMES
from kiosk.ports.voice import KeyName, Name, named
from screens.reading import JAPANESE
from screens.sound import repeat_key, show_sound_keys, volume_key
from screens.widgets.key import Key, Role
from screens.widgets.prose import Prose

if TYPE_CHECKING:
    from screens.app import KioskApp
    from screens.question import QuestionScreen

CLOSE_DIGIT = "0"


class Options(Container):
    """Takes the question's place; every choice but the loudness leads back to it at once, with what was typed."""

    def __init__(self, screen: QuestionScreen[Any, Any], app: KioskApp, *, start_again: bool) -> None:
        super().__init__(id="options")
        self._screen = screen
        self._kiosk_app = app
        self._start_again = start_again
        self._presses: dict[str, Callable[[], None]] = {}

    def compose(self) -> ComposeResult:
        yield Prose(_("ことば・文字・音"), classes="title")
        with Grid(id="options-keys"):
            yield from self._languages()
            letters, heard = self._screen.large_words
            yield self._numbered(letters, self._kiosk_app.toggle_large, heard, "options-large")
            if spoken() in JAPANESE:
                words = _("ふりがなをけす") if self._kiosk_app.furigana else _("ふりがな")
                name = KeyName.NO_FURIGANA if self._kiosk_app.furigana else KeyName.FURIGANA
                yield self._numbered(words, self._kiosk_app.toggle_furigana, name, "furigana")
            yield repeat_key(self._screen.voice, self._screen.site)
            yield volume_key(self._screen.voice, self._screen.site)
            black_out = partial(self._do, self._kiosk_app.black_out)
            yield self._screen.plain_key(_("画面を暗く"), black_out, named(KeyName.BLACK_OUT), "black-out")
            if self._start_again:
                yield self._screen.start_again_key()
            self._presses[CLOSE_DIGIT] = self._screen.close_options
            label = f"{CLOSE_DIGIT}  {_('とじる')}"
            heard_close = named(KeyName.CLOSE, CLOSE_DIGIT)
            yield self._screen.plain_key(label, self._screen.close_options, heard_close, "close-options", Role.MAIN)

    def on_mount(self) -> None:
        show_sound_keys(self._screen.voice, self._screen)

    def offer(self) -> None:
        """Put the focus on the key that leads back."""
        for key in self.query("#close-options").results(Key):  # none where it was closed before it was whole
            self._screen.set_focus(key, scroll_visible=False)

    def character(self, character: str) -> None:
        """A digit was struck."""
        if press := self._presses.get(character):
            press()

    def _languages(self) -> Iterator[Key]:
        for language in self._screen.site.languages:
            speak = partial(self._kiosk_app.speak_in, language)
            key = self._numbered(OWN_NAMES[language], speak, language, f"language-{language.value}")
            key.choose(language is spoken())
            yield key

    def _numbered(self, label: str, act: Callable[[], None], name: Name, dom_id: str) -> Key:
        digit = str(len(self._presses) + 1)
        press = partial(self._do, act)
        self._presses[digit] = press
        return self._screen.plain_key(f"{digit}  {label}", press, named(name, digit), dom_id)

    def _do(self, act: Callable[[], None]) -> None:
        """Back to the question, and do it there."""
        self._screen.close_options()
        act()
