"""Ticket and document: 受診券, and what was brought."""

from __future__ import annotations

from dataclasses import replace

from kiosk.checkin.insurance import InsurerNumber, InvalidNumber, NumberFault
from kiosk.checkin.outcome import desk_reason_of
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Way, way_of
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.ports import Ports
from kiosk.ports.examinee import AskBrought, AskNumber, Complaint, Document, Move, Scanned, Typed, Wanted
from kiosk.steps.form import Filled, Form
from kiosk.steps.race import first_of


async def ask_ticket(form: Form, ports: Ports) -> Filled:
    """整理番号, scanned or typed; none is an answer too."""
    complaint: Complaint | None = None
    while True:
        question = AskNumber(Wanted.TICKET, Document.TICKET, complaint)
        answer = await first_of(ports.examinee.ask(question), _scanned(ports))
        match answer:
            case Move.BACK:
                return Filled.BACK
            case Move.NOT_KNOWN:
                form.ticket_shown = None
                return Filled.DONE
            case Typed(text) | Scanned(text):
                try:
                    number = TicketNumber.parse(text)
                except InvalidNumber as wrong:
                    complaint = _complaint(wrong.fault)
                    continue
                form.ticket_shown = ports.roster.by_number(number) or Ticket(number)
                return Filled.DONE


async def ask_ticket_insurer(form: Form, ports: Ports) -> Filled:
    """保険者番号 of the ticket, unless the roster knows it."""
    ticket = form.ticket_shown
    known = ports.roster.by_number(ticket.number) if ticket else None
    if ticket is None or (known and known.insurer):
        return Filled.SKIPPED
    answer = await ports.examinee.ask(AskNumber(Wanted.TICKET_INSURER, Document.TICKET))
    if answer is Move.BACK:
        return Filled.BACK
    if not isinstance(answer, Typed):
        form.reason = Reason.NUMBERS_UNKNOWN
        return Filled.DONE
    form.ticket_shown = replace(ticket, insurer=InsurerNumber.parse(answer.text))
    return Filled.DONE


async def ask_brought(form: Form, ports: Ports) -> Filled:
    """What was brought; what the kiosk cannot read itself goes to the desk with its own procedure."""
    answer = await ports.examinee.ask(AskBrought())
    if isinstance(answer, Move):
        return Filled.BACK
    form.forget_document()
    form.brought = answer
    if way_of(answer) is Way.DESK:
        form.reason = desk_reason_of(answer)
    return Filled.DONE


async def _scanned(ports: Ports) -> Scanned:
    return Scanned(await ports.scanner.code())


def _complaint(fault: NumberFault) -> Complaint:
    return Complaint.TICKET_DIGITS if fault is NumberFault.LENGTH else Complaint.NOT_A_TICKET_CODE
