"""Texts of the file that must have a form: each is checked when the file is read, and an error says what to write."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from kiosk.checkin.insurance import check_digit
from kiosk.checkin.language import Language
from kiosk.checkin.ticket_code import TicketPattern

TERMINAL_NAME = r"^[a-z0-9][a-z0-9-]{0,15}$"
ALSA_NAME = r"^[A-Za-z][A-Za-z0-9_]*(:[A-Za-z0-9_=,.-]+)?$"
"""As `aplay -L` lists them: default, plughw:CARD=Device,DEV=0."""

_INSTITUTION_DIGITS = 10
_LONGEST_FRAME = 8
_NUMERIC_KEYPAD = "0123456789+-*/.,= \r\n\t\x08\x1b"


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as unknown:
        raise ValueError("give a time zone such as Asia/Tokyo") from unknown
    return name


def _languages(languages: tuple[Language, ...]) -> tuple[Language, ...]:
    if len(set(languages)) < len(languages):
        raise ValueError("name each language once")
    return languages


def _regular_expression(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as wrong:
        raise ValueError(f"not a regular expression ({wrong}); give part of the reader's name") from wrong
    return text


def _ticket_pattern(text: str) -> str:
    TicketPattern.compile(text)
    return text


def _written_as(pattern: str, words: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(words)
        return text

    return AfterValidator(check)


def _time_of_day(given: object) -> object:
    if isinstance(given, int | float) or (isinstance(given, time) and given.tzinfo is not None):
        raise ValueError('give a time of the site\'s clock in quotes, such as "12:00"')
    return given


def _whole_path(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("give the whole path, from / on: what starts the kiosk may stand in any folder")
    return path


def _gateway_url(text: str) -> str:
    if not text:
        return ""
    remedy = "give an address such as http://127.0.0.1:8460 or https://gateway.example:8460"
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as wrong:
        raise ValueError(remedy) from wrong
    if not sound:
        raise ValueError(remedy)
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("http is only for this machine itself; use https:// and ca_file for another one")
    return text.rstrip("/")


def _institution(text: str) -> str:
    if not text:
        return ""
    if not (len(text) == _INSTITUTION_DIGITS and text.isascii() and text.isdigit()):
        raise ValueError("give the 10 digits of 医療機関コード: 都道府県 2, 点数表 1, 医療機関コード 7")
    if check_digit(text[:-1]) != int(text[-1]):
        raise ValueError("the last digit does not fit the others; a digit is wrong, or two are swapped")
    return text


def _printer_device(text: str) -> str:
    if text.startswith(("tcp:", "virtual:", "/dev/")):
        kind, _, rest = text.partition(":")
        host, _, port = rest.rpartition(":")
        if kind == "tcp" and not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("give tcp:HOST:PORT, for example tcp:192.168.1.50:9100")
        if kind == "virtual" and not rest:
            raise ValueError("give virtual:FOLDER, for example virtual:/var/lib/kiosk/slips")
        return text
    raise ValueError("give tcp:HOST:PORT, a device file such as /dev/usb/lp0, or virtual:FOLDER")


def _scanner_device(text: str) -> str:
    if text and not text.startswith("/dev/"):
        raise ValueError(
            "give its device file, such as /dev/input/by-id/usb-…-event-kbd; `kiosk scanner list` shows them"
        )
    return text


def _scanner_prefix(text: str) -> str:
    if len(text) > _LONGEST_FRAME:
        raise ValueError(f"at most {_LONGEST_FRAME} characters")
    if text[:1] in _NUMERIC_KEYPAD and text:
        raise ValueError("begin it with a character that nobody types here: no digit and no sign of a numeric keypad")
    return text


Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
"""Where somebody is sent, as it stands in the facility; at most 20 characters."""

WholePath = Annotated[Path, AfterValidator(_whole_path)]
"""From / on."""

UserGroup = Annotated[
    str, _written_as("[a-z_][a-z0-9_-]{0,31}", "give the name of a group of this machine, such as kiosk-staff")
]
"""As `getent group` lists it."""

TerminalName = Annotated[
    str, _written_as(TERMINAL_NAME, "give up to 16 small letters (a to z), digits and hyphens, such as k01")
]
TerminalLetter = Annotated[str, _written_as("[A-Z]", "give one capital letter from A to Z, such as A")]
AlsaDevice = Annotated[
    str, _written_as(ALSA_NAME, "give a name that `aplay -L` lists, such as default or plughw:CARD=Device,DEV=0")
]

TimeOfDay = Annotated[time, BeforeValidator(_time_of_day), AfterValidator(_time_of_day)]
"""By the site's clock."""

Languages = Annotated[tuple[Language, ...], Field(min_length=1), AfterValidator(_languages)]
"""What examinees may choose; the first is the one that the start screen begins with."""

TimeZone = Annotated[str, AfterValidator(_time_zone)]
"""A name of the IANA time zone database, such as Asia/Tokyo."""

RegularExpression = Annotated[str, AfterValidator(_regular_expression)]
"""Python's `re`."""

TicketCode = Annotated[str, AfterValidator(_ticket_pattern)]
"""A regular expression that says what the code on a ticket is made of; see `TicketPattern`."""

GatewayUrl = Annotated[str, AfterValidator(_gateway_url)]
"""https://…, or http://… of this machine; empty where there is no gateway."""

InstitutionCode = Annotated[str, AfterValidator(_institution)]
"""10 digits of 医療機関コード, the last of them a check digit; empty where none is needed."""

PrinterDevice = Annotated[str, AfterValidator(_printer_device)]
"""tcp:HOST:PORT, a device file, or virtual:FOLDER."""

ScannerDevice = Annotated[str, AfterValidator(_scanner_device)]
"""The device file of a scanner; empty for one that types through the terminal, or where there is none."""

ScannerPrefix = Annotated[str, AfterValidator(_scanner_prefix)]
"""What a scanner sends before a code; empty where it sends nothing."""
