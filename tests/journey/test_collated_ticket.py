"""Whoever shows a ticket is confirmed only when its insurer agreed, whatever way is gone, forwards and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import QualificationQuery, QualificationValidity
from kiosk.checkin.language import Language
from kiosk.checkin.outcome import FaceFault, QueryFault
from kiosk.checkin.policy import Capabilities, SitePolicy
from kiosk.checkin.precheck import Precheck
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.visit import Visit
from kiosk.checkin.ways import Brought, Way
from kiosk.journey import check_in
from kiosk.ports.card import CardFailure, CardFault, FaceCode, OtherCard, Pin
from kiosk.ports.examinee import (
    Answer,
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    Confirm,
    GoToFaceReader,
    InsertCard,
    Move,
    Question,
    ReviewNumbers,
    StaffCalled,
    TakeCard,
    Typed,
    Wait,
    WalkedAway,
    Wanted,
    Working,
)
from kiosk.station.later import LaterQueries
from tests.journey.stage import APPOINTMENT, NOW, PERSON, REGISTERED, TICKET, VALID, Stage, StageCard

A = TypeVar("A")
MOST_ASKED = 40
"""Who is asked more than that walks away."""
PATIENCE = 20
"""Turns of the loop: more than anything needs to come."""
OTHER_TICKET, OTHER_INSURER = "26100000002", "06132013"
SEVERAL = replace(VALID, validity=QualificationValidity.SEVERAL, results=())
NOT_FOUND = replace(VALID, validity=QualificationValidity.NOT_FOUND, results=())
NUMBERS = {
    Wanted.TICKET: (str(TICKET), OTHER_TICKET),
    Wanted.TICKET_INSURER: (OTHER_INSURER, REGISTERED.insurer.digits),
    Wanted.INSURER: (REGISTERED.insurer.digits, OTHER_INSURER),
    Wanted.SYMBOL: ("12",),
    Wanted.NUMBER: ("1234567",),
    Wanted.BRANCH: ("01",),
}
"""What is typed, the likeliest first."""
BARE = replace(APPOINTMENT, ticket=Ticket(TICKET))
"""A roster that knows of the ticket nothing but its number."""
ROSTERS: tuple[list[Appointment], ...] = (
    [],
    [APPOINTMENT],
    [BARE],
    [replace(APPOINTMENT, ticket=None)],
    [APPOINTMENT, replace(BARE, ticket=Ticket(TicketNumber(OTHER_TICKET)), person=replace(PERSON, name="別　人"))],
)
PRECHECK = Precheck(
    QualificationQuery(REGISTERED.insurer, REGISTERED.insured, PERSON.birthdate, NOW.date()),
    VALID,
    NOW - timedelta(hours=12),
)
ANSWERS = (VALID, QueryFault.UNREACHABLE, QueryFault.TIMED_OUT, NOT_FOUND, SEVERAL)
CARDS: tuple[Callable[[], StageCard], ...] = (
    StageCard,
    lambda: StageCard(tries=1),
    lambda: StageCard(certificate_end=date(2026, 1, 1)),
    lambda: StageCard(failure=CardFailure(CardFault.WRONG_CARD, other=OtherCard.PHONE)),
)


@dataclass
class AnyExaminee:
    """Answers each question with one of the answers that there are, mostly the first."""

    choose: Callable[[Any], Any]
    asked: list[Question[Any]] = field(default_factory=list)
    language: Language = Language.JAPANESE

    async def ask(self, question: Question[A]) -> A | Move:
        self.asked.append(question)
        if len(self.asked) > MOST_ASKED:
            raise WalkedAway
        answers = self._answers(question)
        if not answers:
            if isinstance(question, InsertCard | TakeCard | GoToFaceReader):
                for _ in range(PATIENCE):
                    await asyncio.sleep(0)
                raise WalkedAway
            return None  # type: ignore[return-value]  # ShowResult is a Question[None]
        answer = self.choose(st.one_of(st.just(answers[0]), st.sampled_from(answers)))
        if isinstance(answer, type):
            raise answer
        if isinstance(answer, bytes):
            answer = Pin(answer) if isinstance(question, AskPin) else FaceCode(answer)
        return answer  # type: ignore[no-any-return]  # fits the question

    def _answers(self, question: Question[Any]) -> tuple[Any, ...]:
        match question:
            case AskNumber(wanted=wanted):
                return (*map(Typed, NUMBERS[wanted]), Move.BACK, Move.NOT_KNOWN)
            case AskBrought():
                return (*Brought, Move.BACK)
            case AskPin():
                return (b"1234", Move.BACK, Move.NOT_KNOWN, b"9999")
            case AskFaceCode():
                return (b"45010220351234", Move.BACK, Move.NOT_KNOWN)
            case AskBirthdate():
                return (PERSON.birthdate, Move.BACK, Move.NOT_KNOWN)
            case AskInitial():
                return ("ミ", Move.BACK, Move.NOT_KNOWN)
            case Confirm():
                return (Answer.YES, Answer.NO, Move.BACK)
            case ReviewNumbers(entries=entries):
                return (Answer.YES, *(entry.what for entry in entries), Move.BACK, StaffCalled)
            case GoToFaceReader(more=more):
                waits = self.choose(st.booleans())
                return () if waits else (Move.NOT_KNOWN, Move.BACK, *((Wait.LONGER,) if more else ()))
            case _:
                return ()

    def show(self, working: Working) -> None:
        """Nobody looks."""


def policy_of(choose: Callable[[Any], Any]) -> SitePolicy:
    maybe = st.booleans()
    can = Capabilities(
        query=choose(st.sampled_from((True, True, False))), face_reader=True, face_query=choose(maybe), limited_app=True
    )
    return SitePolicy(
        unattended=frozenset(Way),
        provisional_agreed=True,
        provisional_until=NOW.date(),
        face_first=choose(maybe),
        roster_required=choose(maybe),
        capabilities=can,
    )


async def visit_with(choose: Callable[[Any], Any]) -> tuple[Visit | None, Visit | None, AnyExaminee]:
    """A check-in, and the visit as it stands when the query was made up."""
    stage = Stage(cards=[choose(st.sampled_from(CARDS))() for _ in range(4)])
    examinee = AnyExaminee(choose)
    stage.examinee = examinee  # type: ignore[assignment]  # another one
    stage.roster.appointments = list(choose(st.sampled_from(ROSTERS)))
    stage.qualifier.earlier = [choose(st.sampled_from(ANSWERS))]
    stage.qualifier.answer = choose(st.sampled_from(ANSWERS))
    stage.faces.brings = choose(st.sampled_from((VALID, FaceFault.NOT_FOUND, None)))
    stage.prechecks.answers = choose(st.sampled_from(([], [PRECHECK])))
    policy = policy_of(choose)
    visit = await check_in(stage.ports, policy)
    if visit is None:
        return None, None, examinee
    stage.qualifier.earlier, stage.qualifier.answer = [], VALID
    await LaterQueries(stage.qualifier, stage.ledger, policy, busy=lambda: False).step()
    return visit, stage.ledger.visits[-1], examinee


def is_collated(visit: Visit, examinee: AnyExaminee) -> bool:
    """Whether the insurer of the ticket that was shown is known, and is the one that answered."""
    draft = visit.draft
    if draft.ticket is None:
        return False
    if draft.ticket.insurer is not None:
        return draft.ticket.insurer == REGISTERED.insurer
    # Found on the roster without an insurer, and never shown: the document's stands for it.
    shown = any(isinstance(question, AskNumber) and question.wanted is Wanted.TICKET for question in examinee.asked)
    return not shown


@hypothesis_settings(max_examples=300)
@given(st.data())
def test_no_visit_is_confirmed_whose_ticket_is_of_another_insurer_or_of_one_that_nobody_asked_for(
    data: st.DataObject,
) -> None:
    visit, later, examinee = asyncio.run(visit_with(data.draw))
    for stands in (visit, later):
        if stands is not None and stands.outcome.confirmed:
            assert is_collated(stands, examinee)
