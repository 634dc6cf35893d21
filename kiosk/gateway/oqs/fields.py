"""Typed values of elements. Padding is stripped, empty is None, and a bad value raises WrongElement."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from enum import Enum
from typing import TypeVar

from kiosk.checkin.insurance import InsurerNumber, InvalidNumber
from kiosk.gateway.oqs.elements import Leaf
from kiosk.gateway.oqs.errors import WrongElement
from kiosk.gateway.oqs.tree import Node

LONGEST_TEXT = 200
"""Characters, as terminals take them: far above any name, and short enough for a slip."""

Code = TypeVar("Code", bound=Enum)


def text(node: Node, leaf: Leaf) -> str | None:
    """A text on one line of at most 200 characters."""
    if leaf in node.ambiguous:
        raise WrongElement(leaf.value)
    value = node.texts.get(leaf, "").strip()
    if len(value) > LONGEST_TEXT or any(_breaks_lines(sign) for sign in value):
        raise WrongElement(leaf.value)
    return value or None


def note(node: Node, leaf: Leaf) -> str:
    """Opaque text for staff: on one line, and cut rather than refused when it is too long."""
    value = node.texts.get(leaf, "")[: 4 * LONGEST_TEXT]
    return " ".join("".join(" " if _breaks_lines(sign) else sign for sign in value).split())[:LONGEST_TEXT].strip()


def day(node: Node, leaf: Leaf) -> str | None:
    """yyyyMMdd, a day of the calendar."""
    value = text(node, leaf)
    if value is not None:
        _date_of(value, leaf)
    return value


def date_or_none(node: Node, leaf: Leaf) -> date | None:
    """yyyyMMdd as a date."""
    value = text(node, leaf)
    return None if value is None else _date_of(value, leaf)


def moment(node: Node, leaf: Leaf) -> str:
    """yyyyMMddHHmmss, or empty."""
    value = text(node, leaf) or ""
    if value:
        if len(value) != 14 or not _is_digits(value):
            raise WrongElement(leaf.value)
        try:
            datetime.strptime(value, "%Y%m%d%H%M%S")  # noqa: DTZ007 - only its form is looked at
        except ValueError:
            raise WrongElement(leaf.value) from None
    return value


def code(node: Node, leaf: Leaf, table: type[Code]) -> Code | None:
    """A code of a closed table."""
    value = text(node, leaf)
    if value is None:
        return None
    try:
        return table(value)
    except ValueError:
        raise WrongElement(leaf.value) from None


def insurer_number(node: Node) -> str | None:
    """保険者番号 with a right check digit, 8 characters: 国保 with two spaces before its 6 digits."""
    value = text(node, Leaf.INSURER_NUMBER)
    if value is None:
        return None
    try:
        InsurerNumber.parse(value)
    except InvalidNumber:
        raise WrongElement(Leaf.INSURER_NUMBER.value) from None
    return value.rjust(8)


def _date_of(value: str, leaf: Leaf) -> date:
    if len(value) != 8 or not _is_digits(value):
        raise WrongElement(leaf.value)
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        raise WrongElement(leaf.value) from None


def _is_digits(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _breaks_lines(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Zl", "Zp")
