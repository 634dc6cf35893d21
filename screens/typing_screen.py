"""A question that is answered with digits: fields, a keypad, and 「つぎへ」 that works only when they are sound."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import ComposeResult
from textual.containers import Container, Horizontal

from kiosk.locale import _
from kiosk.ports.examinee import Complaint, Move, Question
from kiosk.ports.voice import UNHEARD, KeyName, KeyWords, Prompt, Sign, Sound, named, spelt
from screens.asked import Asked, Illustration
from screens.complaints import words_of
from screens.judging import Judgement
from screens.question import QuestionScreen
from screens.widgets.field import Field
from screens.widgets.key import Key, Role
from screens.widgets.keypad import Keypad
from screens.widgets.prose import Prose

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")
Q = TypeVar("Q", bound=Question[Any])

NOT_KNOWN_KEY = "*"
"""The numeric keypad's key for 「わかりません」."""


class TypingScreen(QuestionScreen[Q, A]):
    """Digits go from one field to the next. Whatever was typed is overwritten as soon as the question is answered."""

    def __init__(self, question: Q, app: KioskApp) -> None:
        super().__init__(question, app)
        self.fields = tuple(self.new_fields())
        # What a key changes, kept here: to look for it among all widgets takes longer than to paint it.
        self._asked: Asked | None = None
        self._message: Prose | None = None
        self._next: Key | None = None

    # What a subclass says.

    @abstractmethod
    def new_fields(self) -> Sequence[Field]:
        """Widgets for the entries, which outlive them."""

    @property
    @abstractmethod
    def title_words(self) -> str:
        """What is asked."""

    @property
    @abstractmethod
    def help_words(self) -> str:
        """How to answer."""

    @property
    def note_words(self) -> str:
        """What must be known besides; none when empty."""
        return ""

    @property
    def not_known_words(self) -> str:
        """Words of the key for not answering; none when empty."""
        return ""

    @property
    def not_known_heard(self) -> KeyName:
        """What is said of that key."""
        return KeyName.NOT_KNOWN

    @property
    def has_hyphen(self) -> bool:
        """Whether the keypad has a hyphen instead of 「全部けす」."""
        return False

    @property
    def complaint(self) -> Complaint | None:
        """What was wrong with the last entry."""
        return None

    def picture(self) -> ComposeResult:
        """Where it stands."""
        yield from ()

    def choices(self) -> ComposeResult:
        """Keys between the words and the fields."""
        yield from ()

    @abstractmethod
    def judge_fields(self) -> Judgement:
        """What to say of the fields as they are."""

    @abstractmethod
    def hand_over(self) -> A:
        """The answer, from sound fields."""

    # What it looks like.

    def body(self) -> ComposeResult:
        self.fields = tuple(self.new_fields())
        with Container(id="typing"):
            with Asked(id="asked") as self._asked:
                if self.is_small and self.note_words:
                    yield self.headline(f"{self.title_words}  {self.note_words}")
                else:
                    yield self.headline(self.title_words)
                yield self.advice(self.help_words)
                if self.note_words and not self.is_small:
                    yield Prose(self.note_words, dom_id="note")
                if not self.is_small:
                    yield from self.choices()
                with Container(id="fields"):
                    yield from self.fields
                self._message = Prose("", dom_id="message")
                yield self._message
                if not self.is_small:
                    with Illustration(id="illustration"):
                        yield from self.picture()
                    with Horizontal(id="onward"):
                        yield from self._onward()
            yield Keypad(
                self.character,
                self.erase,
                self.erase_all,
                hyphen=self.has_hyphen,
                small=self.is_small,
                bounce_seconds=self.site.bounce_seconds,
            )

    @property
    def folds_start_again(self) -> bool:
        """A small panel has room for five keys below, and 「つぎへ」 is one of them."""
        return self.is_small

    def always(self) -> Iterator[Key]:
        yield from super().always()
        if self.is_small:
            yield from self._onward()

    def _onward(self) -> Iterator[Key]:
        if self.not_known_words:
            heard = named(self.not_known_heard, NOT_KNOWN_KEY)
            yield self.plain_key(self.not_known_words, self._not_known, heard, "not-known")
        self._next = self.plain_key(_("つぎへ"), self.submit, named(KeyName.NEXT), "next", Role.MAIN)
        yield self._next

    @property
    def main_key(self) -> Key | None:
        return self._next

    def drawn(self) -> None:
        super().drawn()
        if self.complaint is not None and not any(field.entry for field in self.fields):
            self._show_fields(sound=False)
            self.say(words_of(self.complaint), wrong=True, heard=True)
        else:
            self.judged(heard=True)

    def shrunk(self) -> None:
        if self._asked is not None:
            self._asked.make_room()

    def say(self, words: str, *, wrong: bool = False, heard: bool = False, typed: KeyWords | None = None) -> None:
        """Put words under the fields; what is wrong is also told aloud, once, unless it has been `heard`.

        `typed` is what was just typed: it is told first.
        """
        idle = not wrong and not any(field.entry for field in self.fields)
        message = self._message
        if message is None or self._asked is None:
            return
        news = wrong and not heard and not message.has_class("-wrong")
        told = (Sound.ERROR, Prompt.CHECK_ENTRY) if news else ()
        if typed is not None:
            self.voice.tell(typed, *told)
        elif told:
            self.voice.aside(*told)
        turns, message.idle = message.idle is not idle, idle
        message.set_class(wrong, "-wrong")
        moved = message.say(f"！{words}" if wrong and words else words)
        if moved or (turns and self.is_small):  # only there does a message that says nothing new give way
            self._asked.make_room()

    # What is typed.

    def character(self, character: str) -> None:
        if self.answer.done():
            return
        if character == NOT_KNOWN_KEY and self.not_known_words:
            self._not_known()
            return
        typed = self.take(character)
        self.set_focus(self.main_key, scroll_visible=False)
        self.judged(typed)

    def take(self, character: str) -> KeyWords | None:
        """Put a character into the first field with room; what is said of it, None when it was not taken."""
        field = self._taking
        if not field.entry.add(character):
            return None
        return UNHEARD if field.hidden else spelt(Sign(character))

    @property
    def _taking(self) -> Field:
        """Where the next character goes."""
        return next((field for field in self.fields if not field.entry.full), self.fields[-1])

    def heard_of(self, key: Key) -> KeyWords:
        """What is hidden on the screen is not said either, neither when it is typed nor when a key for it is met."""
        return UNHEARD if key.heard.private and self._taking.hidden else key.heard

    def scanned(self, code: str | None) -> None:  # noqa: ARG002 - nothing is scanned here
        self.say(_("バーコードは、この画面では使いません。"), wrong=True)

    def erase(self) -> None:
        erased = any(_erased(field) for field in reversed(self.fields))
        self.judged(UNHEARD if erased else None)

    def erase_all(self) -> None:
        """Start typing anew."""
        self.wipe()
        self.judged(UNHEARD)

    def judge(self) -> Judgement:
        """What to say of what was typed."""
        if any(field.entry.excess for field in self.fields):
            return Judgement(sound=False, words=_("けたが多すぎます。「けす」で直してください。"), wrong=True)
        return self.judge_fields()

    def submit(self) -> None:
        """Hand over what is sound; else say what is missing."""
        if self.answer.done():
            return
        judgement = self.judge()
        if judgement.sound:
            self.reply(self.hand_over())
        else:
            self.say(judgement.words or _("番号を入れてください。"), wrong=True)

    def wipe(self) -> None:
        for field in self.fields:
            field.entry.wipe()
        self._show_fields(sound=False)

    def _not_known(self) -> None:
        self.reply(Move.NOT_KNOWN)

    def judged(self, typed: KeyWords | None = None, *, heard: bool = False) -> None:
        """Say what to think of the fields, and show them."""
        judgement = self.judge()
        self.say(judgement.words, wrong=judgement.wrong, heard=heard, typed=typed)
        self._show_fields(sound=judgement.sound)

    def _show_fields(self, *, sound: bool) -> None:
        active = next((field for field in self.fields if not field.entry.full), None)
        shown = active or self.fields[-1]
        for field in self.fields:
            field.refresh_entry(active=field is active)
            field.set_class(field is shown, "-shown")
        if self._next is not None:
            self._next.set_class(not sound, "-off")


def _erased(field: Field) -> bool:
    """Whether something was taken back. What nobody can see is not cut to fit: too many signs of a PIN all go."""
    if field.hidden and field.entry.excess:
        field.entry.wipe()
        return True
    return field.entry.erase()
