"""Judging a number while it is typed, by the rules of `kiosk.checkin`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from kiosk.checkin.insurance import INSURER_DIGITS, InsurerNumber, InvalidNumber, NumberFault
from kiosk.checkin.ticket import TICKET_DIGITS, TicketNumber
from kiosk.locale import _
from kiosk.ports.examinee import Wanted
from screens.entry import DIGITS, Entry

SHORT_INSURER_DIGITS = 6
"""国保 prints its insurer number without the two leading zeros."""
LONGEST_NUMBER = 20
"""記号 and 番号 have at most 20 characters (OQSsiquc01)."""
BRANCH_DIGITS = 2
DATE_DIGITS, LAST_MONTH, LAST_DAY = 2, 12, 31


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the screen says of the digits typed so far."""

    sound: bool
    """Whether they may be handed over."""
    words: str
    wrong: bool = False
    """Whether they can no longer become sound by typing on."""


def entry_for(wanted: Wanted) -> Entry:
    """An empty field for that number."""
    match wanted:
        case Wanted.TICKET:
            return Entry(TICKET_DIGITS)
        case Wanted.TICKET_INSURER | Wanted.INSURER:
            return Entry(INSURER_DIGITS)
        case Wanted.SYMBOL:
            return Entry(LONGEST_NUMBER, DIGITS + b"-")
        case Wanted.NUMBER:
            return Entry(LONGEST_NUMBER)
        case Wanted.BRANCH:
            return Entry(BRANCH_DIGITS)
        case _:
            assert_never(wanted)


def judge(wanted: Wanted, text: str) -> Judgement:
    """What to say of `text`, typed as that number."""
    if not text:
        return Judgement(sound=False, words="")
    match wanted:
        case Wanted.TICKET:
            try:
                TicketNumber.parse(text)
            except InvalidNumber:
                return _missing(TICKET_DIGITS - len(text))
            return _sound()
        case Wanted.TICKET_INSURER | Wanted.INSURER:
            return _judge_insurer(text)
        case Wanted.SYMBOL:
            return _sound() if text.strip("-") else Judgement(sound=False, words=_("数字も入れてください。"))
        case Wanted.NUMBER:
            return _sound()
        case Wanted.BRANCH:
            return _sound() if len(text) == BRANCH_DIGITS else _missing(BRANCH_DIGITS - len(text))
        case _:
            assert_never(wanted)


def wrong_month_or_day(month: str, day: str) -> Judgement | None:
    """What to say as soon as both digits of one of them are typed and cannot be right; None while they may be."""
    for text, last, words in (
        (month, LAST_MONTH, _("月は01から12です。直してください。")),
        (day, LAST_DAY, _("日は01から31です。直してください。")),
    ):
        if len(text) == DATE_DIGITS and not 1 <= int(text) <= last:
            return Judgement(sound=False, words=words, wrong=True)
    return None


def _judge_insurer(text: str) -> Judgement:
    try:
        InsurerNumber.parse(text)
    except InvalidNumber as invalid:
        if invalid.fault is not NumberFault.CHECK_DIGIT:
            short_of = SHORT_INSURER_DIGITS if len(text) < SHORT_INSURER_DIGITS else INSURER_DIGITS
            return _missing(short_of - len(text))
        if len(text) == SHORT_INSURER_DIGITS:
            return Judgement(sound=False, words=_("6けたなら、番号がちがいます。8けたなら、あと2けたです。"))
        return Judgement(sound=False, words=_("番号がちがいます。もういちど書類を見てください。"), wrong=True)
    return _sound()


def _sound() -> Judgement:
    return Judgement(sound=True, words=_("よければ「つぎへ」を押してください。"))


def _missing(count: int) -> Judgement:
    return Judgement(sound=False, words=_("あと{count}けたです。").format(count=count))
