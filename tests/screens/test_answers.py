"""Each question, answered by keys alone and by touches alone."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from kiosk.checkin.visit import VisitNumber
from kiosk.checkin.ways import Brought
from kiosk.ports.card import FaceCode, Pin
from kiosk.ports.examinee import (
    Answer,
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskNumber,
    AskPin,
    AskStart,
    Complaint,
    Confirm,
    Document,
    InsertCard,
    Move,
    Question,
    ShowResult,
    StaffCalled,
    Start,
    StartedAgain,
    TakeCard,
    Typed,
    Wanted,
)
from screens.app import KioskApp
from screens.widgets.key import Key
from tests.screens.sitting import EVERY_QUESTION, sitting

UNPRINTED = AskStart(unprinted=VisitNumber("A", 12))
CONFIRM = Confirm("山＊　太＊", date(1970, 1, 2))
RESULT = ShowResult(VisitNumber("A", 12), True, "C01", (), True)


def number(wanted: Wanted, on: Document = Document.CERTIFICATE) -> AskNumber:
    return AskNumber(wanted, on)


BY_KEYS: list[tuple[Question[Any], list[str], Any]] = [
    (AskStart(), ["enter"], Start.BEGIN),
    (UNPRINTED, ["1"], Start.BEGIN),
    (UNPRINTED, ["2"], Start.PRINT_AGAIN),
    (UNPRINTED, ["right", "enter"], Start.PRINT_AGAIN),
    (number(Wanted.TICKET, Document.TICKET), [*"26100012345", "enter"], Typed("26100012345")),
    (number(Wanted.TICKET_INSURER, Document.TICKET), [*"138057", "enter"], Typed("138057")),
    (number(Wanted.INSURER), [*"01130012", "enter"], Typed("01130012")),
    (number(Wanted.INSURER), [*"０１１３００１２", "enter"], Typed("01130012")),
    (number(Wanted.SYMBOL), [*"12-34", "enter"], Typed("12-34")),
    (number(Wanted.NUMBER), [*"5567", "backspace", "enter"], Typed("556")),
    (number(Wanted.BRANCH), [*"01", "enter"], Typed("01")),
    (number(Wanted.BRANCH), ["*"], Move.NOT_KNOWN),
    (number(Wanted.BRANCH), ["left", "enter"], Move.NOT_KNOWN),
    (number(Wanted.BRANCH), [*"01", "shift+tab", "enter"], Move.NOT_KNOWN),
    (number(Wanted.BRANCH), ["escape"], Move.BACK),
    (AskBrought(), ["2"], Brought.CERTIFICATE),
    (AskBrought(), ["6"], Brought.UNSURE),
    (AskBrought(), ["3", "enter"], Brought.NOTICE),
    (AskBrought(), ["right", "down", "right", "enter"], Brought.SMARTPHONE),
    (InsertCard(), ["1"], Move.NOT_KNOWN),
    (InsertCard(), ["escape"], Move.BACK),
    (AskPin(3), ["*"], Move.NOT_KNOWN),
    (AskBirthdate(), [*"2450102", "enter"], date(1970, 1, 2)),
    (AskBirthdate(), [*"1", "backspace", *"3020331", "enter"], date(1990, 3, 31)),
    (CONFIRM, ["enter"], Answer.YES),
    (CONFIRM, ["1"], Answer.YES),
    (CONFIRM, ["2"], Answer.NO),
    (CONFIRM, ["right", "enter"], Answer.NO),
    (CONFIRM, ["tab", "enter"], Answer.NO),
    (RESULT, ["enter"], None),
]

BY_TOUCH: list[tuple[Question[Any], list[str], Any]] = [
    (AskStart(), ["#big-name"], Start.BEGIN),
    (AskStart(), ["#facility"], Start.BEGIN),
    (UNPRINTED, ["#choice-2"], Start.PRINT_AGAIN),
    (
        number(Wanted.TICKET, Document.TICKET),
        [*(f"#digit-{digit}" for digit in "26100012345"), "#next"],
        Typed("26100012345"),
    ),
    (number(Wanted.SYMBOL), ["#digit-1", "#hyphen", "#digit-2", "#next"], Typed("1-2")),
    (number(Wanted.NUMBER), ["#digit-1", "#digit-2", "#erase", "#next"], Typed("1")),
    (number(Wanted.NUMBER), ["#digit-1", "#digit-2", "#erase-all", "#digit-3", "#next"], Typed("3")),
    (number(Wanted.BRANCH), ["#not-known"], Move.NOT_KNOWN),
    (AskBrought(), ["#choice-1"], Brought.MY_NUMBER_CARD),
    (InsertCard(), ["#choice-1"], Move.NOT_KNOWN),
    (AskPin(3), ["#not-known"], Move.NOT_KNOWN),
    (AskFaceCode(10), ["#not-known"], Move.NOT_KNOWN),
    (
        AskBirthdate(),
        ["#era-2", *(f"#digit-{digit}" for digit in "450102"), "#next"],
        date(1970, 1, 2),
    ),
    (CONFIRM, ["#choice-1"], Answer.YES),
    (CONFIRM, ["#choice-2"], Answer.NO),
    (RESULT, ["#choice-1"], None),
]


@pytest.mark.parametrize(("question", "keys", "answer"), BY_KEYS)
async def test_keys_alone_answer(question: Question[Any], keys: list[str], answer: Any) -> None:
    async with sitting(question) as here:
        await here.strike(keys)
        assert await here.answered() == answer


@pytest.mark.parametrize(("question", "touches", "answer"), BY_TOUCH)
async def test_touches_alone_answer(question: Question[Any], touches: list[str], answer: Any) -> None:
    async with sitting(question) as here:
        await here.hit(*touches)
        assert await here.answered() == answer


@pytest.mark.parametrize("touch", [False, True])
async def test_pin_is_handed_over_whole(touch: bool) -> None:
    async with sitting(AskPin(3)) as here:
        await (here.hit(*(f"#digit-{d}" for d in "1123"), "#next") if touch else here.strike([*"1123", "enter"]))
        pin = await here.answered()
        assert isinstance(pin, Pin)
        assert pin.octets == b"1123"


@pytest.mark.parametrize("touch", [False, True])
async def test_face_code_joins_its_three_numbers(touch: bool) -> None:
    digits = "45010220301234"
    async with sitting(AskFaceCode(10)) as here:
        await (here.hit(*(f"#digit-{d}" for d in digits), "#next") if touch else here.strike([*digits, "enter"]))
        code = await here.answered()
        assert isinstance(code, FaceCode)
        assert code.octets == digits.encode()


LEAVABLE = {
    type(question): question
    for question in EVERY_QUESTION.values()
    if not isinstance(question, AskStart | ShowResult | TakeCard)
}
"""One question of each kind that has the ways out: a kind has one screen."""


@pytest.mark.parametrize("way", ["escape", "#again", "#staff"])
async def test_every_question_can_be_left_by_touch_and_by_key(way: str) -> None:
    async with sitting(AskStart()) as here:
        for name, question in LEAVABLE.items():
            await here.face(question)
            await (here.hit(way) if way.startswith("#") else here.strike([way]))
            left = await here.answered()
            match way:
                case "escape":
                    assert left is Move.BACK, name
                case "#again":
                    assert isinstance(left, StartedAgain), name
                case _:
                    assert isinstance(left, StaffCalled), name


@pytest.mark.parametrize("question", [AskStart(), RESULT, TakeCard()])
async def test_staff_can_be_called_where_there_is_no_way_back(question: Question[Any]) -> None:
    async with sitting(question) as here:
        await here.strike(["escape"])
        assert not here.outcome.done()
        await here.hit("#staff")
        assert isinstance(await here.answered(), StaffCalled)


async def test_a_card_that_is_away_is_not_to_be_taken_off_first() -> None:
    for complaint, lies_there in ((Complaint.CARD_TROUBLE, True), (Complaint.CARD_PULLED, False)):
        async with sitting(InsertCard(complaint)) as here:
            assert ("いちどカードを取って" in here.text()) is lies_there


async def test_a_kiosk_out_of_order_does_not_begin() -> None:
    async with sitting(AskStart(out_of_order="H02")) as here:
        await here.strike(["enter", "1"])
        await here.hit("#big-name")
        assert not here.outcome.done()
        assert "H02" in here.text()


@pytest.mark.parametrize(
    ("code", "words"), [("N09", "ただいま休止しています"), ("N10", "いま、この端末では受付できません")]
)
async def test_a_kiosk_that_staff_closed_says_so_calmly_and_where_to_go(code: str, words: str) -> None:
    async with sitting(AskStart(out_of_order=code)) as here:
        await here.strike(["enter", "1"])
        assert not here.outcome.done()
        assert words in here.text()
        assert "へお越しください" in here.text()
        assert code in here.text()


@pytest.mark.parametrize(
    ("question", "keys", "words"),
    [
        (number(Wanted.INSURER), [*"01130013"], "番号がちがいます"),
        (number(Wanted.INSURER), [*"138058"], "6けたなら、番号がちがいます"),
        (number(Wanted.INSURER), [*"0113001"], "あと1けたです"),
        (number(Wanted.TICKET, Document.TICKET), [*"2610001234"], "あと1けたです"),
        (number(Wanted.BRANCH), [*"1"], "あと1けたです"),
        (number(Wanted.SYMBOL), [*"-"], "数字も入れてください"),
        (number(Wanted.NUMBER), [], "番号を入れてください"),
        (AskBirthdate(), [*"24513"], "月は01から12です"),
        (AskBirthdate(), [*"2450132"], "日は01から31です"),
        (AskBirthdate(), [*"2450230"], "その日付はありません"),
        (AskBirthdate(), [*"266"], "昭和にその年はありません"),
        (AskBirthdate(), [*"116"], "大正にその年はありません"),
        (AskBirthdate(), [], "元号か西暦を選んでください"),
        (AskFaceCode(10), [*"4513"], "月は01から12です"),
        (AskFaceCode(10), [*"450100"], "日は01から31です"),
        (AskFaceCode(10), [*"450102"], "有効期限の年を"),
    ],
)
async def test_what_is_not_sound_is_said_and_not_sent(question: Question[Any], keys: list[str], words: str) -> None:
    async with sitting(question) as here:
        await here.strike([*keys])
        if keys:
            assert words in here.text()
        await here.strike(["enter"])
        assert words in here.text()
        assert not here.outcome.done()


async def test_pin_needs_four_digits_and_shows_none() -> None:
    async with sitting(AskPin(3)) as here:
        await here.strike([*"975", "enter"])
        assert not here.outcome.done()
        shown = here.text()
        assert "＊ ＊ ＊" in shown
        assert "残り3回" in shown
        await here.strike(["backspace"])
        assert "＊ ＊ ＊" not in here.text()


LONG_AGO = float("-inf")


async def test_a_trembling_finger_hits_once() -> None:
    async with sitting(number(Wanted.NUMBER), bounce_seconds=60) as here:
        for key in here.screen.query(Key):
            key._hit_at = LONG_AGO
        await here.hit("#digit-1", "#digit-1", "#digit-2", "#next")
        assert await here.answered() == Typed("12")


@pytest.mark.parametrize("selector", ["#big-name", "#choice-1", "#choice-2", "#staff"])
async def test_a_hit_meant_for_the_screen_before_does_not_count(selector: str) -> None:
    async with sitting(UNPRINTED, bounce_seconds=60) as here:
        await here.hit(selector)
        assert not here.outcome.done()


async def test_a_finger_does_not_move_where_enter_goes() -> None:
    async with sitting(number(Wanted.NUMBER)) as here:
        await here.strike("12")
        await here.hit("#erase")
        await here.strike(["enter"])
        assert await here.answered() == Typed("1")


async def test_a_card_that_is_left_rings_until_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    monkeypatch.setattr("screens.take_card.BELL_SECONDS", 0.01)
    monkeypatch.setattr(KioskApp, "bell", lambda _app: rung.append(True))
    async with sitting(TakeCard()) as here:
        await here.until(lambda: len(rung) > 2)


async def test_equal_digits_on_the_keyboard_all_count() -> None:
    async with sitting(number(Wanted.NUMBER), bounce_seconds=60) as here:
        await here.strike([*"1122", "enter"], gap=0.05)
        assert await here.answered() == Typed("1122")


async def test_result_ends_itself() -> None:
    async with sitting(RESULT, result_seconds=0.05) as here:
        assert await here.answered() is None


async def test_cancelling_takes_the_screen_and_what_was_typed_away() -> None:
    async with sitting(AskPin(3)) as here:
        await here.strike([*"975"])
        screen = here.screen
        here.asking[-1].cancel()
        await here.until(lambda: here.app.screen is not screen)
        assert not screen.is_attached
        with pytest.raises(asyncio.CancelledError):
            await here.answered()
        assert [len(field.entry) for field in screen.fields] == [0]  # type: ignore[attr-defined]  # a PinScreen


async def test_keys_after_the_answer_are_lost() -> None:
    """The second Enter of a bouncing key must not answer a question that nobody has seen."""
    async with sitting(number(Wanted.NUMBER)) as here:
        await here.strike([*"12", "enter", "enter", *"34"])
        assert await here.answered() == Typed("12")
        assert here.app.is_running
