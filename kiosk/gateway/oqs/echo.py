"""Which query a response repeats (QualificationConfirmSearchInfo): the guard against taking somebody else's answer."""

from __future__ import annotations

from kiosk.checkin.insurance import INSURER_DIGITS
from kiosk.checkin.writing import fold_number
from kiosk.gateway.messages import PersonMessage
from kiosk.gateway.oqs.files import SearchInfo


def echoes(query: PersonMessage, asked: SearchInfo | None) -> bool:
    """Whether what a response repeats, as far as it does, is this query; the insurer number may be padded."""
    if asked is None:
        return True
    insurer, birthdate = asked.insurer_number, asked.birthdate
    return (not insurer or insurer.strip().zfill(INSURER_DIGITS) == query.insurer_number) and (
        not birthdate or birthdate == query.birthdate
    )


def is_echo(query: PersonMessage, asked: SearchInfo) -> bool:
    """Whether a repetition alone, without an identifier, can only be of a query like this.

    Insurer, number and birth date must be there and the same; 記号 and 枝番 must be the same where they are there.
    """
    whole = bool(asked.insurer_number and asked.number and asked.birthdate)
    return (
        whole
        and echoes(query, asked)
        and _number(asked.number) == _number(query.number)
        and (not asked.symbol or fold_number(asked.symbol) == fold_number(query.symbol or ""))
        and (not asked.branch or (bool(query.branch) and _branch(asked.branch) == _branch(query.branch)))
    )


def names_same_number(query: PersonMessage, asked: SearchInfo) -> bool:
    """Whether a repetition names the query's 記号・番号・枝番, as far as both have them; twins differ in 枝番 alone."""
    return (
        (not asked.number or _number(asked.number) == _number(query.number))
        and (not asked.symbol or not query.symbol or fold_number(asked.symbol) == fold_number(query.symbol))
        and (not asked.branch or not query.branch or _branch(asked.branch) == _branch(query.branch))
    )


def _number(text: str | None) -> str:
    return fold_number(text or "").lstrip("0")


def _branch(text: str | None) -> str:
    return fold_number(text or "").zfill(2)
