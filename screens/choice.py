"""A question with a few answers: each has a key on the screen and a digit on the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from kiosk.ports.examinee import Question
from screens.burst import FEWEST, GAP_SECONDS
from screens.question import QuestionScreen
from screens.widgets.key import Key, Role

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")
Q = TypeVar("Q", bound=Question[Any])

SURE_SECONDS = 1.5 * GAP_SECONDS
"""A digit that stays alone so long was not the beginning of a scanned code."""


class ChoiceScreen(QuestionScreen[Q, A]):
    """A digit chooses once it is clear that no scanner sent it; a scanned code chooses nothing."""

    def __init__(self, question: Q, app: KioskApp) -> None:
        super().__init__(question, app)
        self._presses: dict[str, Callable[[], None]] = {}
        self._typed = ""

    def choice(
        self, digit: str, label: str, press: Callable[[], None], role: Role = Role.PLAIN, *, dom_id: str | None = None
    ) -> Key:
        """A key that `digit` - or another sign of the numeric keypad - presses too."""
        self._presses[digit] = press
        key = Key(
            f"{digit}  {label}",
            press,
            role=role,
            bounce_seconds=self.site.bounce_seconds,
            dom_id=dom_id or f"choice-{digit}",
        )
        key.add_class("choice")
        return key

    def character(self, character: str) -> None:  # noqa: ARG002 - the burst has it
        self._typed = typed = self.burst.text
        # Through the app's queue: keys that still wait there may belong to the same burst.
        self.set_timer(SURE_SECONDS, lambda: self.app.call_later(self._unless_more_came, typed))

    def scanned(self, text: str) -> bool:  # noqa: ARG002 - whatever it was, it chooses nothing
        self._typed = ""
        return True

    def press_enter(self) -> None:
        if not self._choose():
            super().press_enter()

    def _unless_more_came(self, typed: str) -> None:
        if typed == self._typed:
            self._choose()

    def _choose(self) -> bool:
        typed, self._typed = self._typed, ""
        press = self._presses.get(typed[:1])
        # A key that bounces sends its digit twice or three times: that is still one choice.
        if press is None or len(typed) >= FEWEST or len(set(typed)) > 1:
            return False
        press()
        return True
