"""What somebody at the demo's table can do next: one line for each question, with what is to be typed in it."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from kiosk.checkin.language import Language
from kiosk.checkin.wareki import era_of, era_year
from kiosk.locale import spoken
from kiosk.locale.kana import MOST, places_of
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Confirm,
    GoToFaceReader,
    InsertCard,
    NamePart,
    Question,
    ReviewNumbers,
    ShowResult,
    TakeCard,
    Wanted,
)
from screens.birthdate import CALENDARS
from screens.tour_told import Caption
from screens.tray_table import Sample

WORKING = Caption("キオスクが調べています", "The kiosk is at work")
_NUMBERS = {
    Wanted.TICKET_INSURER: "保険者番号",
    Wanted.INSURER: "保険者番号",
    Wanted.SYMBOL: "記号",
    Wanted.NUMBER: "番号",
    Wanted.BRANCH: "枝番",
}


def hint(question: Question[Any] | None, sample: Sample, *, holds_card: bool = False) -> Caption:
    """What to do at that question with the things of that person; `None` where none is asked."""
    match question:
        case AskStart(out_of_order=code) if code:
            return Caption(f"いまは受付できません ({code})", f"Out of order ({code})")
        case AskStart():
            return Caption("Enter で受付をはじめる", "Press Enter to begin (F10: help)")
        case AskBrought():
            return Caption("1 マイナンバーカード など", "Choose by digit: 1 is the card")
        case InsertCard():
            return Caption("F3 でカードを置く", "Press F3 to put the card in")
        case AskPin() if sample.pin:
            return _typed(sample.pin)
        case AskFaceCode() if sample.face_code:
            return Caption(
                f"{sample.face_code.replace(' ', '')} を打って Enter", "Type the code (照合番号B), then Enter"
            )
        case AskNumber(wanted=Wanted.TICKET) if sample.ticket:
            return Caption("F5 で受診券をかざす", "Press F5 to scan the ticket")
        case AskNumber(wanted=wanted) if number := sample.numbers.get(wanted):
            return _typed(number)
        case AskNumber(wanted=wanted) if wanted in sample.numbers:
            return Caption("* で、ありません", "*: there is none")
        case AskNumber(wanted=wanted) if wanted in _NUMBERS:
            return Caption(f"下の{_NUMBERS[wanted]}を打って Enter", "Type that number, then Enter")
        case AskBirthdate() if sample.birthdate is not None:
            return _typed(_digits(sample.birthdate))
        case AskBirthdate():
            return Caption("下の生年月日を打って Enter", "Type the birth date, then Enter")
        case AskInitial(part=part) if letter := _initial(sample.kana, part):
            keys = " ".join(str((place + 1) % MOST) for place in places_of(letter))
            return Caption(f"「{letter}」は {keys}", f"The letter {letter}: {keys}")
        case AskInitial():
            return Caption("名前のはじめの字をえらぶ", "Choose the first letter of the name")
        case GoToFaceReader():
            return Caption("F7 で顔認証", "Press F7 to look into the face reader")
        case ReviewNumbers():
            return Caption("0 で、すべて正しい", "0: all of them are right")
        case Confirm():
            return Caption("1 で、はい", "1: yes, that is me")
        case ShowResult() if holds_card:
            return Caption("F4 カードを抜く  1 おわる", "F4 take the card, F6 see the slip, 1 end")
        case ShowResult():
            return Caption("F6 受付票を見る  1 おわる", "F6 see the slip, 1 end")
        case TakeCard():
            return Caption("F4 でカードを抜く", "Press F4 to take the card")
        case None:
            return WORKING
        case _:
            return Caption("F2 でほかの人をえらぶ", "F2 chooses somebody else")


def _typed(digits: str) -> Caption:
    return Caption(f"{digits} を打って Enter", f"Type {digits}, then Enter")


def _initial(kana: str, part: NamePart) -> str:
    """As the keys name it: without the marks that make カ a ガ."""
    family, _space, given = kana.partition("　")
    name = family if part is NamePart.FAMILY else given
    return unicodedata.normalize("NFD", name)[:1]


def _digits(birthdate: date) -> str:
    """In Japanese with the digit of its era before it; every other language begins with the years of the West."""
    if spoken() is not Language.JAPANESE:
        return f"{birthdate:%Y%m%d}"
    era = CALENDARS.index(era_of(birthdate)) + 1
    return f"{era} {era_year(birthdate):02d}{birthdate:%m%d}"


EXPLAINED = (
    "練習用の受付端末です。人もカードも番号も、すべて架空です。",
    "A kiosk for practice. All people, cards and numbers are invented.",
    "",
    "  上(左)が受診者の見る画面、下(右)の茶色が「机」です。",
    "  The kiosk as examinees see it; the brown part is your table.",
    "",
    "  1  F1・F2   人をえらぶ            choose a person",
    "  2  Enter    受付をはじめる        begin",
    "  3  F5       受診券をかざす        scan the ticket",
    "  4  F3       カードを置く          put the card in",
    "  5  数字     机にある番号を打つ    type what lies on the table",
    "  6  F6       受付票を見る          look at the slip",
    "",
    "  机の一行めが、いつも次にすることです。",
    "  The table's first line always says what to do next.",
    "",
    "  五人の見学 / A tour:  kiosk demo --tour",
)
"""For whoever sees it for the first time; lines of at most 74 columns, and so few that 24 rows hold them."""

BOARD = ("  職員の画面 (別の端末で) / The staff's board, in another terminal:",)
"""What comes before the command for it."""
