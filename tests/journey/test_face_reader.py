"""① The face reader, for those whose card cannot be used in the kiosk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import QualificationValidity
from kiosk.checkin.outcome import FaceFault
from kiosk.checkin.policy import Capabilities, SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Brought, Way
from kiosk.gateway.faces.registry import LONGEST_SECONDS
from kiosk.journey import check_in
from kiosk.ports.desk import Flag
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    Confirm,
    GoToFaceReader,
    Move,
    StaffCalled,
    StartedAgain,
    TakeCard,
    Wait,
)
from kiosk.settings import Settings
from tests.journey.scripts import BORN, CARD, INSURED, ON_TICKET, PIN, TICKET, YES, Script, visit_of
from tests.journey.stage import APPOINTMENT, REGISTERED, VALID, Stage, StageCard

CAN = Capabilities(face_reader=True, face_query=True)
SITE = SitePolicy(unattended=frozenset({Way.CARD_QUERY, Way.FACE_READER}), capabilities=CAN)
NO_PIN: Script = [
    (AskBrought, Brought.MY_NUMBER_CARD),
    (AskPin, Move.NOT_KNOWN),
    (AskFaceCode, Move.NOT_KNOWN),
]
FOUND: Script = [*BORN, (AskInitial, "ミ"), *YES]


def stage_of(*script: Script, cards: list[StageCard] | None = None) -> Stage:
    stage = Stage(*(part for parts in script for part in parts), cards=cards)
    stage.roster.appointments = [APPOINTMENT]
    return stage


def asked(stage: Stage) -> list[type[object]]:
    return [type(question) for question in stage.examinee.asked]


async def test_without_pin_and_code_the_reader_brings_the_answer() -> None:
    stage = stage_of(NO_PIN, FOUND)
    visit = await visit_of(stage, SITE)
    assert (visit.outcome.reason, visit.outcome.way) == (Reason.CONFIRMED_BY_FACE, Way.FACE_READER)
    assert stage.faces.armed == [(date(1970, 1, 2), "ミホン タロウ")]
    assert visit.draft.registered == REGISTERED.person
    assert not stage.qualifier.queries
    assert stage.events.count("face cancelled") == 1


async def test_the_card_is_given_back_before_the_reader_waits() -> None:
    """It is needed there; the flag for a card that was left stays down."""
    stage = stage_of(NO_PIN, FOUND)
    await visit_of(stage, SITE)
    assert asked(stage).index(TakeCard) < asked(stage).index(GoToFaceReader)
    assert not stage.reader.holds_card
    assert Flag.CARD_LEFT not in stage.staff.flags


@pytest.mark.parametrize("tries", [0, 1])
async def test_a_card_whose_pin_may_not_be_sent_goes_to_the_reader(tries: int) -> None:
    stage = stage_of([(AskBrought, Brought.MY_NUMBER_CARD)], FOUND, cards=[StageCard(tries=tries)])
    assert (await visit_of(stage, SITE)).outcome.reason is Reason.CONFIRMED_BY_FACE


async def test_a_kiosk_without_a_card_reader_sends_there_at_once() -> None:
    stage = stage_of([(AskBrought, Brought.MY_NUMBER_CARD)], FOUND)
    stage.reader.cards = None
    assert (await visit_of(stage, SITE)).outcome.reason is Reason.CONFIRMED_BY_FACE


async def test_a_site_that_prefers_the_reader_asks_for_no_card() -> None:
    stage = stage_of([(AskBrought, Brought.MY_NUMBER_CARD)], FOUND)
    assert (await visit_of(stage, replace(SITE, face_first=True))).outcome.reason is Reason.CONFIRMED_BY_FACE
    assert AskPin not in asked(stage)


async def test_where_the_site_does_not_let_it_end_unattended_staff_look() -> None:
    visit = await visit_of(stage_of(NO_PIN, FOUND), SitePolicy(capabilities=CAN))
    assert visit.outcome.reason is Reason.FACE_TO_BE_SEEN


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"validity": QualificationValidity.INVALID}, Reason.INVALID),
        ({"results": (REGISTERED, REGISTERED)}, Reason.NOT_ONE_PERSON),
        ({"results": (replace(REGISTERED, person=replace(REGISTERED.person, name="別　人")),)}, Reason.NAME_DIFFERS),
        (
            {"results": (replace(REGISTERED, person=replace(REGISTERED.person, birthdate=date(1970, 1, 3))),)},
            Reason.BIRTHDATE_DIFFERS,
        ),
    ],
)
async def test_what_the_reader_brings_is_collated_like_any_answer(changed: dict[str, object], reason: Reason) -> None:
    stage = stage_of(NO_PIN, FOUND)
    stage.faces.brings = replace(VALID, **changed)  # type: ignore[arg-type]  # the table above is trusted
    assert (await visit_of(stage, SITE)).outcome.reason is reason


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (FaceFault.NOT_FOUND, Reason.FACE_NOT_FOUND),
        (FaceFault.SEVERAL, Reason.FACE_AMBIGUOUS),
        (FaceFault.UNAVAILABLE, Reason.FACE_UNREACHABLE),
    ],
)
async def test_nobody_several_or_a_broken_line_are_for_the_desk(fault: FaceFault, reason: Reason) -> None:
    stage = stage_of(NO_PIN, FOUND)
    stage.faces.brings = fault
    assert (await visit_of(stage, SITE)).outcome.reason is reason
    assert "waited 60 s" in stage.events


async def test_a_gateway_that_cannot_be_asked_sends_nobody_in_vain() -> None:
    stage = stage_of(NO_PIN, FOUND)
    stage.faces.refuses = FaceFault.UNAVAILABLE
    visit = await visit_of(stage, SITE)
    assert visit.outcome.reason is Reason.FACE_UNREACHABLE
    assert GoToFaceReader not in asked(stage)
    assert visit.draft.query is None
    assert not visit.outcome.reason.asked_later


async def test_who_cannot_use_the_reader_need_not_wait() -> None:
    stage = stage_of(NO_PIN, FOUND, [(GoToFaceReader, Move.NOT_KNOWN)])
    stage.faces.brings = None
    assert (await visit_of(stage, SITE)).outcome.reason is Reason.FACE_NOT_FOUND
    assert "face cancelled" in stage.events


async def test_more_time_waits_on_at_the_same_session() -> None:
    """What came while the key was pressed is not lost: the reader is not armed anew."""
    stage = stage_of(NO_PIN, FOUND, [(GoToFaceReader, Wait.LONGER), (GoToFaceReader, Wait.LONGER)])
    stage.faces.comes_at = 3
    visit = await visit_of(stage, replace(SITE, face_seconds=20))
    assert visit.outcome.reason is Reason.CONFIRMED_BY_FACE
    assert stage.events.count("waited 20 s") == 3
    assert len(stage.faces.armed) == stage.events.count("face cancelled") == 1


async def test_more_time_ends_when_it_was_asked_for_often() -> None:
    """Ten times more, then the key is gone and the reader's own end counts; the gateway waits as long."""
    asking: Script = [(GoToFaceReader, Wait.LONGER)] * 10
    stage = stage_of(NO_PIN, FOUND, asking)
    stage.faces.comes_at, stage.faces.brings = 11, FaceFault.NOT_FOUND
    visit = await visit_of(stage, SITE)
    assert visit.outcome.reason is Reason.FACE_NOT_FOUND
    offered = [question.more for question in stage.examinee.asked if isinstance(question, GoToFaceReader)]
    assert offered == list(range(10, -1, -1))
    assert stage.events.count("waited 60 s") * 60 <= LONGEST_SECONDS


