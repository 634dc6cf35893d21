"""What an examinee answers, part by part of the form."""

from __future__ import annotations

from datetime import date
from typing import Any

from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit
from kiosk.checkin.ways import Brought
from kiosk.journey import check_in
from kiosk.ports.card import Pin
from kiosk.ports.examinee import Answer, AskBirthdate, AskBrought, AskNumber, AskPin, Confirm, Question, Typed
from tests.journey.stage import Reply, Stage, StageCard

Script = list[tuple[type[Question[Any]], Reply]]

TICKET: Script = [(AskNumber, Typed("26100000001"))]
ON_TICKET: Script = [(AskNumber, Typed("01130012"))]
PIN: Script = [(AskPin, lambda _: Pin(b"1234"))]
CARD: Script = [(AskBrought, Brought.MY_NUMBER_CARD), *PIN]
INSURER: Script = [(AskNumber, Typed("01130012"))]
INSURED: Script = [(AskNumber, Typed("12")), (AskNumber, Typed("1234567")), (AskNumber, Typed("01"))]
BORN: Script = [(AskBirthdate, date(1970, 1, 2))]
YES: Script = [(Confirm, Answer.YES)]
CERTIFICATE: Script = [(AskBrought, Brought.CERTIFICATE), *ON_TICKET, *INSURER, *INSURED, *BORN, *YES]


async def visit_of(stage: Stage, policy: SitePolicy | None = None) -> Visit:
    """The visit that the script leads to; the script has to be used up."""
    visit = await check_in(stage.ports, policy or SitePolicy())
    assert visit is not None
    assert not stage.examinee.script
    return visit


async def reason_of(*script: tuple[type[Question[Any]], Reply], cards: list[StageCard] | None = None) -> Reason:
    """The reason that the script ends in."""
    return (await visit_of(Stage(*script, cards=cards))).outcome.reason
