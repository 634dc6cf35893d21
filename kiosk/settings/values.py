"""Texts of the file that must have a form: each is checked when the file is read, and an error says what to write."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from kiosk.checkin.insurance import check_digit
from kiosk.checkin.ticket_code import TicketPattern

_INSTITUTION_DIGITS = 10
_LONGEST_FRAME = 8
_NUMERIC_KEYPAD = "0123456789+-*/.,= \r\n\t\x08\x1b"


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError) as unknown:
        raise ValueError("give a time zone such as Asia/Tokyo") from unknown
    return name


def _regular_expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as wrong:
        raise ValueError(f"not a regular expression ({wrong}); give part of the reader's name") from wrong
    return text


def _ticket_pattern(text: str) -> str:
    TicketPattern.compile(text)
    return text


def _gateway_url(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("give an address such as http://127.0.0.1:8460 or https://gateway.example:8460")
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
        if kind == "tcp" and not (host and port.isdigit() and 0 < int(port) < 65536):
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
