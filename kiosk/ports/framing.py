"""How a scanner frames a code: what it sends before it and after it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.checkin.ticket_code import MOST_CHARACTERS

ENDS = "\r\n\t"
"""Enter, line feed and Tab: one of them ends a code unless a suffix is configured."""
UNREADABLE = "\ufffd"
"""Stands for what came and is no character: a code with it is not a ticket's, and nothing is left out silently."""


@dataclass(frozen=True, slots=True)
class Framing:
    """Prefix and suffix that the scanner was set to send with every code."""

    prefix: str = ""
    """A code without it is not the scanner's; empty where none is sent."""
    suffix: str | None = None
    """None: any of `ENDS`, or a pause. Empty: a pause alone. Else this alone, and a code without it is damaged."""

    def ended(self, last: str) -> bool:
        """Whether a code whose last characters these are is whole."""
        if self.suffix is None:
            return last[-1:] in ENDS and bool(last)
        return bool(self.suffix) and last.endswith(self.suffix)

    @property
    def end_length(self) -> int:
        """How many characters the suffix has."""
        return 1 if self.suffix is None else len(self.suffix)


class Gathering:
    """A code as it comes in, character by character. Of one that is too long only the beginning is kept."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._most = MOST_CHARACTERS + 1 + len(framing.prefix) + framing.end_length
        self._characters: list[str] = []
        self._last = ""
        self._spoiled = False

    def add(self, character: str) -> bool:
        """One more character; True when the code is whole with it."""
        if len(self._characters) < self._most:
            self._characters.append(character)
        self._last = (self._last + character)[-max(1, self._framing.end_length) :]
        return self._framing.ended(self._last)

    def spoil(self) -> None:
        """Something of it got lost on the way."""
        self._spoiled = True

    def clear(self) -> None:
        """Forget what came."""
        self._characters.clear()
        self._last = ""
        self._spoiled = False

    @property
    def text(self) -> str:
        """What came so far."""
        return "".join(self._characters)

    @property
    def begun(self) -> bool:
        """Whether anything came."""
        return bool(self._characters) or self._spoiled

    def code(self, *, ended: bool) -> str | None:
        """The code without prefix and suffix; None when it is damaged.

        `ended` tells whether its suffix came, else a pause did. Empty when nothing stood between prefix and suffix. One
        of more than `MOST_CHARACTERS` is cut off one character behind them, so that no ticket is ever read out of it.
        """
        framing, text = self._framing, self.text
        if self._spoiled or not (ended or not framing.suffix) or not text.startswith(framing.prefix):
            return None
        whole = len(self._characters) < self._most
        end = len(text) - framing.end_length if ended and whole else len(text)
        return text[len(framing.prefix) : end][: MOST_CHARACTERS + 1]
