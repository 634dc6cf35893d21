"""What every question's screen has: its answer, the ways out, the keys, and the watch over an empty chair."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget

from kiosk.checkin.writing import half_width_digits
from kiosk.locale import _
from kiosk.ports.examinee import Left, Move, Question, StaffCalled, StartedAgain, WalkedAway
from kiosk.ports.voice import Prompt, Sound
from screens.base import KioskScreen
from screens.focus import stepped, towards
from screens.idle import IdleWarning
from screens.sound import show_sound_keys, sound_keys, strike_sound
from screens.widgets.frame import Footer, Header, Stage
from screens.widgets.key import Key

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")
Q = TypeVar("Q", bound=Question[Any])

LOOK_SECONDS = 1
"""How often the kiosk looks whether somebody is still there."""


class QuestionScreen(KioskScreen, Generic[Q, A]):
    """One question. `answer` is what `ask` waits for; a subclass gives the body and calls `reply`."""

    STAGE: ClassVar[Stage | None] = None
    MAY_GO_BACK: ClassVar[bool] = True
    MAY_START_AGAIN: ClassVar[bool] = True
    WATCHED: ClassVar[bool] = True
    """Whether an examinee who does nothing is taken to have walked away."""

    def __init__(self, question: Q, app: KioskApp) -> None:
        super().__init__()
        self.question = question
        self.site = app.site
        self.voice = app.voice
        self.answer: asyncio.Future[A | Move] = asyncio.get_running_loop().create_future()
        self._beside = app.beside
        self._touched_at = self._shown_at = monotonic()
        self._warning: IdleWarning | None = None
        self._focused_before: Widget | None = None

    # What it looks like.

    def compose(self) -> ComposeResult:
        with Vertical(id="kiosk"):
            yield Header(self.site, self.stage)
            yield from self.under_the_header()
        if self._beside is not None:
            yield self._beside()

    def under_the_header(self) -> ComposeResult:
        """The question, and the ways out below it."""
        with Container(id="body"):
            yield from self.body()
        yield Footer(*self.ways_out(), *(sound_keys(self.voice, self.site) if self.has_sound_keys else ()))

    @abstractmethod
    def body(self) -> ComposeResult:
        """The question itself."""

    @property
    def stage(self) -> Stage | None:
        """How far the examinee is."""
        return self.STAGE

    @property
    def has_sound_keys(self) -> bool:
        """Whether the footer has room for the keys of the voice; those on the keyboard work in any case."""
        return True

    @property
    def main_key(self) -> Key | None:
        """The key that Enter presses when nothing else was chosen."""
        return self.query(Key).filter(".-main").first() if self.query(Key).filter(".-main") else None

    def on_screen_resume(self) -> None:
        self._shown_at = monotonic()

    def fresh(self, at: float) -> bool:
        """Whether a hit at that time is the second one of a finger that trembled on the screen before."""
        return at - self._shown_at < self.site.bounce_seconds

    def on_mount(self) -> None:
        show_sound_keys(self.voice, self)
        self.set_interval(LOOK_SECONDS, lambda: show_sound_keys(self.voice, self), name="sound")
        self.set_focus(self.main_key, scroll_visible=False)
        if self.WATCHED:
            # Looks often instead of one long timer: a cancelled timer would keep this screen alive until its time.
            self.set_interval(min(LOOK_SECONDS, self.site.idle_seconds), self._look, name="watch")

    def on_resize(self, event: events.Resize) -> None:
        self.shape(event.size, has_beside=self._beside is not None)

    # How it is answered.

    def reply(self, answer: A | Move) -> None:
        """Answer the question, once."""
        if not self.answer.done():
            self.answer.set_result(answer)
            self.close()

    def leave(self, left: Left) -> None:
        """Leave the questions, once."""
        if not self.answer.done():
            self.answer.set_exception(left)
            self.close()

    def go_back(self) -> None:
        """To the question before."""
        self.reply(Move.BACK)

    def close(self) -> None:
        """Nothing is taken any more, and what was typed is overwritten."""
        if not self.answer.cancel() and not self.answer.cancelled():
            self.answer.exception()  # looked at here, so that nobody complains when the asker is gone
        self.wipe()

    def wipe(self) -> None:
        """Overwrite what was typed."""

    def ways_out(self) -> Iterator[Key]:
        """The keys of the footer."""
        bounce = self.site.bounce_seconds
        if self.MAY_GO_BACK:
            yield Key(_("もどる"), self.go_back, bounce_seconds=bounce, dom_id="back")
        if self.MAY_START_AGAIN:
            yield Key(_("はじめから"), lambda: self.leave(StartedAgain()), bounce_seconds=bounce, dom_id="again")
        yield Key(_("職員を呼ぶ"), lambda: self.leave(StaffCalled()), bounce_seconds=bounce, dom_id="staff")

    # Keys.

    def take_key(self, event: events.Key) -> None:
        if self.answer.done():
            return
        woke = self._warning is not None
        self.touched()
        if event.is_printable and event.character:
            character = half_width_digits(event.character)
            if not strike_sound(character, self.voice, self):
                self.character(character)
        elif not woke:
            self._command(event.key)

    def take_code(self, code: str | None) -> None:
        if not self.answer.done():
            self.touched()
            self.scanned(code)

    def character(self, character: str) -> None:
        """A character was typed, in half width; empty for a space."""

    def scanned(self, code: str | None) -> None:
        """A scanner typed a code, None when a part of it is missing; a question that asks for none ignores it."""

    def erase(self) -> None:
        """Take the last character back."""

    def press_enter(self) -> None:
        """Press the focused key, else the main one."""
        key = self.focused if isinstance(self.focused, Key) else self.main_key
        if key is not None:
            key.press()

    def _command(self, key: str) -> None:
        match key:
            case "enter":
                self.press_enter()
            case "tab":
                self._step_focus(1)
            case "shift+tab":
                self._step_focus(-1)
            case "up" | "down" | "left" | "right":
                self._focus_towards(key)
            case "escape" if self.MAY_GO_BACK:
                self.go_back()
            case "backspace" | "delete":
                self.erase()
            case _:
                pass

    def _keys(self) -> list[Key]:
        return [key for key in self.query("#kiosk Key").results(Key) if key.display and key.region.area]

    def _step_focus(self, step: int) -> None:
        if keys := self._keys():
            self.set_focus(stepped(keys, self.focused, step), scroll_visible=False)

    def _focus_towards(self, arrow: str) -> None:
        keys = self._keys()
        if not isinstance(self.focused, Key) or self.focused not in keys:
            self._step_focus(1)
        elif (nearest := towards(keys, self.focused.region, arrow)) is not None:
            self.set_focus(nearest, scroll_visible=False)

    # The empty chair.

    def touched(self) -> None:
        self._touched_at = monotonic()
        if self._warning is not None:
            self.voice.aside()
            self._warning.remove()
            self._warning = None
            self.query_one("#kiosk").remove_class("-away")
            # What is hidden cannot have the focus, and it is hidden until the next layout.
            self.set_focus(None)
            back_to = self._focused_before or self.main_key
            self.call_after_refresh(lambda: self.set_focus(back_to, scroll_visible=False))

    def _look(self) -> None:
        """Is somebody still there?"""
        idle = monotonic() - self._touched_at >= self.site.idle_seconds
        if idle and self._warning is None and not self.answer.done():
            self.warn()

    def warn(self) -> None:
        """Put the warning in the question's place."""
        self._warning = IdleWarning(
            self.site.warning_seconds, self.touched, lambda: self.leave(WalkedAway()), self.site.bounce_seconds
        )
        self._focused_before = self.focused
        self.voice.aside(Sound.ATTENTION, Prompt.STILL_THERE)
        self.query_one("#kiosk").add_class("-away")
        self.mount(self._warning, before="#kiosk")
        self.call_after_refresh(self._warning.offer)
