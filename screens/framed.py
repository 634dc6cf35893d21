"""What stands on a screen: header, question and footer, composed anew in another language or in other letters.

So whatever a screen composes is made there, and what was typed, or ends at some time, is kept outside its widgets.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.errors import NoWidget
from textual.widget import Widget
from textual.widgets import Static

from kiosk.ports.voice import KeyWords
from screens.growing import grow
from screens.keyed import KeyedScreen
from screens.sound import show_sound_keys
from screens.widgets.frame import Footer, Header, Stage
from screens.widgets.key import Key, Role
from screens.widgets.prose import Prose, ReadAloud

if TYPE_CHECKING:
    from screens.app import KioskApp


class FramedScreen(KeyedScreen):
    """A subclass gives the body and the keys of the footer."""

    STAGE: ClassVar[Stage | None] = None

    def __init__(self, app: KioskApp) -> None:
        super().__init__(app)
        self.site = app.site
        self.kiosk_app = app
        self.rebuilding = False
        """Whether it is just being composed anew."""
        self._held: list[Callable[[], None]] = []
        self._beside = app.beside

    def compose(self) -> ComposeResult:
        self._shape = self.shape(self.kiosk_app.size, has_beside=self._beside is not None)
        yield Kiosk(self._framed)
        if self._beside is not None:
            yield self._beside()

    def _framed(self) -> ComposeResult:
        yield Header(self.site, self.stage)
        yield from self.under_the_header()

    def under_the_header(self) -> ComposeResult:
        """The question, and the ways out below it."""
        with Container(id="body"):
            yield from self.body()
        yield Footer(*self.ways_out(), *self.always())

    @abstractmethod
    def body(self) -> ComposeResult:
        """The question itself."""

    def headline(self, words: str, *, dom_id: str | None = None) -> Static:
        """What is asked."""
        return self._prose(words, "title", dom_id)

    def advice(self, words: str, *, dom_id: str | None = None) -> Static:
        """How to answer."""
        return self._prose(words, "help", dom_id)

    def _prose(self, words: str, kind: str, dom_id: str | None) -> Static:
        return (ReadAloud if self.kiosk_app.shows_readings else Prose)(words, classes=kind, dom_id=dom_id)

    @property
    def stage(self) -> Stage | None:
        """How far the examinee is."""
        return self.STAGE

    @property
    def is_small(self) -> bool:
        """Whether this is a small panel, where rarer keys fold away."""
        return self._shape.small

    @property
    def is_roomy(self) -> bool:
        """Whether there are many columns."""
        return self._shape.roomy

    @abstractmethod
    def ways_out(self) -> Iterator[Key]:
        """Keys of the footer: how to leave the question."""

    @abstractmethod
    def always(self) -> Iterator[Key]:
        """Keys of the footer: what may be changed at any moment."""

    @property
    @abstractmethod
    def is_over(self) -> bool:
        """Whether it was answered or left."""

    @property
    @abstractmethod
    def is_covered(self) -> bool:
        """Whether something has taken the question's place for a moment."""

    def plain_key(
        self, label: str, press: Callable[[], None], heard: KeyWords, dom_id: str, role: Role = Role.PLAIN
    ) -> Key:
        """A key that no digit presses."""
        return Key(label, press, heard=heard, role=role, bounce_seconds=self.site.bounce_seconds, dom_id=dom_id)

    def drawn(self) -> None:
        """All widgets have been made, for the first time or anew."""
        grow(self)
        show_sound_keys(self.voice, self)
        if self.kiosk_app.shows_readings:
            self.call_after_refresh(self._fit_readings)

    def _fit_readings(self) -> None:
        """Readings give way where they push something off the screen: those of the help first."""
        if self.rebuilding or not any(map(self._is_cut, self.query("#kiosk *"))):
            return
        for kind in ("help", "title"):
            read = [words for words in self.query(f"#kiosk .{kind}").results(ReadAloud) if not words.bare]
            if read:
                for words in read:
                    words.bare_words()
                self.call_after_refresh(self._fit_readings)
                return

    def _is_cut(self, widget: Widget) -> bool:
        """Whether a part of it is outside of what it stands in."""
        try:
            place = self.find_widget(widget)
        except NoWidget:
            return False
        return bool(widget.display and place.region.area and not place.clip.contains_region(place.region))

    def on_resize(self, event: events.Resize) -> None:
        before = self._shape
        self._shape = self.shape(event.size, has_beside=self._beside is not None)
        grow(self)
        if (before.small, before.roomy) != (self._shape.small, self._shape.roomy):
            self.rebuild()

    # Anew, in another language or other letters.

    def rebuild(self) -> None:
        """Show the same question with what was typed. What is struck meanwhile waits."""
        if not self.rebuilding and self.is_mounted and not self.is_over:
            self.rebuilding = True
            self.call_later(self._rebuild)

    async def _rebuild(self) -> None:
        focused = self.focused.id if self.focused is not None else None
        try:
            self.shape(self.kiosk_app.size, has_beside=self._beside is not None)
            await self.query_one(Kiosk).recompose()
        finally:
            self.rebuilding = False
        if not self.is_attached:
            return
        self.drawn()
        if not self.is_covered:
            self.focus_on(focused)
        held, self._held = self._held, []
        for act in held:
            act()

    def hold(self, act: Callable[[], None]) -> None:
        """Do it when it has been composed anew."""
        self._held.append(act)

    def drop_held(self) -> None:
        """Do nothing of what was held."""
        self._held.clear()


class Kiosk(Vertical):
    """The kiosk's part of the screen, without what stands beside it; composed anew as often as it has to be."""

    def __init__(self, content: Callable[[], ComposeResult]) -> None:
        super().__init__(id="kiosk")
        self._content = content

    def compose(self) -> ComposeResult:
        yield from self._content()
