"""A question that is answered with digits: fields, a keypad, and 「つぎへ」 that works only when they are sound."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import _
from kiosk.ports.examinee import Complaint, Move, Question
from kiosk.ports.voice import Prompt, Sound
from screens.complaints import words_of
from screens.judging import Judgement
from screens.question import QuestionScreen
from screens.widgets.field import Field
from screens.widgets.key import Key, Role
from screens.widgets.keypad import Keypad

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")
Q = TypeVar("Q", bound=Question[Any])

NOT_KNOWN_KEY = "*"
"""The numeric keypad's key for 「わかりません」."""


class TypingScreen(QuestionScreen[Q, A]):
    """Digits go from one field to the next. Whatever was typed is overwritten as soon as the question is answered."""

    def __init__(self, question: Q, app: KioskApp, fields: Sequence[Field]) -> None:
        super().__init__(question, app)
        self.fields = tuple(fields)

    # What a subclass says.

    @property
    @abstractmethod
    def title_words(self) -> str:
        """What is asked."""

    @property
    @abstractmethod
    def help_words(self) -> str:
        """How to answer."""

    @property
    def not_known_words(self) -> str:
        """Words of the key for not answering; none when empty."""
        return ""

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
        bounce = self.site.bounce_seconds
        with Horizontal(id="typing"):
            with Vertical(id="asked"):
                yield Static(self.title_words, classes="title", markup=False)
                yield Static(self.help_words, classes="help", markup=False)
                yield from self.choices()
                yield from self.fields
                yield Static(id="message", markup=False)
                yield from self.picture()
                with Horizontal(id="onward"):
                    if self.not_known_words:
                        yield Key(self.not_known_words, self._not_known, bounce_seconds=bounce, dom_id="not-known")
                    yield Key(_("つぎへ"), self.submit, role=Role.MAIN, bounce_seconds=bounce, dom_id="next")
            yield Keypad(self.character, self.erase, self.erase_all, hyphen=self.has_hyphen, bounce_seconds=bounce)

    def on_mount(self) -> None:
        self._show_fields()
        if self.complaint is not None:
            self.say(words_of(self.complaint), wrong=True, heard=True)

    def say(self, words: str, *, wrong: bool = False, heard: bool = False) -> None:
        """Put words under the fields; what is wrong is also told aloud, once, unless it has been `heard`."""
        message = self.query_one("#message", Static)
        if wrong and not heard and not message.has_class("-wrong"):
            self.voice.aside(Sound.ERROR, Prompt.CHECK_ENTRY)
        message.set_class(wrong, "-wrong")
        message.update(f"！{words}" if wrong and words else words)

    # What is typed.

    def character(self, character: str) -> None:
        if self.answer.done():
            return
        if character == NOT_KNOWN_KEY and self.not_known_words:
            self._not_known()
            return
        self.take(character)
        self.set_focus(self.main_key, scroll_visible=False)
        self.judged()

    def take(self, character: str) -> None:
        """Put a character into the first field with room."""
        field = next((field for field in self.fields if not field.entry.full), self.fields[-1])
        field.entry.add(character)

    def scanned(self, code: str | None) -> None:  # noqa: ARG002 - nothing is scanned here
        self.say(_("バーコードは、この画面では使いません。"), wrong=True)

    def erase(self) -> None:
        for field in reversed(self.fields):
            if field.entry.erase():
                break
        self.judged()

    def erase_all(self) -> None:
        """Start typing anew."""
        self.wipe()
        self.judged()

    def judge(self) -> Judgement:
        """What to say of what was typed."""
        if any(field.entry.excess for field in self.fields):
            return Judgement(sound=False, words=_("けたが多すぎます。「けす」で直してください。"), wrong=True)
        return self.judge_fields()

    def submit(self) -> None:
        """Hand over what is sound; else say what is missing."""
        judgement = self.judge()
        if judgement.sound:
            self.reply(self.hand_over())
        else:
            self.say(judgement.words or _("番号を入れてください。"), wrong=True)

    def wipe(self) -> None:
        for field in self.fields:
            field.entry.wipe()
        self._show_fields()

    def _not_known(self) -> None:
        self.reply(Move.NOT_KNOWN)

    def judged(self) -> None:
        """Say what to think of the fields, and show them."""
        judgement = self.judge()
        self.say(judgement.words, wrong=judgement.wrong)
        self._show_fields()

    def _show_fields(self) -> None:
        active = next((field for field in self.fields if not field.entry.full), None)
        for field in self.fields:
            field.refresh_entry(active=field is active)
        if self.is_mounted and (key := self.main_key) is not None:
            key.set_class(not self.judge().sound, "-off")
