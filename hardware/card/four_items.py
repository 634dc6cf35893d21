"""基本4情報: name, address, birth date and sex, as file 0002 of 券面事項入力補助AP holds them."""

from __future__ import annotations

import re
from datetime import date

from hardware.card.tlv import TlvError, find_container, parse_objects
from kiosk.checkin.person import Person, Sex

CONTAINER = b"\xff\x20"
NAME, ADDRESS, BIRTHDATE, SEX = 0xDF22, 0xDF23, 0xDF24, 0xDF25
MOST_BYTES = 4096
"""More than any name and address; a longer container is not one."""

_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def size_of(head: bytes) -> int:
    """Bytes from the start of the file to the end of the container, told by its first bytes. Raises TlvError."""
    end = find_container(head, CONTAINER).end
    if end > MOST_BYTES:
        raise TlvError("the container is too long")
    return end


def parse_person(file: bytes) -> Person:
    """The person in the file. A sex other than 1 or 2 (9 適用不能) is UNSET; the name keeps its U+3000.

    Raises TlvError when the container is cut, or when name or birth date are missing or no such thing.
    """
    value = find_container(file, CONTAINER)
    if value.end > len(file):
        raise TlvError("the container is cut")
    objects = parse_objects(file[value.start : value.end])
    name = _text(objects.get(NAME, b""))
    if not name.strip():
        raise TlvError("no name")
    return Person(
        name=name,
        birthdate=_date(_text(objects.get(BIRTHDATE, b""))),
        sex=_SEXES.get(_text(objects.get(SEX, b"")), Sex.UNSET),
        address=_text(objects.get(ADDRESS, b"")),
    )


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        # Without the cause: its message would hold the bytes.
        raise TlvError("a text is not UTF-8") from None


def _date(text: str) -> date:
    parts = _DATE.fullmatch(text)
    if parts is None:
        raise TlvError("the birth date is not eight digits")
    try:
        return date(*map(int, parts.groups()))
    except ValueError:
        raise TlvError("the birth date is not a day of the calendar") from None
