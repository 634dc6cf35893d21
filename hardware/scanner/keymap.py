"""What the keys of a scanner type: the numbers of Linux (`linux/input-event-codes.h`) on a US keyboard.

Scanners type as a US keyboard unless they are told otherwise, and digits and letters are the same on a Japanese one. A
second table would be one more thing to set wrongly, so a scanner that was changed is set to US again.
"""

from __future__ import annotations

from enum import Flag, auto

from kiosk.ports.framing import UNREADABLE


class Held(Flag):
    """Keys that are held down with others."""

    NONE = 0
    SHIFT = auto()
    CONTROL = auto()
    OTHER = auto()
    """Alt and the logo key: nothing that they make is a character of a code."""


HELD = {
    42: Held.SHIFT,
    54: Held.SHIFT,
    29: Held.CONTROL,
    97: Held.CONTROL,
    56: Held.OTHER,
    100: Held.OTHER,
    125: Held.OTHER,
    126: Held.OTHER,
}
LOCKS = frozenset({58, 69, 70})
"""Caps, Num and Scroll Lock type nothing; a keypad's digits are digits here in any case."""
CONTROL_BITS = 0x1F


def _row(first: int, plain: str, shifted: str) -> dict[int, tuple[str, str]]:
    return {first + place: pair for place, pair in enumerate(zip(plain, shifted, strict=True))}


def _alike(keys: dict[int, str]) -> dict[int, tuple[str, str]]:
    return {key: (character, character) for key, character in keys.items()}


KEYS = {
    **_row(2, "1234567890-=", "!@#$%^&*()_+"),
    **_row(16, "qwertyuiop[]", "QWERTYUIOP{}"),
    **_row(30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    **_row(43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    **_row(71, "789-456+1230.", "789-456+1230."),
    86: ("\\", "|"),
    **_alike({55: "*", 98: "/", 117: "=", 121: ",", 57: " "}),
    **_alike({28: "\r", 96: "\r", 15: "\t", 1: "\x1b", 14: "\x08", 111: "\x7f"}),
}
"""Number of a key: what it types alone, and with Shift."""
DIGITS = frozenset(range(2, 12))
ENTER = 28


def typed(key: int, held: Held) -> str:
    """The character that a key types; empty for one that only changes others, `UNREADABLE` for one that types none."""
    if key in HELD or key in LOCKS:
        return ""
    if key not in KEYS or Held.OTHER in held:
        return UNREADABLE
    plain, shifted = KEYS[key]
    if Held.CONTROL not in held:
        return shifted if Held.SHIFT in held else plain
    return _control(plain, shifted)


def _control(plain: str, shifted: str) -> str:
    """Ctrl with a letter or one of @[\\]^_ is a control character: Ctrl+] is GS, the parting sign of GS1."""
    for character in (plain, shifted):
        if "@" <= character.upper() <= "_":
            return chr(ord(character.upper()) & CONTROL_BITS)
    return UNREADABLE
