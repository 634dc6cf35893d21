"""Ticket and document: 受診券, and what was brought."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.checkin.appointment import choose
from kiosk.checkin.insurance import InsurerNumber
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import route
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.ticket_code import CodeFault, InvalidCode, TicketCode, read_code
from kiosk.ports import Ports
from kiosk.ports.examinee import AskBrought, AskNumber, Complaint, Document, Move, Scanned, Typed, Wanted
from kiosk.steps.form import Filled, Form
from kiosk.steps.race import first_of


async def ask_ticket(form: Form, ports: Ports) -> Filled:
    """整理番号, scanned or typed; none is an answer too. Skipped for those whom the roster already gave one."""
    found = form.appointment if form.ticket_shown is None else None
    if found and (found.ticket or not form.policy.tickets_required):
        return Filled.SKIPPED
    form.ticket_shown = form.ticket_insurer = None
    if form.appointment is not None and form.appointment.ticket is not None:
        form.appointment = None  # found by the number before, which may have been another person's
    complaint: Complaint | None = None
    while True:
        question = AskNumber(Wanted.TICKET, Document.TICKET, complaint)
        answer = await first_of(ports.examinee.ask(question), _scanned(ports))
        match answer:
            case Move.BACK:
                return Filled.BACK
            case Move.NOT_KNOWN:
                return Filled.DONE
            case Typed(text):
                _take(TicketCode(TicketNumber.parse(text)), form, ports)
                return Filled.DONE
            case Scanned(text):
                try:
                    code = read_code(text, form.policy.ticket_codes)
                except InvalidCode as wrong:
                    complaint = _complaint(wrong.fault)
                    continue
                _take(code, form, ports)
                return Filled.DONE


async def ask_ticket_insurer(form: Form, ports: Ports) -> Filled:
    """保険者番号 of the ticket, unless its code or the roster told it.

    Nor where a clerk is needed in any case: no answer is to be collated with it there, and the slip names it to them.
    """
    ticket = form.ticket_shown
    if ticket is None or ticket.insurer is not None or (form.route is not None and form.route.reason is not None):
        return Filled.SKIPPED
    answer = await ports.examinee.ask(AskNumber(Wanted.TICKET_INSURER, Document.TICKET))
    if answer is Move.BACK:
        return Filled.BACK
    if not isinstance(answer, Typed):
        form.reason = Reason.NUMBERS_UNKNOWN
        return Filled.DONE
    form.ticket_insurer = InsurerNumber.parse(answer.text)
    return Filled.DONE


async def ask_brought(form: Form, ports: Ports) -> Filled:
    """What was brought; what the kiosk cannot read itself goes to the desk with its own procedure."""
    answer = await ports.examinee.ask(AskBrought())
    if isinstance(answer, Move):
        return Filled.BACK
    form.forget_document()
    form.route = route(answer, form.policy, ports.clock.now().date())
    if not form.route.reads_card:
        form.reason = form.route.reason
    return Filled.DONE


def _take(code: TicketCode, form: Form, ports: Ports) -> None:
    """Write the ticket into the form, with all that the roster knows of it."""
    ticket = Ticket(code.number, insurer=code.insurer)
    found = choose(ports.roster.by_number(code.number), ports.clock.now().date())
    if isinstance(found, Reason):
        form.reason = found
    elif found is not None:
        form.appointment = found
        ticket = found.ticket or ticket
    # What stands on the paper counts; the roster may be older.
    form.ticket_shown = replace(ticket, insurer=code.insurer or ticket.insurer)


async def _scanned(ports: Ports) -> Scanned:
    return Scanned(await ports.scanner.code())


def _complaint(fault: CodeFault) -> Complaint:
    match fault:
        case CodeFault.SHOP:
            return Complaint.SHOP_CODE
        case CodeFault.OTHER_LENGTH:
            return Complaint.TICKET_DIGITS
        case CodeFault.NOT_A_TICKET:
            return Complaint.NOT_A_TICKET_CODE
        case CodeFault.AMBIGUOUS | CodeFault.INSURER:
            return Complaint.TICKET_UNCLEAR
        case _:
            assert_never(fault)
