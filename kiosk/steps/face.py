"""① the face reader, for those whose card cannot be used in the kiosk: sent there, and waited for."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.checkin.insurance import QualificationAnswer
from kiosk.checkin.outcome import FaceFault
from kiosk.checkin.person import Person
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Way
from kiosk.ports import Ports
from kiosk.ports.desk import FaceSession
from kiosk.ports.examinee import GoToFaceReader, Move, Step, Wait, Working
from kiosk.steps.form import Filled, Form
from kiosk.steps.query import ALL_STEPS
from kiosk.steps.race import first_of
from kiosk.steps.settle import hand_back_card

MOST_MORE = 10
"""How often the examinee may ask for as long again: as WCAG 2.2.1 wants it of every limit that people can extend."""


def with_faces(policy: SitePolicy, ports: Ports) -> SitePolicy:
    """The policy for the next check-in: without a roster nobody's kana is known, and without a reader nobody waits."""
    can = policy.capabilities
    usable = can.face_query and ports.roster.loaded and ports.faces is not None and ports.faces.available
    return replace(policy, capabilities=replace(can, face_query=usable))


async def match_face(form: Form, ports: Ports) -> Filled:
    """Arm the reader, give the card back, and take the answer that is this person's, or leave it to the desk."""
    if form.way is not Way.FACE_READER or form.route is None or form.route.reason is not None:
        return Filled.SKIPPED
    person = _waited_for(form)
    if person is None or ports.faces is None:
        form.reason, form.card_fault = form.card_fault or Reason.CARD_TO_BE_SEEN, None
        return Filled.DONE
    await hand_back_card(ports)
    ports.examinee.show(Working(Step.QUERY, ALL_STEPS))
    session = await ports.faces.arm(person.birthdate, person.kana)
    met = session if isinstance(session, FaceFault) else await _met(session, form, ports)
    match met:
        case Move.BACK:
            return Filled.BACK
        case Move.NOT_KNOWN:
            form.reason = Reason.FACE_NOT_FOUND
        case FaceFault():
            form.reason = _reason(met)
        case QualificationAnswer():
            form.answer = met
    return Filled.DONE


def _waited_for(form: Form) -> Person | None:
    """Who the roster says it is. Birth date and first letters alone would let one person take another's answer."""
    known = (form.ticket.person if form.ticket else None, form.appointment.person if form.appointment else None)
    return next((person for person in known if person and person.kana and person.birthdate == form.birthdate), None)


async def _met(session: FaceSession, form: Form, ports: Ports) -> QualificationAnswer | FaceFault | Move:
    seconds, more = form.policy.face_seconds, MOST_MORE
    try:
        while True:
            met = await first_of(ports.examinee.ask(GoToFaceReader(seconds, more)), session.match(seconds))
            if met is not Wait.LONGER:
                return met
            more -= 1
    finally:
        session.cancel()


def _reason(fault: FaceFault) -> Reason:
    match fault:
        case FaceFault.NOT_FOUND:
            return Reason.FACE_NOT_FOUND
        case FaceFault.UNAVAILABLE:
            return Reason.FACE_UNREACHABLE
        case FaceFault.SEVERAL:
            return Reason.FACE_AMBIGUOUS
        case _:
            assert_never(fault)
