"""What may stand in one cell. The errors say what to do and quote nothing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time

from kiosk.checkin.insurance import InsurerNumber, InvalidNumber, NumberFault
from kiosk.checkin.person import Sex
from kiosk.checkin.ticket import TicketNumber
from kiosk.checkin.wareki import NotADate, UnknownSpelling, parse_date

LONGEST = 80
"""Signs of a name or number: more than any that an insurer registers."""
LONGEST_COURSE = 40
"""Two lines of the slip."""
LONGEST_PLACE = 20
"""As for the site's own places: one line in large letters."""


class WrongCell(ValueError):
    """The message is the remedy."""


def ticket_number(text: str) -> TicketNumber:
    """整理番号, 11 digits. Raises WrongCell."""
    try:
        return TicketNumber.parse(text)
    except InvalidNumber as wrong:
        raise WrongCell(
            "has signs that are no digits; enter the 11 digits"
            if wrong.fault is NumberFault.CHARACTERS
            else "not 11 digits; if a spreadsheet dropped zeros, format it as text"
        ) from None


def insurer_number(text: str) -> InsurerNumber:
    """保険者番号, 8 digits or 6 for 国保. Raises WrongCell."""
    try:
        return InsurerNumber.parse(text)
    except InvalidNumber as wrong:
        raise WrongCell(_INSURER[wrong.fault]) from None


_INSURER = {
    NumberFault.CHARACTERS: "has signs that are no digits; enter the 8 (国保: 6) digits",
    NumberFault.LENGTH: "not 8 (国保: 6) digits; if a spreadsheet dropped zeros, format it as text",
    NumberFault.CHECK_DIGIT: "the check digit is wrong; compare it with the ticket",
}


def day(text: str) -> date:
    """A date of either calendar, see `parse_date`. Raises WrongCell."""
    try:
        return parse_date(text)
    except UnknownSpelling:
        raise WrongCell("not a date; write 19700102, 1970-01-02, 1970/1/2 or 昭和45年1月2日") from None
    except NotADate:
        raise WrongCell("no such day in the calendar (or after the era's end); correct it") from None


_TIMES = tuple(
    re.compile(spelling, re.ASCII)
    for spelling in (
        r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::00)?",
        r"(?P<hour>\d{2})(?P<minute>\d{2})",
        r"(?P<hour>\d{1,2})時(?:(?P<minute>\d{1,2})分)?",
    )
)


def time_of_day(text: str) -> time:
    """9:00, 09:00, 0900, 9時, 9時30分; in either width. Raises WrongCell."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = next((match for spelling in _TIMES if (match := spelling.fullmatch(plain))), None)
    if found is None:
        raise WrongCell("not a time; write 9:00, 0900 or 9時30分")
    try:
        return time(int(found["hour"]), int(found["minute"] or 0))
    except ValueError:
        raise WrongCell("no such time; write 0:00 to 23:59") from None


_SEXES = {"男": Sex.MALE, "男性": Sex.MALE, "1": Sex.MALE, "女": Sex.FEMALE, "女性": Sex.FEMALE, "2": Sex.FEMALE}


def sex(text: str) -> Sex:
    """男, 女, 男性, 女性, 1 or 2. Raises WrongCell."""
    try:
        return _SEXES[unicodedata.normalize("NFKC", text)]
    except KeyError:
        raise WrongCell("write 男, 女, 1 or 2, or leave it empty") from None


def words(text: str, longest: int = LONGEST) -> str:
    """A text as it stands, with its line breaks as spaces. Raises WrongCell."""
    plain = _BREAKS.sub(" ", text)
    if _CONTROL.search(plain):
        raise WrongCell("has a control character; type it anew")
    if len(plain) > longest:
        raise WrongCell(f"more than {longest} signs; shorten it")
    return plain


def course(text: str) -> str:
    """What is booked. Raises WrongCell."""
    return words(text, LONGEST_COURSE)


def place(text: str) -> str:
    """Where to go first. Raises WrongCell."""
    return words(text, LONGEST_PLACE)


_BREAKS = re.compile(r"[\t\n\v\f\r]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
