"""A question with a few answers: each has a key on the screen and a digit on the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import ComposeResult

from kiosk.ports.examinee import Question
from kiosk.ports.voice import KeyWords, Name, named
from screens.question import QuestionScreen
from screens.widgets.key import Key, Role

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")
Q = TypeVar("Q", bound=Question[Any])


class ChoiceScreen(QuestionScreen[Q, A]):
    """A digit chooses; a scanned code chooses nothing."""

    def __init__(self, question: Q, app: KioskApp) -> None:
        super().__init__(question, app)
        self._presses: dict[str, Callable[[], None]] = {}

    def under_the_header(self) -> ComposeResult:
        self._presses.clear()
        yield from super().under_the_header()

    def choice(
        self,
        digit: str,
        label: str,
        press: Callable[[], None],
        heard: Name | KeyWords,
        role: Role = Role.PLAIN,
        *,
        dom_id: str | None = None,
    ) -> Key:
        """A key that `digit` - or another sign of the numeric keypad - presses too."""
        self._presses[digit] = press
        words = heard if isinstance(heard, KeyWords) else named(heard, digit)
        key = self.plain_key(f"{digit}  {label}", press, words, dom_id or f"choice-{digit}", role)
        key.add_class("choice")
        return key

    def character(self, character: str) -> None:
        if not self.answer.done() and (press := self._presses.get(character)):
            press()
