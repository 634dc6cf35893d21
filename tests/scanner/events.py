"""Events of a keyboard, as the kernel writes them, for a text that somebody scans."""

from __future__ import annotations

from collections.abc import Iterator

from hardware.scanner.keymap import KEYS
from hardware.scanner.keys import EV_KEY, EV_MSC, EV_SYN, EVENT, PRESSED, RELEASED, SYN_REPORT

SHIFT, CONTROL = 42, 29
_PLAIN = {plain: key for key, (plain, _) in reversed(KEYS.items())}
_SHIFTED = {shifted: key for key, (plain, shifted) in reversed(KEYS.items()) if plain != shifted}


def strokes(text: str) -> Iterator[tuple[int, int]]:
    """Key and value, one after the other."""
    for character in text:
        held = None
        if character in _PLAIN:
            key = _PLAIN[character]
        elif character in _SHIFTED:
            held, key = SHIFT, _SHIFTED[character]
        else:
            held, key = CONTROL, (_SHIFTED | _PLAIN)[chr(ord(character) | 0x40).lower()]
        if held:
            yield held, PRESSED
        yield key, PRESSED
        yield key, RELEASED
        if held:
            yield held, RELEASED


def event(kind: int, code: int, value: int) -> bytes:
    """One `struct input_event`."""
    return EVENT.pack(0, 0, kind, code, value)


def report(key: int, value: int) -> bytes:
    """What one report of a USB keyboard becomes."""
    return event(EV_MSC, 4, 0x70000 + key) + event(EV_KEY, key, value) + event(EV_SYN, SYN_REPORT, 0)


def events_of(text: str) -> bytes:
    """All events of a text."""
    return b"".join(report(key, value) for key, value in strokes(text))