async def test_going_back_cancels_and_arms_anew() -> None:
    stage = stage_of(NO_PIN, FOUND, [(GoToFaceReader, Move.BACK), *YES, (GoToFaceReader, Move.NOT_KNOWN)])
    stage.faces.brings = None
    await visit_of(stage, SITE)
    assert len(stage.faces.armed) == stage.events.count("face cancelled") == 2


async def test_going_back_to_the_card_reads_it_after_all() -> None:
    """A PIN that comes to mind again is taken, and what was typed for the reader counts no more."""
    stage = stage_of(NO_PIN, [(AskBirthdate, Move.BACK)], PIN, YES, cards=[StageCard(), StageCard()])
    assert (await visit_of(stage, SITE)).outcome.reason is Reason.CONFIRMED_BY_CARD
    assert not stage.faces.armed


@pytest.mark.parametrize("left", [StaffCalled, StartedAgain])
async def test_leaving_cancels(left: type[Exception]) -> None:
    stage = stage_of(NO_PIN, FOUND, [(GoToFaceReader, left)])
    stage.faces.brings = None
    visit = await check_in(stage.ports, SITE)
    assert (visit.outcome.reason if visit else None) is (Reason.STAFF_CALLED if left is StaffCalled else None)
    assert "face cancelled" in stage.events


