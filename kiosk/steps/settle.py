"""The end of a check-in: decision, record, slip, result - in this order, and a success only after the record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import QualificationAnswer
from kiosk.checkin.outcome import Outcome, decide, decide_unasked, desk, hints_for
from kiosk.checkin.person import Person
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.ports import Ports
from kiosk.ports.desk import Flag, LedgerFailure
from kiosk.ports.examinee import Left, ShowResult, StaffCalled, Step, TakeCard, Working
from kiosk.ports.printer import PrinterFailure, PrinterFault
from kiosk.steps.form import Form
from kiosk.steps.query import ALL_STEPS
from kiosk.steps.race import first_of

DESK_STEPS = (Step.RECORD, Step.PRINT)


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of a slip."""

    fault: PrinterFault | None
    qr: str


def settle(form: Form, ports: Ports) -> VisitDraft:
    """The decision: by the answer when there is one, else the desk with the reason that the form gives."""
    today = ports.clock.now().date()
    outcome, answer = _decide(form, today, dated=ports.clock.sure), form.answer
    registered: Person | None = None
    if isinstance(answer, QualificationAnswer) and len(answer.results) == 1:
        registered = answer.results[0].person
    # Who left or called staff, and whose day nobody knows, was not decided by any answer.
    undecided = form.reason is not None or outcome.reason is Reason.CLOCK_UNSURE
    prechecked_at = None if undecided else form.prechecked_at
    return VisitDraft(
        form.began_at,
        outcome,
        form.ticket,
        form.presented,
        registered,
        form.appointment,
        query=form.query if outcome.reason.asked_later or prechecked_at else None,
        prechecked_at=prechecked_at,
        language=ports.examinee.language,
    )


def _decide(form: Form, today: date, *, dated: bool) -> Outcome:
    route, presented, policy, end = form.route, form.presented, form.policy, form.certificate_end
    asked_way = form.way if route is not None else None
    if not (dated and policy.capabilities.dates):  # the clock may also leap during the check-in
        return desk(form.reason or Reason.CLOCK_UNSURE, form.way, hints_for(asked_way, form.ticket, None, today))
    if form.reason is None and route is not None and presented is not None:
        if route.reason is not None:
            return decide_unasked(route, form.ticket, presented, policy, today, end)
        if form.answer is not None:
            return decide(form.way, form.ticket, presented, form.answer, policy, today, end)
    return desk(form.reason or Reason.UNSURE, form.way, hints_for(asked_way, form.ticket, end, today))


async def record(draft: VisitDraft, ports: Ports) -> Visit | None:
    """Put the visit on disk. None when that failed: staff are flagged, and the examinee is sent to the desk."""
    ports.examinee.show(Working(Step.RECORD, _steps(draft)))
    try:
        visit = await ports.ledger.commit(draft)
    except LedgerFailure:
        ports.staff.raise_flag(Flag.RECORD)
        return None
    ports.staff.lower_flag(Flag.RECORD)
    return visit


async def print_slip(visit: Visit, ports: Ports) -> Printed:
    """Draw and print the slip, and write down what became of it. The visit stands, whatever happens here."""
    ports.examinee.show(Working(Step.PRINT, _steps(visit.draft)))
    slip = await ports.slips.draw(visit)
    fault: PrinterFault | None = None
    try:
        await ports.printer.print(slip)
        ports.staff.lower_flag(Flag.PRINTER)
    except PrinterFailure as failure:
        fault = failure.fault
        ports.staff.raise_flag(Flag.PRINTER)
    try:
        await ports.ledger.printed(visit, fault)
    except LedgerFailure:
        ports.staff.raise_flag(Flag.RECORD)
    return Printed(fault, slip.qr)


async def show_result(visit: Visit | None, printed: Printed | None, ports: Ports) -> None:
    """The last screen: the number in huge digits, what to take, where to go."""
    card = ports.reader.holds_card
    if visit is None or printed is None:
        result = ShowResult(None, False, Reason.NO_RECORD.value, (), printed=False, take_card=card)
    else:
        outcome, came_out = visit.outcome, printed.fault is None
        appointment = (visit.draft.appointment if outcome.confirmed else None) or Appointment()
        result = ShowResult(
            visit.number,
            outcome.confirmed,
            outcome.reason.value,
            outcome.hints,
            came_out,
            qr="" if came_out else printed.qr,
            take_card=card,
            course=appointment.course,
            first_place=appointment.first_place,
            at=appointment.at,
            staff_coming=outcome.reason is Reason.STAFF_CALLED,
        )
    await _ask_to_the_end(result, ports)


async def hand_back_card(ports: Ports) -> None:
    """Until the card is taken: words, sound, and a flag for staff while it stays."""
    while ports.reader.holds_card:
        ports.staff.raise_flag(Flag.CARD_LEFT)
        await first_of(_ask_to_the_end(TakeCard(), ports), ports.reader.removed())
    ports.staff.lower_flag(Flag.CARD_LEFT)


async def _ask_to_the_end(question: ShowResult | TakeCard, ports: Ports) -> None:
    """Show something that needs no answer; leaving it is as good as answering, but for a call: then it stays."""
    while True:
        try:
            await ports.examinee.ask(question)
        except StaffCalled:
            ports.staff.raise_flag(Flag.STAFF_CALLED)
            question = replace(question, staff_coming=True)
        except Left:
            return
        else:
            return


def _steps(draft: VisitDraft) -> tuple[Step, ...]:
    return ALL_STEPS if draft.outcome.reason.group in "CQTP" else DESK_STEPS
