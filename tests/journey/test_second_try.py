"""該当なし and 複数該当: one second try each, then the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.checkin.insurance import InsuredId, InsurerNumber, QualificationValidity
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Brought
from kiosk.ports.examinee import (
    Answer,
    AskBirthdate,
    AskBrought,
    AskNumber,
    Entry,
    Move,
    Question,
    Reviewed,
    ReviewNumbers,
    StaffCalled,
    Typed,
    Wanted,
)
from tests.journey.scripts import BORN, CARD, CERTIFICATE, INSURED, INSURER, ON_TICKET, TICKET, YES, Script, visit_of
from tests.journey.stage import APPOINTMENT, VALID, Stage

NOT_FOUND = replace(VALID, validity=QualificationValidity.NOT_FOUND, results=())
SEVERAL = replace(VALID, validity=QualificationValidity.SEVERAL, results=())


def stage_answering(*earlier: Any, script: Script, last: Any = VALID) -> Stage:
    stage = Stage(*script)
    stage.qualifier.earlier, stage.qualifier.answer = list(earlier), last
    return stage


async def test_the_typed_numbers_are_shown_once_more_and_a_corrected_one_is_queried() -> None:
    def shown(question: ReviewNumbers) -> Reviewed:
        assert question.entries == (
            Entry(Reviewed.INSURER, "01130012"),
            Entry(Reviewed.SYMBOL, "12"),
            Entry(Reviewed.NUMBER, "1234567"),
            Entry(Reviewed.BRANCH, "01"),
            Entry(Reviewed.BIRTHDATE, "1970-01-02"),
        )
        return Reviewed.NUMBER

    stage = stage_answering(
        NOT_FOUND,
        script=[
            *TICKET,
            *CERTIFICATE,
            (ReviewNumbers, shown),
            (AskNumber, Typed("7654321")),
            (ReviewNumbers, Answer.YES),
        ],
        last=NOT_FOUND,
    )
    assert (await visit_of(stage)).outcome.reason is Reason.NOT_FOUND
    assert [query.insured.number for query in stage.qualifier.queries] == ["1234567", "7654321"]


async def test_a_slip_of_the_finger_is_mended_and_confirmed() -> None:
    wrong: Script = [(AskNumber, Typed("12")), (AskNumber, Typed("1234568")), (AskNumber, Typed("01"))]
    stage = stage_answering(
        NOT_FOUND,
        script=[
            *TICKET,
            (AskBrought, Brought.CERTIFICATE),
            *ON_TICKET,
            *INSURER,
            *wrong,
            *BORN,
            *YES,
            (ReviewNumbers, Reviewed.NUMBER),
            (AskNumber, Typed("1234567")),
            (ReviewNumbers, Answer.YES),
        ],
    )
    assert (await visit_of(stage)).outcome.reason is Reason.CONFIRMED_BY_CERTIFICATE


@pytest.mark.parametrize(
    ("what", "asked", "reply", "changed"),
    [
        (Reviewed.INSURER, AskNumber, Typed("06132013"), {"insurer": InsurerNumber("06132013")}),
        (Reviewed.SYMBOL, AskNumber, Typed("9"), {"insured": InsuredId("1234567", "9", "01")}),
        (Reviewed.SYMBOL, AskNumber, Move.NOT_KNOWN, {"insured": InsuredId("1234567", "", "01")}),
        (Reviewed.BRANCH, AskNumber, Move.NOT_KNOWN, {"insured": InsuredId("1234567", "12", "")}),
        (Reviewed.BIRTHDATE, AskBirthdate, date(1970, 1, 3), {"birthdate": date(1970, 1, 3)}),
    ],
)
async def test_every_number_can_be_corrected(
    what: Reviewed, asked: type[Question[Any]], reply: object, changed: dict[str, object]
) -> None:
    correction: Script = [(ReviewNumbers, what), (asked, reply), (ReviewNumbers, Answer.YES)]
    stage = stage_answering(NOT_FOUND, script=[*TICKET, *CERTIFICATE, *correction], last=NOT_FOUND)
    await visit_of(stage)
    first, second = stage.qualifier.queries
    assert second == replace(first, **changed)  # type: ignore[arg-type]  # fields of the query


async def test_the_tickets_insurer_can_be_corrected_too() -> None:
    stage = stage_answering(
        NOT_FOUND,
        script=[
            *TICKET,
            *CARD,
            (AskNumber, Typed("06132013")),
            *INSURED,
            *YES,
            (ReviewNumbers, Reviewed.INSURER),
            (AskNumber, Typed("01130012")),
            (ReviewNumbers, Answer.YES),
        ],
    )
    assert (await visit_of(stage)).outcome.reason is Reason.CONFIRMED_BY_CARD


@pytest.mark.parametrize("given_up", [Answer.YES, Move.BACK, Move.NOT_KNOWN])
async def test_numbers_that_are_right_are_not_queried_again(given_up: object) -> None:
    stage = stage_answering(script=[*TICKET, *CERTIFICATE, (ReviewNumbers, given_up)], last=NOT_FOUND)
    assert (await visit_of(stage)).outcome.reason is Reason.NOT_FOUND
    assert len(stage.qualifier.queries) == 1


@pytest.mark.parametrize("move", [Move.BACK, Move.NOT_KNOWN])
async def test_a_number_that_is_not_typed_after_all_stays(move: Move) -> None:
    script: Script = [(ReviewNumbers, Reviewed.INSURER), (AskNumber, move), (ReviewNumbers, Answer.YES)]
    stage = stage_answering(script=[*TICKET, *CERTIFICATE, *script], last=NOT_FOUND)
    assert (await visit_of(stage)).outcome.reason is Reason.NOT_FOUND
    assert len(stage.qualifier.queries) == 1


async def test_what_the_roster_gave_is_not_shown_for_correction() -> None:
    stage = stage_answering(script=[*CARD, *YES], last=NOT_FOUND)
    stage.roster.appointments = [APPOINTMENT]
    assert (await visit_of(stage)).outcome.reason is Reason.NOT_FOUND


async def test_several_asks_for_the_branch_number() -> None:
    without_branch: Script = [*INSURED[:2], (AskNumber, Move.NOT_KNOWN)]
    script: Script = [*TICKET, *CARD, *ON_TICKET, *without_branch, *YES, (AskNumber, Typed("01"))]
    stage = stage_answering(SEVERAL, script=script)
    assert (await visit_of(stage)).outcome.confirmed
    assert [query.insured.branch for query in stage.qualifier.queries] == ["", "01"]
    assert [q.wanted for q in stage.examinee.asked if isinstance(q, AskNumber)][-1] is Wanted.BRANCH


async def test_without_the_branch_number_several_goes_to_the_desk() -> None:
    without_branch: Script = [*INSURED[:2], (AskNumber, Move.NOT_KNOWN)]
    script: Script = [*TICKET, *CARD, *ON_TICKET, *without_branch, *YES, (AskNumber, Move.NOT_KNOWN)]
    stage = stage_answering(script=script, last=SEVERAL)
    assert (await visit_of(stage)).outcome.reason is Reason.SEVERAL
    assert len(stage.qualifier.queries) == 1


async def test_each_second_try_is_made_once() -> None:
    without_branch: Script = [*INSURED[:2], (AskNumber, Move.NOT_KNOWN)]
    script: Script = [
        *TICKET,
        *CARD,
        *ON_TICKET,
        *without_branch,
        *YES,
        (AskNumber, Typed("01")),
        (ReviewNumbers, Reviewed.NUMBER),
        (AskNumber, Typed("7654321")),
        (ReviewNumbers, Answer.YES),
    ]
    stage = stage_answering(SEVERAL, NOT_FOUND, script=script, last=NOT_FOUND)
    assert (await visit_of(stage)).outcome.reason is Reason.NOT_FOUND
    assert len(stage.qualifier.queries) == 3


async def test_staff_can_be_called_while_the_numbers_are_shown() -> None:
    stage = stage_answering(script=[*TICKET, *CERTIFICATE, (ReviewNumbers, StaffCalled)], last=NOT_FOUND)
    assert (await visit_of(stage)).outcome.reason is Reason.STAFF_CALLED
