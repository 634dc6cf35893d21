"""予約名簿: the line that belongs to the examinee, found by the card, or by birth date and initials."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.checkin.appointment import Appointment, arrival_reason, choose, with_initials
from kiosk.checkin.reasons import Reason
from kiosk.ports import Ports
from kiosk.ports.examinee import AskInitial, Move, NamePart
from kiosk.steps.form import Filled, Form


async def find_appointment(form: Form, ports: Ports) -> Filled:
    """By what the card or the paper told; not found is no reason yet, for the ticket's number may find it."""
    if form.ticket_shown is not None or not ports.roster.loaded:
        return Filled.SKIPPED
    form.appointment = None
    if form.person is not None:
        _take(ports.roster.by_person(form.person), form, ports)
        return Filled.SKIPPED
    if form.birthdate is None:
        return Filled.SKIPPED
    return await _find_by_initials(ports.roster.by_birthdate(form.birthdate), form, ports)


async def check_arrival(form: Form, ports: Ports) -> Filled:
    """Whether the appointment is for now; and whether somebody without one is served here."""
    if form.appointment is not None:
        form.reason = arrival_reason(form.appointment, ports.clock.now(), form.policy.earliest)
    elif ports.roster.loaded and form.policy.roster_required:
        form.reason = Reason.NOT_ON_ROSTER
    return Filled.SKIPPED


async def _find_by_initials(born: Sequence[Appointment], form: Form, ports: Ports) -> Filled:
    """Letters are asked, never names shown: other people were born on the same day."""
    if not born:
        return Filled.SKIPPED
    family = await ports.examinee.ask(AskInitial(NamePart.FAMILY))
    if family is Move.BACK:
        return Filled.BACK
    if isinstance(family, str):
        found = with_initials(born, family)
        if len(found) > 1:
            given = await ports.examinee.ask(AskInitial(NamePart.GIVEN))
            if given is Move.BACK:
                return await _find_by_initials(born, form, ports)
            found = with_initials(found, family, given) if isinstance(given, str) else found
        _take(found, form, ports)
    return Filled.DONE


def _take(found: Sequence[Appointment], form: Form, ports: Ports) -> None:
    chosen = choose(found, ports.clock.now().date())
    if isinstance(chosen, Reason):
        form.reason = chosen
    else:
        form.appointment = chosen
