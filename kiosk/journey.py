"""One check-in, read from top to bottom like the paper form."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit
from kiosk.ports import Ports
from kiosk.ports.desk import Flag
from kiosk.ports.examinee import AskStart, Left, Move, StaffCalled, Start, StartedAgain, WalkedAway
from kiosk.steps.appointment import check_arrival, find_appointment
from kiosk.steps.card import read_card
from kiosk.steps.face import match_face, with_faces
from kiosk.steps.form import Form, Part, Walk
from kiosk.steps.numbers import ask_birthdate, ask_insured, ask_insurer, confirm
from kiosk.steps.offered import with_devices, with_gateway
from kiosk.steps.query import query
from kiosk.steps.race import first_of
from kiosk.steps.settle import hand_back_card, print_slip, record, settle, show_result
from kiosk.steps.ticket import ask_brought, ask_ticket, ask_ticket_insurer

LOOK_AGAIN = 10.0
"""Seconds after which a kiosk that is out of order looks whether it still is."""

WITH_TICKET = (
    ask_ticket,
    ask_brought,
    read_card,
    ask_ticket_insurer,
    ask_insurer,
    ask_insured,
    ask_birthdate,
    confirm,
    match_face,
    query,
)
"""Nobody types what the desk looks at anyway: the ticket's insurer is asked once the card or the paper can be used."""
WITH_ROSTER = (
    ask_brought,
    read_card,
    ask_birthdate,
    find_appointment,
    ask_ticket,
    check_arrival,
    ask_ticket_insurer,
    ask_insurer,
    ask_insured,
    confirm,
    match_face,
    query,
)
"""Whoever is found on the roster needs no ticket number: most people check in with card and PIN alone."""
WITHOUT_DATE = (ask_brought, read_card)
"""While the clock is not sure: the card's four items help the clerk, and nothing is asked that a date would decide."""


async def check_in(ports: Ports, policy: SitePolicy) -> Visit | None:
    """Serve one examinee, from the first question to the empty card reader.

    None when nothing was recorded: the examinee started again or went away, or the disk would not take it.
    """
    form = Form(ports.clock.now(), with_devices(with_faces(with_gateway(policy, ports), ports), ports))
    try:
        await Walk(_parts(form, ports)).through(form, ports)
    except StartedAgain:
        await hand_back_card(ports)
        return None
    except WalkedAway:
        if not ports.reader.holds_card:
            return None
        form.reason = Reason.WALKED_AWAY
    except StaffCalled:
        _call_staff(form, ports)
    return await _conclude(form, ports)


async def serve(ports: Ports, policy: SitePolicy) -> None:
    """Serve one examinee after the other, for ever."""
    while True:
        try:
            await _welcome(ports, policy)
        except StaffCalled:
            form = Form(ports.clock.now(), policy)
            _call_staff(form, ports)
            await _conclude(form, ports)
        except Left:
            continue


async def _welcome(ports: Ports, policy: SitePolicy) -> None:
    """The start screen and what it leads to. Raises Left when somebody touched it and went."""
    unprinted = await ports.ledger.unprinted()
    closed = ports.gate.closed if ports.gate else None
    if not ports.ledger.ready:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN):
                await ports.examinee.ask(AskStart(out_of_order=Reason.NO_RECORD.value))
        return
    if closed is not None:
        await _unless_switched(AskStart(out_of_order=closed.value), closed, ports)
        return
    start = await _unless_switched(AskStart(unprinted.number if unprinted else None), None, ports)
    if start is None:
        return
    if start is Start.PRINT_AGAIN and unprinted is not None:
        if unprinted.outcome.reason is Reason.STAFF_CALLED:  # the flag went when the kiosk stopped
            ports.staff.raise_flag(Flag.STAFF_CALLED)
        await show_result(unprinted, await print_slip(unprinted, ports), ports)
        return
    ports.staff.lower_flag(Flag.STAFF_CALLED)
    await check_in(ports, policy)


async def _unless_switched(question: AskStart, closed: Reason | None, ports: Ports) -> Start | Move | None:
    """The start screen's answer; None when staff open or close the terminal first. Whoever began before is served."""
    if ports.gate is None:
        return await ports.examinee.ask(question)
    return await first_of(ports.examinee.ask(question), ports.gate.until_not(closed))


def _parts(form: Form, ports: Ports) -> tuple[Part, ...]:
    if not form.policy.capabilities.dates:
        return WITHOUT_DATE
    return WITH_ROSTER if ports.roster.loaded else WITH_TICKET


async def _conclude(form: Form, ports: Ports) -> Visit | None:
    """Decide, record, print, show, hand back."""
    visit = await record(settle(form, ports), ports)
    printed = await print_slip(visit, ports) if visit else None
    await show_result(visit, printed, ports)
    await hand_back_card(ports)
    return visit


def _call_staff(form: Form, ports: Ports) -> None:
    form.reason = Reason.STAFF_CALLED
    ports.staff.raise_flag(Flag.STAFF_CALLED)
