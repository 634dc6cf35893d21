"""What every question's screen has: its answer, the ways out, what is struck, and the watch over an empty chair."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import events
from textual.widget import Widget

from kiosk.checkin.writing import half_width_digits
from kiosk.locale import _
from kiosk.ports.examinee import Left, Move, Question, StaffCalled, StartedAgain, WalkedAway
from kiosk.ports.voice import KeyName, Prompt, Sound, named
from screens.framed import FramedScreen, Kiosk
from screens.idle import IdleWarning
from screens.options import Options
from screens.sound import repeat_key, show_sound_keys, strike_sound
from screens.time_limit import TimeLimit
from screens.widgets.key import Key

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")
Q = TypeVar("Q", bound=Question[Any])

LOOK_SECONDS = 1
"""How often the kiosk looks whether somebody is still there."""
NEXT_KEY = "."
"""On a numeric keypad: the focus goes on to the next key that is no digit."""


class QuestionScreen(FramedScreen, Generic[Q, A]):
    """One question. `answer` is what `ask` waits for; a subclass gives the body and calls `reply`."""

    MAY_GO_BACK: ClassVar[bool] = True
    MAY_START_AGAIN: ClassVar[bool] = True
    WATCHED: ClassVar[bool] = True
    """Whether an examinee who does nothing is taken to have walked away."""

    def __init__(self, question: Q, app: KioskApp) -> None:
        super().__init__(app)
        self.question = question
        self.answer: asyncio.Future[A | Move] = asyncio.get_running_loop().create_future()
        self._shown_at = monotonic()
        self._warning: IdleWarning | None = None
        self._options: Options | None = None
        self._focused_before: str | None = None
        self._limit: TimeLimit | None = None
        app.touched_at = monotonic()

    # When it is shown.

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

    # How it is answered.

    @property
    def is_over(self) -> bool:
        return self.answer.done()

    @property
    def is_covered(self) -> bool:
        return self._options is not None or self._warning is not None

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
        self.drop_held()
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
    def has_sound_keys(self) -> bool:
        """Whether the footer has room for letters and sound; else they are behind 「ことば・文字」."""
        return True

    @property
    def folds_start_again(self) -> bool:
        """Whether 「はじめから」 is behind 「ことば・文字」."""
        return False

    @property
    def large_words(self) -> tuple[str, KeyName]:
        """Of the key for larger letters in high contrast, or back: what is read and what is heard."""
        if self.kiosk_app.large:
            return _("ふつうの文字"), KeyName.USUAL_LETTERS
        return _("大きな文字"), KeyName.LARGE

    def large_key(self) -> Key:
        """Larger letters in high contrast, or back."""
        words, name = self.large_words
        return self.plain_key(words, self.kiosk_app.toggle_large, named(name), "large")

    def start_again_key(self) -> Key:
        """「はじめから」."""
        return self.plain_key(_("はじめから"), lambda: self.leave(StartedAgain()), named(KeyName.START_AGAIN), "again")

    # Keys.

    def take_key(self, event: events.Key) -> None:
        if self.answer.done():
            return
        if self.rebuilding:
            self.hold(partial(self.take_key, event))
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
            self.next_key()
        elif self._options is not None:
            self._options.character(character)
        else:
            self.character(character)

    def take_code(self, code: str | None) -> None:
        if self.answer.done():
            return
        if self.rebuilding:
            self.hold(partial(self.take_code, code))
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

    def _command(self, key: str) -> None:
        if self.move_focus(key):
            return
        match key:
            case "enter":
                self.press_enter()
            case "escape" if self._options is not None:
                self.close_options()
            case "escape" if self.MAY_GO_BACK:
                self.go_back()
            case "backspace" | "delete" if self._options is None:
                self.erase()
            case _:
                pass

    @property
    def keys_stand_in(self) -> str:
        return "#kiosk" if self._options is None else "#options"

    # What takes the question's place for a moment: languages and letters, or the warning.

    def open_options(self) -> None:
        """Show every language, the letters and the sound."""
        if self.answer.done() or self._options is not None:
            return
        self._options = Options(self, self.kiosk_app, start_again=self.MAY_START_AGAIN and self.folds_start_again)
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
        self.call_after_refresh(lambda: self.focus_on(back_to))

    # The empty chair.

    def touched(self) -> None:
        self.kiosk_app.touched_at = monotonic()
        if self._limit is not None:
            self._limit.touched()
        if self._warning is not None:
            self.voice.aside()
            warning, self._warning = self._warning, None
            self._take_from_front(warning)

    def _look(self) -> None:
        """Is somebody still there?"""
        idle = monotonic() - self.kiosk_app.touched_at >= self.site.idle_seconds
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
        self._limit = TimeLimit(seconds, over)
        self.set_interval(min(LOOK_SECONDS, seconds), self._limit.look, name="limit")

    def more_time(self) -> None:
        """So much longer."""
        if self._limit is not None:
            self._limit.more()

    def time_key(self) -> Key:
        """「時間をのばす」."""
        return self.plain_key(_("時間をのばす"), self.more_time, named(KeyName.MORE_TIME), "more-time")