@pytest.mark.parametrize("why", ["no kana", "another birth date"])
async def test_birth_date_and_first_letters_are_not_enough(why: str) -> None:
    """Without the whole name of the roster nobody is waited for: the desk, with the card's own reason."""
    assert APPOINTMENT.person is not None
    stage = Stage(*NO_PIN, *BORN, *TICKET, *YES)
    other = (
        replace(APPOINTMENT.person, kana="")
        if why == "no kana"
        else replace(APPOINTMENT.person, birthdate=date(1970, 1, 3))
    )
    assert APPOINTMENT.ticket is not None
    stage.roster.appointments = [replace(APPOINTMENT, person=other, ticket=replace(APPOINTMENT.ticket, person=other))]
    if why == "no kana":
        stage.examinee.script.insert(4, (AskInitial, "ミ"))
    visit = await visit_of(stage, SITE)
    assert visit.outcome.reason is Reason.PIN_UNKNOWN
    assert not stage.faces.armed


@pytest.mark.parametrize("missing", ["roster", "reader", "capability"])
async def test_where_something_is_missing_all_is_as_without_a_reader(missing: str) -> None:
    stage = Stage(*TICKET, *NO_PIN) if missing == "roster" else stage_of(NO_PIN)
    stage.faces.available = missing != "reader"
    policy = SitePolicy() if missing == "capability" else SITE
    assert (await visit_of(stage, policy)).outcome.reason is Reason.PIN_UNKNOWN
    assert not stage.faces.armed


async def test_whoever_knows_the_pin_is_not_sent_anywhere() -> None:
    stage = stage_of(CARD, YES)
    assert (await visit_of(stage, SITE)).outcome.reason is Reason.CONFIRMED_BY_CARD
    assert not stage.faces.armed
    plain = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    assert (await visit_of(plain, SITE)).outcome.reason is Reason.CONFIRMED_BY_CARD


def test_the_settings_give_the_policy() -> None:
    """The face reader ends nothing unattended unless the site says so, and nobody is sent there without a gateway."""
    site = {"name": "見本", "face_reader": True, "face_seconds": 30, "face_first": True, "allow_unattended": ["face"]}
    settings = {"site": site, "printer": {"device": "virtual:slips"}}
    policy = Settings.model_validate(settings).policy
    assert (policy.capabilities.face_query, policy.face_seconds, policy.face_first) == (True, 30, True)
    assert policy.unattended == {Way.FACE_READER}
    alone = Settings.model_validate({**settings, "gateway": {"url": ""}}).policy
    assert (alone.capabilities.face_reader, alone.capabilities.face_query) == (True, False)
    usual = Settings.model_validate({**settings, "site": {"name": "見本"}}).policy
    assert Way.FACE_READER not in usual.unattended
    assert usual.capabilities == Capabilities()


async def test_a_checkup_without_tickets_is_matched_by_the_appointments_name() -> None:
    stage = stage_of(NO_PIN, FOUND)
    stage.roster.appointments = [Appointment(APPOINTMENT.person, course="人間ドック")]
    visit = await visit_of(stage, replace(SITE, tickets_required=False))
    assert visit.outcome.reason is Reason.CONFIRMED_BY_FACE
    assert Confirm in asked(stage)
    assert AskNumber not in asked(stage)
