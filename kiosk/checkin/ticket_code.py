"""The code on a ticket: read by the patterns that the site names, never guessed.

No national layout of a code on 受診券 is known; insurers print their own or none. So a code is a ticket's only when
one of the patterns takes the whole of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Self

from kiosk.checkin.insurance import InsurerNumber, InvalidNumber
from kiosk.checkin.ticket import TICKET_DIGITS, TicketNumber
from kiosk.checkin.writing import half_width_digits

NUMBER, INSURER = "number", "insurer"
"""Names of the groups that a pattern may have; `number` it must have."""
MOST_CHARACTERS = 2000
"""A longer code is no ticket's; it is not even tried."""
_SHOP_LENGTHS = (8, 13)
"""EAN-8 and EAN-13, which are JAN codes in Japan."""


class InvalidPattern(ValueError):
    """A pattern that cannot be used; the message says why."""


class CodeFault(Enum):
    """Why a scanned code is not a ticket's."""

    SHOP = "shop"
    """A JAN code: from a lunch box, a bottle, a book."""
    OTHER_LENGTH = "other length"
    """Digits alone, but not as many as a ticket number has."""
    NOT_A_TICKET = "not a ticket"
    AMBIGUOUS = "ambiguous"
    """Two patterns read two different tickets out of it."""
    INSURER = "insurer"
    """It holds an insurer number whose check digit is wrong."""


class InvalidCode(ValueError):
    """A code that is not a ticket's; says in `fault` why."""

    def __init__(self, fault: CodeFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class TicketCode:
    """What a code told."""

    number: TicketNumber
    insurer: InsurerNumber | None = None


@dataclass(frozen=True, slots=True)
class TicketPattern:
    """One layout of a code, as a regular expression with the group `number` and perhaps `insurer`."""

    expression: re.Pattern[str]

    @classmethod
    def compile(cls, text: str) -> Self:
        """Raises InvalidPattern."""
        try:
            expression = re.compile(text)
        except (re.error, OverflowError, RecursionError) as wrong:
            raise InvalidPattern(f"not a regular expression ({wrong})") from wrong
        groups = set(expression.groupindex)
        if NUMBER not in groups:
            raise InvalidPattern(rf"name the ticket number, for example (?P<{NUMBER}>\d{{{TICKET_DIGITS}}})")
        if unknown := groups - {NUMBER, INSURER}:
            raise InvalidPattern(f"there is no group {sorted(unknown)[0]}; use {NUMBER} and {INSURER}")
        return cls(expression)

    def read(self, text: str) -> TicketCode | None:
        """What the code tells when the pattern takes the whole of it.

        Raises InvalidNumber when what it takes for a number cannot be one.
        """
        found = self.expression.fullmatch(text)
        if found is None:
            return None
        parts = found.groupdict()
        insurer = parts.get(INSURER)
        return TicketCode(TicketNumber.parse(parts[NUMBER]), InsurerNumber.parse(insurer) if insurer else None)


DEFAULT_PATTERNS = (
    TicketPattern.compile(rf"(?P<{NUMBER}>\d{{11}})"),
    TicketPattern.compile(rf"(?P<{INSURER}>\d{{8}})(?P<{NUMBER}>\d{{11}})"),
)
"""整理番号 alone, and 保険者番号 with 整理番号."""


def read_code(text: str, patterns: tuple[TicketPattern, ...] = DEFAULT_PATTERNS) -> TicketCode:
    """The ticket that a scanned code names. Raises InvalidCode."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidCode(CodeFault.NOT_A_TICKET)
    code = half_width_digits(text)
    found: set[TicketCode] = set()
    refused = False
    for pattern in patterns:
        try:
            ticket = pattern.read(code)
        except InvalidNumber:
            refused = True
            continue
        if ticket is not None:
            found.add(ticket)
    if len(found) == 1:
        return found.pop()
    if found:
        raise InvalidCode(CodeFault.AMBIGUOUS)
    raise InvalidCode(CodeFault.INSURER if refused else _fault(code))


def _fault(code: str) -> CodeFault:
    if not (code.isascii() and code.isdigit()):
        return CodeFault.NOT_A_TICKET
    return CodeFault.SHOP if len(code) in _SHOP_LENGTHS and _is_jan(code) else CodeFault.OTHER_LENGTH


def _is_jan(digits: str) -> bool:
    """Whether the check digit of an EAN is right: weights 1 and 3 from the right, the sum a multiple of ten."""
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0
