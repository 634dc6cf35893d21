"""Codes on tickets: read by named patterns, never guessed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.insurance import InsurerNumber
from kiosk.checkin.ticket import TicketNumber
from kiosk.checkin.ticket_code import (
    DEFAULT_PATTERNS,
    CodeFault,
    InvalidCode,
    InvalidPattern,
    TicketCode,
    TicketPattern,
    read_code,
)

NUMBER = TicketNumber("26100000001")
INSURER = InsurerNumber("01130012")


@pytest.mark.parametrize("scanned", ["26100000001", "２６１０００００００１", " 261 0000 0001 "])
def test_eleven_digits_alone_are_a_ticket_number(scanned: str) -> None:
    assert read_code(scanned) == TicketCode(NUMBER)


def test_an_insurer_before_the_number_is_read_too() -> None:
    assert read_code("0113001226100000001") == TicketCode(NUMBER, INSURER)


@pytest.mark.parametrize(
    ("scanned", "fault"),
    [
        ("4901234567894", CodeFault.SHOP),
        ("49123456", CodeFault.SHOP),
        ("4901234567895", CodeFault.OTHER_LENGTH),
        ("49123457", CodeFault.OTHER_LENGTH),
        ("2610000001", CodeFault.OTHER_LENGTH),
        ("261000000012", CodeFault.OTHER_LENGTH),
        ("HELLO", CodeFault.NOT_A_TICKET),
        ("", CodeFault.NOT_A_TICKET),
        ("https://example.invalid/26100000001", CodeFault.NOT_A_TICKET),
        ("26100000001\x00", CodeFault.NOT_A_TICKET),
        ("9" * 2001, CodeFault.NOT_A_TICKET),
        ("9" * 2000, CodeFault.OTHER_LENGTH),
        ("1234567826100000001", CodeFault.INSURER),
    ],
)
def test_everything_else_says_what_is_wrong_with_it(scanned: str, fault: CodeFault) -> None:
    with pytest.raises(InvalidCode) as refused:
        read_code(scanned)
    assert refused.value.fault is fault


def test_the_sites_own_pattern_is_read() -> None:
    own = TicketPattern.compile(r"T-(?P<number>\d{11})/(?P<insurer>\d{6,8})")
    assert read_code("T-26100000001/138057", (own,)) == TicketCode(NUMBER, InsurerNumber("00138057"))
    with pytest.raises(InvalidCode):
        read_code("26100000001", (own,))


def test_a_pattern_that_cannot_be_a_ticket_leaves_the_others_their_turn() -> None:
    wrong = TicketPattern.compile(r"(?P<number>\d{10})\d")
    assert read_code("26100000001", (wrong, *DEFAULT_PATTERNS)) == TicketCode(NUMBER)


def test_two_patterns_that_disagree_are_not_guessed() -> None:
    first = TicketPattern.compile(r"(?P<number>\d{11})\d")
    last = TicketPattern.compile(r"\d(?P<number>\d{11})")
    with pytest.raises(InvalidCode) as refused:
        read_code("261000000011", (first, last))
    assert refused.value.fault is CodeFault.AMBIGUOUS
    assert read_code("1" * 12, (first, last)) == TicketCode(TicketNumber("1" * 11))


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(", "not a regular expression"),
        (r"\d{11}", "name the ticket number"),
        (r"(?P<number>\d{11})(?P<name>.*)", "there is no group name"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why(pattern: str, says: str) -> None:
    with pytest.raises(InvalidPattern, match=re.escape(says)):
        TicketPattern.compile(pattern)


@given(st.text(max_size=40) | st.from_regex(r"\d{5,20}", fullmatch=True))
def test_no_code_raises_anything_else(text: str) -> None:
    try:
        code = read_code(text, DEFAULT_PATTERNS)
    except InvalidCode:
        return
    assert len(code.number.digits) == 11
