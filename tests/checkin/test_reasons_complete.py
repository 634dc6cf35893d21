"""Every reason code can occur: by the pure rules, or in a check-in as it is played."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from kiosk.checkin.appointment import Appointment, arrival_reason, choose
from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import (
    InsuredId,
    InsurerNumber,
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.language import Language
from kiosk.checkin.outcome import FaceFault, QueryFault, decide, decide_unasked
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import PROVISIONAL_UNTIL, Capabilities, SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import route
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.ways import Brought, Way
from kiosk.journey import check_in, serve
from kiosk.ports.board import Service
from kiosk.ports.card import CardFailure, CardFault, OtherCard
from kiosk.ports.examinee import (
    Answer,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Confirm,
    Move,
    Question,
    StaffCalled,
    WalkedAway,
    Working,
)
from kiosk.settings import load
from kiosk.station.service import ServiceLatch
from kiosk.station.wiring.house import configure
from kiosk.station.wiring.terminal import serve_examinees
from tests.journey.scripts import BORN, CARD, INSURED, ON_TICKET, TICKET, YES, Script, visit_of
from tests.journey.stage import APPOINTMENT, NOW, Stage, StageCard

A = TypeVar("A")

TODAY = date(2026, 11, 20)
INSURER = InsurerNumber("01130012")
OTHER_INSURER = InsurerNumber("06132013")
INSURED_ID = InsuredId("1234567", "12", "01")
PERSON = Person("見本　太郎", date(1970, 1, 2), Sex.MALE)
REGISTERED = Qualification(INSURER, "見本健保", INSURED_ID, PERSON)
VALID = QualificationAnswer(SegmentOfResult.DONE, ProcessingStatus.DONE, QualificationValidity.VALID, (REGISTERED,))
SITE = SitePolicy()
PAPERS_ALONE = SitePolicy(capabilities=Capabilities(query=False))
WITH_FACES = Capabilities(face_reader=True, face_query=True)
EVERY_WAY = SitePolicy(unattended=frozenset(Way), provisional_agreed=True)
FACE = Ticket(TicketNumber("26100000001"), INSURER)
SHOWN = Presented(PERSON, PERSON.birthdate, INSURER, INSURED_ID)

Occurring = Callable[[], Reason | None]


def decided(
    *,
    brought: Brought = Brought.MY_NUMBER_CARD,
    answer: QualificationAnswer | QueryFault = VALID,
    policy: SitePolicy = SITE,
    today: date = TODAY,
    ticket: Ticket | None = FACE,
    shown: Presented = SHOWN,
) -> Occurring:
    """What was brought is routed, queried where the route allows it, and decided."""

    def occur() -> Reason:
        chosen = route(brought, policy, today)
        if chosen.reason is not None:
            return decide_unasked(chosen, ticket, shown, policy, today).reason
        return decide(chosen.way, ticket, shown, answer, policy, today).reason

    return occur


def answered(**changes: Any) -> Occurring:
    return decided(answer=replace(VALID, **changes))


def registered(**changes: Any) -> Occurring:
    return decided(answer=replace(VALID, results=(replace(REGISTERED, **changes),)))


def with_ticket(**changes: Any) -> Occurring:
    return decided(ticket=replace(FACE, **changes))


def shown(**changes: Any) -> Occurring:
    return decided(shown=replace(SHOWN, person=replace(PERSON, **changes)))


def too_early() -> Reason | None:
    at = datetime(2026, 11, 20, 13, tzinfo=NOW.tzinfo)
    return arrival_reason(Appointment(day=TODAY, at=at.time()), at - timedelta(hours=2), SITE.earliest)


def another_day() -> Reason | None:
    return arrival_reason(Appointment(day=TODAY + timedelta(1)), NOW, SITE.earliest)


def two_on_the_roster() -> Reason | None:
    found = choose([Appointment(course="特定健診"), Appointment(course="人間ドック")], TODAY)
    return found if isinstance(found, Reason) else None


RULES: Mapping[Reason, Occurring] = {
    Reason.CONFIRMED_BY_CARD: decided(),
    Reason.CONFIRMED_BY_CERTIFICATE: decided(brought=Brought.CERTIFICATE),
    Reason.CONFIRMED_BY_PORTAL: decided(brought=Brought.SMARTPHONE, policy=EVERY_WAY),
    Reason.CONFIRMED_BY_NOTICE: decided(brought=Brought.NOTICE, policy=EVERY_WAY),
    Reason.CONFIRMED_PROVISIONALLY: decided(
        brought=Brought.OLD_INSURANCE_CARD,
        policy=EVERY_WAY,
        today=PROVISIONAL_UNTIL,
        ticket=replace(FACE, number=TicketNumber("25100000001")),
    ),
    Reason.CONFIRMED_BY_FACE: decided(policy=replace(EVERY_WAY, face_first=True, capabilities=WITH_FACES)),
    Reason.FACE_TO_BE_SEEN: decided(policy=SitePolicy(face_first=True, capabilities=WITH_FACES)),
    Reason.INVALID: answered(validity=QualificationValidity.INVALID),
    Reason.SUPERSEDED: answered(validity=QualificationValidity.SUPERSEDED),
    Reason.NOT_FOUND: answered(validity=QualificationValidity.NOT_FOUND, results=()),
    Reason.SEVERAL: answered(validity=QualificationValidity.SEVERAL, results=()),
    Reason.PUBLIC_ASSISTANCE: registered(card_classification="A1"),
    Reason.NOT_ONE_PERSON: answered(results=(REGISTERED, REGISTERED)),
    Reason.NOT_ON_THE_DAY: registered(disqualification_date=TODAY),
    Reason.OTHER_SCHEME: registered(insurer=InsurerNumber("39131156")),
    Reason.NO_TICKET: decided(ticket=None),
    Reason.OTHER_INSURER: with_ticket(insurer=OTHER_INSURER),
    Reason.TICKET_EXPIRED: with_ticket(expires=TODAY - timedelta(1)),
    Reason.TICKET_YEAR: with_ticket(number=TicketNumber("25100000001")),
    Reason.TICKET_KIND: with_ticket(number=TicketNumber("26200000001")),
    Reason.INSURED_NUMBER_DIFFERS: with_ticket(insured=InsuredId("7")),
    Reason.NAME_DIFFERS: shown(name="見本　次郎"),
    Reason.BIRTHDATE_DIFFERS: shown(birthdate=date(1970, 1, 3)),
    Reason.SEX_DIFFERS: shown(sex=Sex.FEMALE),
    Reason.AGE: decided(
        shown=replace(SHOWN, person=replace(PERSON, birthdate=date(1990, 1, 2)), birthdate=date(1990, 1, 2)),
        answer=replace(VALID, results=(replace(REGISTERED, person=replace(PERSON, birthdate=date(1990, 1, 2))),)),
    ),
    Reason.CERTIFICATE_TO_BE_SEEN: decided(brought=Brought.CERTIFICATE, policy=PAPERS_ALONE),
    Reason.NOTICE_TO_BE_SEEN: decided(brought=Brought.NOTICE),
    Reason.SMARTPHONE: decided(brought=Brought.SMARTPHONE),
    Reason.OLD_INSURANCE_CARD: decided(brought=Brought.OLD_INSURANCE_CARD),
    Reason.CARD_TO_BE_SEEN: decided(policy=PAPERS_ALONE),
    Reason.ASK_INSURER: decided(
        brought=Brought.OLD_INSURANCE_CARD,
        policy=replace(PAPERS_ALONE, provisional_agreed=True),
        today=PROVISIONAL_UNTIL,
        ticket=replace(FACE, number=TicketNumber("25100000001")),
    ),
    Reason.PROVISIONAL_TO_BE_SEEN: decided(
        brought=Brought.OLD_INSURANCE_CARD,
        policy=SitePolicy(provisional_agreed=True),
        today=PROVISIONAL_UNTIL,
        ticket=replace(FACE, number=TicketNumber("25100000001")),
    ),
    Reason.UNREACHABLE: decided(answer=QueryFault.UNREACHABLE),
    Reason.TIMED_OUT: decided(answer=QueryFault.TIMED_OUT),
    Reason.SERVER_ERROR: decided(answer=QueryFault.SERVER_ERROR),
    Reason.GARBAGE: decided(answer=QueryFault.GARBAGE),
    Reason.REFUSED: decided(answer=QueryFault.REFUSED),
    Reason.SYSTEM_FAILED: answered(segment=SegmentOfResult.FAILED),
    Reason.STILL_PROCESSING: answered(segment=SegmentOfResult.PROCESSING),
    Reason.SEVERAL_ON_ROSTER: two_on_the_roster,
    Reason.TOO_EARLY: too_early,
    Reason.OTHER_DAY: another_day,
}
"""Codes that the pure rules give."""


def three(fault: CardFault, other: OtherCard | None = None) -> list[StageCard]:
    """As often as the kiosk lets somebody try."""
    return [StageCard(failure=CardFailure(fault, other=other)) for _ in range(3)]


TO_THE_CARD: Script = [*TICKET, (AskBrought, Brought.MY_NUMBER_CARD)]
NO_PIN: Script = [*TO_THE_CARD, (AskPin, Move.NOT_KNOWN), (AskFaceCode, Move.NOT_KNOWN)]

PLAYED: Mapping[Reason, Callable[[], Stage]] = {
    Reason.NOT_ME: lambda: Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, (Confirm, Answer.NO)),
    Reason.NOT_A_MY_NUMBER_CARD: lambda: Stage(*TO_THE_CARD, cards=three(CardFault.WRONG_CARD)),
    Reason.CARD_UNREADABLE: lambda: Stage(*TO_THE_CARD, cards=three(CardFault.MUTE)),
    Reason.CARD_PULLED: lambda: Stage(*TO_THE_CARD, cards=three(CardFault.PULLED)),
    Reason.LAST_TRY: lambda: Stage(*TO_THE_CARD, cards=[StageCard(tries=1)]),
    Reason.PIN_LOCKED: lambda: Stage(*TO_THE_CARD, cards=[StageCard(tries=0)]),
    Reason.PIN_UNKNOWN: lambda: Stage(*NO_PIN),
    Reason.PHONE_OR_NEW_CARD: lambda: Stage(*TO_THE_CARD, cards=three(CardFault.WRONG_CARD, OtherCard.PHONE)),
    Reason.CERTIFICATE_EXPIRED: lambda: Stage(*TO_THE_CARD, cards=[StageCard(certificate_end=date(2026, 7, 31))]),
    Reason.UNSURE: lambda: Stage(*TICKET, (AskBrought, Brought.UNSURE)),
    Reason.STAFF_CALLED: lambda: Stage(*TICKET, (AskBrought, StaffCalled)),
    Reason.NUMBERS_UNKNOWN: lambda: Stage(*TICKET, *CARD, (AskNumber, Move.NOT_KNOWN)),
    Reason.WALKED_AWAY: lambda: Stage(*TO_THE_CARD, (AskPin, WalkedAway)),
}
"""Codes that a part of the form sets, each with its script."""


async def without_a_reader(_: Path) -> str:
    stage = Stage(*TO_THE_CARD)
    stage.reader.cards = None
    return (await visit_of(stage)).outcome.reason.value


async def with_an_unsure_clock(_: Path) -> str:
    stage = Stage((AskBrought, Brought.CERTIFICATE))
    stage.clock.sure = False
    return (await visit_of(stage)).outcome.reason.value


async def without_a_disk(_: Path) -> str:
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    stage.ledger.fails = True
    assert await check_in(stage.ports, SITE) is None
    return stage.result.code


async def without_an_appointment(_: Path) -> str:
    stage = Stage(*CARD, *TICKET)
    stage.roster.appointments = [replace(APPOINTMENT, person=replace(PERSON, name="架空　花子"), ticket=None)]
    return (await visit_of(stage, SitePolicy(roster_required=True))).outcome.reason.value


def at_the_face_reader(brings: FaceFault) -> Callable[[Path], Awaitable[str]]:
    async def play(_: Path) -> str:
        stage = Stage((AskBrought, Brought.MY_NUMBER_CARD), *BORN, (AskInitial, "ミ"), *YES)
        stage.roster.appointments = [APPOINTMENT]
        stage.faces.brings = brings
        return (await visit_of(stage, SitePolicy(face_first=True, capabilities=WITH_FACES))).outcome.reason.value

    return play


async def without_a_token(folder: Path) -> str:
    """A terminal whose gateway's token is missing, as it is wired."""
    shown_screens: asyncio.Queue[AskStart] = asyncio.Queue()

    class Nobody:
        language = Language.JAPANESE

        async def ask(self, question: Question[A]) -> A | Move:
            assert isinstance(question, AskStart)
            shown_screens.put_nowait(question)
            never: asyncio.Future[A] = asyncio.get_running_loop().create_future()
            return await never

        def show(self, working: Working) -> None:
            raise AssertionError(working)

    settings = load(configure(folder, gateway="http://127.0.0.1:9", printer=f"virtual:{folder / 'slips'}"))
    serving = asyncio.create_task(serve_examinees(settings, Nobody(), lambda _: None))
    try:
        async with asyncio.timeout(20):
            return (await shown_screens.get()).out_of_order
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


