"""受診券・利用券・セット券: the ticket that the insurer sent, and its number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kiosk.checkin.insurance import InsuredId, InsurerNumber, InvalidNumber, NumberFault
from kiosk.checkin.person import Person
from kiosk.checkin.writing import half_width_digits

TICKET_DIGITS = 11
_PARTS = re.compile(r"(?P<year>\d{2})(?P<kind>\d)(?P<serial>\d{8})")


class TicketKind(Enum):
    """The third digit of 受診券整理番号 / 利用券整理番号."""

    CHECKUP = "1"
    """受診券(特定健診)."""
    INTENSIVE_GUIDANCE = "2"
    """利用券 積極的支援."""
    MOTIVATIONAL_GUIDANCE = "3"
    """利用券 動機付け支援."""
    SET = "5"
    """セット券."""

    @property
    def is_guidance(self) -> bool:
        """Whether it is a 利用券 for 特定保健指導."""
        return self in (TicketKind.INTENSIVE_GUIDANCE, TicketKind.MOTIVATIONAL_GUIDANCE)


@dataclass(frozen=True, slots=True)
class TicketNumber:
    """整理番号: 11 digits - fiscal year (2), kind (1), the insurer's serial (8). It has no check digit."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> TicketNumber:
        """The number in a typed or scanned text, of either width. Raises InvalidNumber with CHARACTERS or LENGTH."""
        digits = half_width_digits(text)
        if not (digits.isascii() and digits.isdigit()):
            raise InvalidNumber(NumberFault.CHARACTERS)
        if len(digits) != TICKET_DIGITS:
            raise InvalidNumber(NumberFault.LENGTH)
        return cls(digits)

    @property
    def kind(self) -> TicketKind | None:
        """The kind of ticket; None for a digit that no source names."""
        try:
            return TicketKind(self.digits[2])
        except ValueError:
            return None

    @property
    def fiscal_year(self) -> int:
        """The fiscal year, e.g. 2026, that the first two digits name."""
        return 2000 + int(self.digits[:2])

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is known of the ticket: its number, and what the person or the roster told of its face."""

    number: TicketNumber
    insurer: InsurerNumber | None = None
    """The printed 保険者番号, when typed or on the roster."""
    person: Person | None = None
    """The printed person, when on the roster."""
    insured: InsuredId | None = None
    """The printed 記号・番号, when on the roster."""
    expires: date | None = None
    """有効期限: the last day, when on the roster."""


def fiscal_year(day: date) -> int:
    """年度: April to March."""
    return day.year if day.month >= 4 else day.year - 1
