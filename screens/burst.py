"""Telling a scanner that types like a keyboard from fingers: by its prefix where it has one, else by its speed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from kiosk.checkin.writing import half_width_digits
from kiosk.ports.framing import ENDS, UNREADABLE, Framing, Gathering

if TYPE_CHECKING:
    from textual.events import Key

GAP_SECONDS = 0.040
"""No finger strikes the next key sooner, and a scanner waits longer only when the machine stumbles."""
WAIT_SECONDS = 0.080
"""Keys so near to each other are judged together, so that one stumble does not make fingers of a scanner."""
HICCUP_SECONDS = 0.150
"""Once a burst is sure to be one, a pause so long belongs to the machine: no finger follows a scanner sooner."""
FEWEST = 4
"""Fewer keys than this, the suffix among them, are fingers, however fast they came."""
MODIFIERS = frozenset(
    f"{side}_{key}" for side in ("left", "right") for key in ("shift", "control", "alt", "super", "hyper", "meta")
) | {"iso_level3_shift", "iso_level5_shift", "caps_lock", "num_lock", "scroll_lock"}
"""Keys that type nothing by themselves. A terminal with the Kitty keyboard protocol, such as foot, tells of each."""
_CONTROLS = {
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "backspace": "\x08",
    "delete": "\x7f",
    "ctrl+@": "\x00",
    "ctrl+backslash": "\x1c",
    "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+underscore": "\x1f",
    **{f"ctrl+{chr(0x60 + place)}": chr(place) for place in range(1, 27)},
}
"""Control characters as scanners type them; GS, the parting sign of GS1, is Ctrl and a square bracket."""
REPEATED = frozenset({"backspace", "delete", "up", "down", "left", "right"})
"""Keys that somebody holds down on purpose; another one that comes twice at once bounces."""


@dataclass(frozen=True, slots=True)
class Fingers:
    """Keys that somebody struck."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """A scanned code; None when a part of it is missing."""

    text: str | None


Struck: TypeAlias = Fingers | Code


class Burst:
    """Keys that came one right after the other. Nobody acts on one of them before it is clear whose they are."""

    def __init__(self, framing: Framing | None = None) -> None:
        self._framing = framing or Framing()
        self._gathered = Gathering(self._framing)
        self._keys: list[Key] = []
        self._count = self._typed = self._slow = 0
        self._last = float("-inf")
        self._sure = False
        self._whole = False
        self._just_ended = False

    @property
    def empty(self) -> bool:
        """Whether nothing waits for its end."""
        return not self._count

    @property
    def text(self) -> str:
        """What waits for its end."""
        return self._gathered.text

    @property
    def patience(self) -> float:
        """Seconds without a key after which it is over."""
        return HICCUP_SECONDS if self._sure or self._just_ended else WAIT_SECONDS

    def goes_on(self, key: Key) -> bool:
        """Whether the key belongs to those that came before."""
        return key.time - self._last < self.patience

    def add(self, key: Key) -> bool:
        """One more key that belongs to those before, or the first one; True when a code is whole with it."""
        character = character_of(key)
        follows = self._just_ended and self.goes_on(key) and character in ENDS
        gap, self._last = key.time - self._last, key.time
        if follows:
            return False  # the line feed after an Enter, the Enter after a Tab
        self._just_ended = False
        self._slow += self._count > 0 and gap >= GAP_SECONDS
        self._count += 1
        self._typed += key.is_printable
        self._whole = self._gathered.add(character)
        self._sure = self._sure or self._prefixed or self._fast
        if self._sure:
            self._keys.clear()
        else:
            self._keys.append(key)
        return self._whole and self._sure

    def take(self) -> Struck:
        """What it was. Forgets it."""
        code = self._gathered.code(ended=self._whole)
        struck: Struck = Code(code) if self._sure else Fingers(tuple(_without_bounces(self._keys)))
        self._just_ended = isinstance(struck, Code) and self._whole
        self._gathered.clear()
        self._keys.clear()
        self._count = self._typed = self._slow = 0
        self._whole = self._sure = False
        return struck

    @property
    def _prefixed(self) -> bool:
        """Whether it begins as only this scanner's codes do; a part of a long prefix will do."""
        prefix, text = self._framing.prefix, self._gathered.text
        return bool(prefix and text) and (text.startswith(prefix) or prefix.startswith(text))

    @property
    def _fast(self) -> bool:
        """Whether most of its gaps are shorter than a finger's."""
        return self._count >= FEWEST and self._typed > 0 and 2 * self._slow < self._count - 1


def character_of(key: Key) -> str:
    """What a key adds to a code: its character in half width, a control character, or a sign for what is neither."""
    if key.is_printable and key.character:
        return half_width_digits(key.character) or " "
    return _CONTROLS.get(key.key, UNREADABLE)


def _without_bounces(keys: list[Key]) -> list[Key]:
    kept = keys[:1]
    for before, key in pairwise(keys):
        if key.key != before.key or key.key in REPEATED or key.time - before.time >= GAP_SECONDS:
            kept.append(key)
    return kept