def switched_by_staff(service: Service) -> Callable[[Path], Awaitable[str]]:
    async def play(folder: Path) -> str:
        latch = ServiceLatch(folder)
        await latch.switch(service, NOW)

        def seen(question: AskStart) -> object:
            raise Seen(question.out_of_order)

        with pytest.raises(Seen) as start:
            await serve(replace(Stage((AskStart, seen)).ports, gate=latch), SITE)
        return str(start.value)

    return play


class Seen(Exception):
    """The start screen with that code."""


AROUND: Mapping[Reason, Callable[[Path], Awaitable[str]]] = {
    Reason.NOT_READY: without_a_token,
    Reason.PAUSED: switched_by_staff(Service.PAUSED),
    Reason.TAKEN_OUT: switched_by_staff(Service.OUT_OF_ORDER),
    Reason.NO_READER: without_a_reader,
    Reason.NO_RECORD: without_a_disk,
    Reason.CLOCK_UNSURE: with_an_unsure_clock,
    Reason.NOT_ON_ROSTER: without_an_appointment,
    Reason.FACE_NOT_FOUND: at_the_face_reader(FaceFault.NOT_FOUND),
    Reason.FACE_AMBIGUOUS: at_the_face_reader(FaceFault.SEVERAL),
    Reason.FACE_UNREACHABLE: at_the_face_reader(FaceFault.UNAVAILABLE),
}
"""Codes for which something around the examinee has to be different."""


@pytest.mark.parametrize("reason", RULES)
def test_the_rules_give_it(reason: Reason) -> None:
    assert RULES[reason]() is reason


@pytest.mark.parametrize("reason", PLAYED)
async def test_a_check_in_ends_in_it(reason: Reason) -> None:
    assert (await visit_of(PLAYED[reason]())).outcome.reason is reason


@pytest.mark.parametrize("reason", AROUND)
async def test_a_fault_of_the_house_leads_to_it(reason: Reason, tmp_path: Path) -> None:
    assert await AROUND[reason](tmp_path) == reason.value


async def test_every_code_can_occur(tmp_path: Path) -> None:
    """The proof in one piece: what was reached is all that there is."""
    reached = {occur() for occur in RULES.values()}
    reached |= {(await visit_of(stage())).outcome.reason for stage in PLAYED.values()}
    reached |= {Reason(await happen(tmp_path)) for happen in AROUND.values()}
    assert reached == set(Reason)
