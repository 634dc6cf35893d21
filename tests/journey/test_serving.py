"""One check-in after the other, from the start screen on."""

from __future__ import annotations

import pytest

from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Brought
from kiosk.journey import serve
from kiosk.ports.examinee import (
    AskBrought,
    AskStart,
    StaffCalled,
    Start,
)
from tests.journey.scripts import CARD, INSURED, ON_TICKET, TICKET, YES, Script, visit_of
from tests.journey.stage import Stage


class Closing(Exception):
    """The end of a day at the kiosk, for a test of the endless loop."""


async def served(stage: Stage) -> None:
    with pytest.raises(Closing):
        await serve(stage.ports, SitePolicy())


def closing(_: AskStart) -> object:
    raise Closing


async def test_people_are_served_one_after_the_other() -> None:
    one: Script = [(AskStart, Start.BEGIN), *TICKET, (AskBrought, Brought.UNSURE)]
    stage = Stage(*one, *one, (AskStart, closing))
    await served(stage)
    assert [str(visit.number) for visit in stage.ledger.visits] == ["A-001", "A-002"]


async def test_staff_can_be_called_from_the_start_screen() -> None:
    stage = Stage((AskStart, StaffCalled), (AskStart, closing))
    await served(stage)
    outcome = stage.ledger.visits[0].outcome
    assert outcome.reason is Reason.STAFF_CALLED
    assert outcome.hints == (), "nobody was asked what was brought"


async def test_a_slip_that_a_restart_cut_off_is_offered_with_its_number() -> None:
    earlier = await visit_of(Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES))

    def offered(question: AskStart) -> Start:
        assert question.unprinted == earlier.number
        return Start.PRINT_AGAIN

    stage = Stage((AskStart, offered), (AskStart, closing))
    stage.ledger.pending = earlier
    await served(stage)
    assert stage.ledger.slips == [None]
    assert stage.result.number == earlier.number


async def test_a_kiosk_that_cannot_record_serves_nobody_and_says_so_to_staff() -> None:
    def out_of_order(question: AskStart) -> object:
        assert question.out_of_order == "H02"
        raise Closing

    stage = Stage((AskStart, out_of_order))
    stage.ledger.fails = True
    await served(stage)
