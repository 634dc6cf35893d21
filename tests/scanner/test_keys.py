"""What the keys of a scanner spell, from the bytes that the kernel gives."""

from __future__ import annotations

import os
import string

from hypothesis import given
from hypothesis import strategies as st

from hardware.scanner.keys import EV_KEY, EV_SYN, EVENT, PRESSED, RELEASED, SYN_DROPPED, SYN_REPORT, KeySource
from kiosk.ports.framing import UNREADABLE
from tests.scanner.events import CONTROL, SHIFT, event, events_of, report

CODE = "26100000001"
TYPABLE = string.printable[:95] + "\r\t\x1d\x1e\x02\x03"
AUTO_REPEAT = 2


def source(*pressed: int) -> KeySource:
    """One that was already open, with keys down that a dropped event would have told."""
    down = frozenset(pressed)
    reads, writes = os.pipe()
    os.close(writes)
    os.close(reads)
    return KeySource(reads, lambda: down)


@given(st.text(TYPABLE, max_size=40), st.data())
def test_keys_spell_what_was_scanned_however_it_is_cut(text: str, data: st.DataObject) -> None:
    octets, keys = events_of(text), source()
    spelt: list[str | None] = []
    while octets:
        cut = data.draw(st.integers(1, 5 * EVENT.size))
        spelt += keys.characters(octets[:cut])
        octets = octets[cut:]
    assert spelt == list(text)


def test_every_character_of_a_us_keyboard_is_known() -> None:
    assert "".join(filter(None, source().characters(events_of(string.printable[:95])))) == string.printable[:95]


def test_a_keypads_digits_are_digits() -> None:
    octets = b"".join(report(key, value) for key in (69, 79, 80, 81, 82, 96) for value in (PRESSED, RELEASED))
    assert list(source().characters(octets)) == [*"1230", "\r"]


def test_a_held_key_does_not_repeat() -> None:
    octets = report(3, PRESSED) + 5 * event(EV_KEY, 3, AUTO_REPEAT) + report(3, RELEASED)
    assert list(source().characters(octets)) == ["2"]


def test_an_unknown_key_leaves_a_mark_instead_of_nothing() -> None:
    """A function key, or a digit of an Alt code, in the middle of a number."""
    octets = events_of("26") + report(59, PRESSED) + report(56, PRESSED) + report(82, PRESSED) + report(56, RELEASED)
    assert list(source().characters(octets)) == ["2", "6", UNREADABLE, UNREADABLE]


def test_lost_events_are_told_and_a_shift_that_was_lost_with_them_is_known() -> None:
    dropped = event(EV_SYN, SYN_DROPPED, 0) + event(EV_KEY, 3, PRESSED) + event(EV_SYN, SYN_REPORT, 0)
    octets = events_of("26") + dropped + report(30, PRESSED) + report(SHIFT, RELEASED) + report(30, PRESSED)
    assert list(source(SHIFT).characters(octets)) == ["@", "^", None, "A", "a"]


def test_control_without_a_character_of_its_own_is_marked() -> None:
    octets = report(CONTROL, PRESSED) + report(2, PRESSED) + report(27, PRESSED) + report(CONTROL, RELEASED)
    assert list(source().characters(octets)) == [UNREADABLE, "\x1d"]
