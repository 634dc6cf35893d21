"""What every question's screen has: its answer, the ways out, the keys, and the watch over an empty chair.

A question is composed anew while it stands when the examinee chooses another language or other letters. So whatever a
screen composes is made there, and what was typed, or ends at some time, is kept outside its widgets.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.css.query import NoMatches
from textual.errors import NoWidget
from textual.widget import Widget
from textual.widgets import Static

from kiosk.checkin.writing import half_width_digits
from kiosk.locale import _
from kiosk.ports.examinee import Left, Move, Question, StaffCalled, StartedAgain, WalkedAway
from kiosk.ports.voice import KeyName, KeyWords, Prompt, Sound, named
from screens.base import KioskScreen
from screens.focus import stepped, towards
from screens.growing import grow
from screens.idle import IdleWarning
from screens.options import Options
from screens.sound import repeat_key, show_sound_keys, strike_sound
from screens.widgets.frame import Footer, Header, Stage
from screens.widgets.key import CHOSEN, Key, Role
from screens.widgets.prose import Prose, ReadAloud

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")
Q = TypeVar("Q", bound=Question[Any])

LOOK_SECONDS = 1
"""How often the kiosk looks whether somebody is still there."""
NEXT_KEY = "."
"""On a numeric keypad: the focus goes on to the next key that is no digit."""
MORE_SECONDS = 60
"""What 「時間をのばす」 adds at least: reading with a finger on the paper takes that long."""


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
        self._kiosk_app = app
        self._beside = app.beside
        self._shown_at = monotonic()
        self._warning: IdleWarning | None = None
        self._options: Options | None = None
        self._focused_before: str | None = None
        self.rebuilding = False
        """Whether it is just being composed anew."""
        self._held: list[Callable[[], None]] = []
        self._limit: tuple[float, Callable[[], None]] | None = None
        self._until = 0.0
        app.touched_at = monotonic()

    # What it looks like.

    def compose(self) -> ComposeResult:
        self._shape = self.shape(self._kiosk_app.size, has_beside=self._beside is not None)
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
        return (ReadAloud if self._kiosk_app.shows_readings else Prose)(words, classes=kind, dom_id=dom_id)

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

    @property
    def has_sound_keys(self) -> bool:
        """Whether the footer has room for letters and sound; else they are behind 「ことば・文字」."""
        return True

    @property
    def main_key(self) -> Key | None:
        """The key that Enter presses when nothing else was chosen."""
        return next(iter(self.query("#kiosk Key.-main").results(Key)), None)

    def on_screen_resume(self) -> None:
        self._shown_at = monotonic()

    def fresh(self, at: float) -> bool:
        """Whether a hit at that time is the second one of a finger that trembled on the screen before."""
        return at - self._shown_at < self.site.bounce_seconds

    def on_mount(self) -> None:
        self.drawn()
        self.set_interval(LOOK_SECONDS, lambda: show_sound_keys(self.voice, self), name="sound")
        self.set_focus(self.main_key, scroll_visible=False)
        if self.WATCHED:
            # Looks often instead of one long timer: a cancelled timer would keep this screen alive until its time.
            self.set_interval(min(LOOK_SECONDS, self.site.idle_seconds), self._look, name="watch")

    def drawn(self) -> None:
        """All widgets have been made, for the first time or anew."""
        grow(self)
        show_sound_keys(self.voice, self)
        if self._kiosk_app.shows_readings:
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
        if not self.rebuilding and self.is_mounted and not self.answer.done():
            self.rebuilding = True
            self.call_later(self._rebuild)

    async def _rebuild(self) -> None:
        focused = self.focused.id if self.focused is not None else None
        try:
            self.shape(self._kiosk_app.size, has_beside=self._beside is not None)
            await self.query_one(Kiosk).recompose()
        finally:
            self.rebuilding = False
        if not self.is_attached:
            return
        self.drawn()
        if self._options is None and self._warning is None:
            self._focus_on(focused)
        held, self._held = self._held, []
        for act in held:
            act()

    def _focus_on(self, dom_id: str | None) -> None:
        """The key of that name again, or the obvious one."""
        try:
            key = self.query_one(f"#{dom_id}", Key) if dom_id else self.main_key
        except NoMatches:
            key = self.main_key
        self.set_focus(key, scroll_visible=False)

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
        self._held.clear()
        self.wipe()

    def wipe(self) -> None:
        """Overwrite what was typed."""

    def ways_out(self) -> Iterator[Key]:
        """The keys of the footer."""
        if self.MAY_GO_BACK:
            yield self.plain_key(_("もどる"), self.go_back, named(KeyName.BACK), "back")
        if self.MAY_START_AGAIN and not self.folds_start_again:
            yield self.start_again_key()
        yield self.plain_key(_("職員を呼ぶ"), lambda: self.leave(StaffCalled()), named(KeyName.STAFF), "staff")

    def always(self) -> Iterator[Key]:
        """What may be changed at any moment: beside each other, or where there is little room behind one key."""
        # Both words on it: whoever looks for it cannot read the one or the other.
        words = _("ことば・文字") + "\nLanguage"
        yield self.plain_key(words, self.open_options, named(KeyName.OPTIONS), "options-key")
        if self.has_sound_keys and not self.is_small:
            yield self.large_key()
            yield repeat_key(self.voice, self.site)

    @property
    def folds_start_again(self) -> bool:
        """Whether 「はじめから」 is behind 「ことば・文字」."""
        return False

    @property
    def large_words(self) -> tuple[str, KeyName]:
        """Of the key for larger letters in high contrast, or back: what is read and what is heard."""
        if self._kiosk_app.large:
            return _("ふつうの文字"), KeyName.USUAL_LETTERS
        return _("大きな文字"), KeyName.LARGE

    def large_key(self) -> Key:
        """Larger letters in high contrast, or back."""
        words, name = self.large_words
        return self.plain_key(words, self._kiosk_app.toggle_large, named(name), "large")

    def start_again_key(self) -> Key:
        """「はじめから」."""
        return self.plain_key(_("はじめから"), lambda: self.leave(StartedAgain()), named(KeyName.START_AGAIN), "again")

    def plain_key(
        self, label: str, press: Callable[[], None], heard: KeyWords, dom_id: str, role: Role = Role.PLAIN
    ) -> Key:
        """A key that no digit presses."""
        return Key(label, press, heard=heard, role=role, bounce_seconds=self.site.bounce_seconds, dom_id=dom_id)

    # Keys.

    def take_key(self, event: events.Key) -> None:
        if self.answer.done():
            return
        if self.rebuilding:
            self._held.append(partial(self.take_key, event))
            return
        woke = self._warning is not None
        self.touched()
        if event.is_printable and event.character:
            self._strike(half_width_digits(event.character))
        elif not woke:
            self._command(event.key)

    def _strike(self, character: str) -> None:
        if strike_sound(character, self.voice, self):
            return
        if character == NEXT_KEY:
            self._step_focus(1, self._keys(digits=False))
        elif self._options is not None:
            self._options.character(character)
        else:
            self.character(character)

    def take_code(self, code: str | None) -> None:
        if self.answer.done():
            return
        if self.rebuilding:
            self._held.append(partial(self.take_code, code))
            return
        self.close_options()
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
                self._step_focus(1, self._keys())
            case "shift+tab":
                self._step_focus(-1, self._keys())
            case "up" | "down" | "left" | "right":
                self._focus_towards(key)
            case "escape" if self._options is not None:
                self.close_options()
            case "escape" if self.MAY_GO_BACK:
                self.go_back()
            case "backspace" | "delete" if self._options is None:
                self.erase()
            case _:
                pass

    def _keys(self, *, digits: bool = True) -> list[Key]:
        """The keys that can be seen, as they are read."""
        place = "#kiosk Key" if self._options is None else "#options Key"
        keys = [key for key in self.query(place).results(Key) if key.display and key.region.area]
        return keys if digits else [key for key in keys if key.role is not Role.DIGIT]

    def _step_focus(self, step: int, keys: list[Key]) -> None:
        if keys:
            self._come_to(stepped(keys, self.focused, step))

    def _focus_towards(self, arrow: str) -> None:
        keys = self._keys()
        if not isinstance(self.focused, Key) or self.focused not in keys:
            self._step_focus(1, keys)
        else:
            self._come_to(towards(keys, self.focused.region, arrow) or self.focused)

    def _come_to(self, key: Key) -> None:
        """Have the focus there, and say so: a finger sees where it is, those who listen do not."""
        self.set_focus(key, scroll_visible=False)
        heard = self.heard_of(key)
        self.voice.tell(replace(heard, parts=(*heard.parts, Prompt.CHOSEN)) if key.has_class(CHOSEN) else heard)

    def heard_of(self, key: Key) -> KeyWords:
        """What is said of a key as things are now."""
        return key.heard

    # What takes the question's place for a moment: languages and letters, or the warning.

    def open_options(self) -> None:
        """Show every language, the letters and the sound."""
        if self.answer.done() or self._options is not None:
            return
        self._options = Options(self, self._kiosk_app, start_again=self.MAY_START_AGAIN and self.folds_start_again)
        self.voice.aside(Prompt.OPTIONS)
        self._put_in_front(self._options)

    def close_options(self) -> None:
        """Back to the question."""
        if self._options is not None:
            self.voice.aside()
            options, self._options = self._options, None
            self._take_from_front(options)

    def _put_in_front(self, front: IdleWarning | Options) -> None:
        if self._focused_before is None and self.focused is not None:
            self._focused_before = self.focused.id
        self.query_one(Kiosk).add_class("-away")
        self.mount(front, before="#kiosk")
        self.call_after_refresh(front.offer)

    def _take_from_front(self, front: Widget) -> None:
        front.remove()
        self.query_one(Kiosk).remove_class("-away")
        # What is hidden cannot have the focus, and it is hidden until the next layout.
        self.set_focus(None)
        back_to, self._focused_before = self._focused_before, None
        self.call_after_refresh(lambda: self._focus_on(back_to))

    # The empty chair.

    def touched(self) -> None:
        self._kiosk_app.touched_at = monotonic()
        if self._limit is not None:
            self._until = max(self._until, monotonic() + self._limit[0])
        if self._warning is not None:
            self.voice.aside()
            warning, self._warning = self._warning, None
            self._take_from_front(warning)

    def _look(self) -> None:
        """Is somebody still there?"""
        idle = monotonic() - self._kiosk_app.touched_at >= self.site.idle_seconds
        if idle and self._warning is None and not self.answer.done():
            self.warn()

    def warn(self) -> None:
        """Put the warning in the question's place."""
        self.close_options()
        self._warning = IdleWarning(
            self.site.warning_seconds, self.touched, lambda: self.leave(WalkedAway()), self.site.bounce_seconds
        )
        self.voice.aside(Sound.ATTENTION, Prompt.STILL_THERE)
        self._put_in_front(self._warning)

    # A time limit of ours.

    def limit(self, seconds: float, over: Callable[[], None]) -> None:
        """Do `over` when nobody has done anything for so long; to be called once, when mounted."""
        self._limit = seconds, over
        self._until = monotonic() + seconds
        self.set_interval(min(LOOK_SECONDS, seconds), self._look_at_limit, name="limit")

    def more_time(self) -> None:
        """So much longer."""
        if self._limit is not None:
            self._until = max(self._until, monotonic()) + max(MORE_SECONDS, self._limit[0])

    def time_key(self) -> Key:
        """「時間をのばす」."""
        return self.plain_key(_("時間をのばす"), self.more_time, named(KeyName.MORE_TIME), "more-time")

    def _look_at_limit(self) -> None:
        if self._limit is not None and monotonic() >= self._until:
            self._limit[1]()


class Kiosk(Vertical):
    """The kiosk's part of the screen, without what stands beside it; composed anew as often as it has to be."""

    def __init__(self, content: Callable[[], ComposeResult]) -> None:
        super().__init__(id="kiosk")
        self._content = content

    def compose(self) -> ComposeResult:
        yield from self._content()
