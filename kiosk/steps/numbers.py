"""保険者番号, 記号・番号・枝番 and birth date, as the way needs them; and the question whether this is you."""

from __future__ import annotations

from typing import assert_never

from kiosk.checkin.insurance import InsuredId, InsurerNumber
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Way
from kiosk.ports import Ports
from kiosk.ports.examinee import Answer, AskBirthdate, AskNumber, Confirm, Document, Move, Reviewed, Typed, Wanted
from kiosk.steps.form import Filled, Form

_REVIEWED = {Wanted.SYMBOL: Reviewed.SYMBOL, Wanted.NUMBER: Reviewed.NUMBER, Wanted.BRANCH: Reviewed.BRANCH}


async def ask_insurer(form: Form, ports: Ports) -> Filled:
    """保険者番号: always from a document that was brought, so that it can be collated; else when no ticket told it."""
    if not _asks_online(form):
        return Filled.SKIPPED
    if not form.way.shows_document and form.ticket and form.ticket.insurer:
        form.insurer = form.ticket.insurer
        if form.ticket_insurer is not None:
            form.typed.add(Reviewed.INSURER)
        return Filled.SKIPPED
    answer = await ports.examinee.ask(AskNumber(Wanted.INSURER, document_of(form)))
    if answer is Move.BACK:
        return Filled.BACK
    if not isinstance(answer, Typed):
        form.reason = Reason.NUMBERS_UNKNOWN
        return Filled.DONE
    form.insurer = InsurerNumber.parse(answer.text)
    form.typed.add(Reviewed.INSURER)
    return Filled.DONE


async def ask_insured(form: Form, ports: Ports) -> Filled:
    """記号・番号・枝番, one after the other; going back from one leads to the one before."""
    if not _asks_online(form):
        return Filled.SKIPPED
    if not form.way.shows_document and form.ticket and form.ticket.insured:
        form.insured = form.ticket.insured
        return Filled.SKIPPED
    parts: dict[Wanted, str] = {}
    wanted = list(_REVIEWED)
    while len(parts) < len(wanted):
        part = wanted[len(parts)]
        answer = await ports.examinee.ask(AskNumber(part, document_of(form)))
        if answer is Move.BACK:
            if not parts:
                return Filled.BACK
            parts.popitem()
        elif isinstance(answer, Typed):
            parts[part] = answer.text
        elif part is Wanted.NUMBER:
            form.reason = Reason.NUMBERS_UNKNOWN
            return Filled.DONE
        else:
            parts[part] = ""
    form.insured = InsuredId(number=parts[Wanted.NUMBER], symbol=parts[Wanted.SYMBOL], branch=parts[Wanted.BRANCH])
    form.typed.update(_REVIEWED.values())
    return Filled.DONE


async def ask_birthdate(form: Form, ports: Ports) -> Filled:
    """生年月日, unless the card told it."""
    if form.person is not None:
        return Filled.SKIPPED
    answer = await ports.examinee.ask(AskBirthdate())
    if answer is Move.BACK:
        return Filled.BACK
    if isinstance(answer, Move):
        form.reason = Reason.NUMBERS_UNKNOWN
        return Filled.DONE
    form.birthdate = answer
    form.typed.add(Reviewed.BIRTHDATE)
    return Filled.DONE


async def confirm(form: Form, ports: Ports) -> Filled:
    """「あなたですか」: a masked name and the birth date. With papers, 「ちがいます」 means that it was mistyped."""
    presented = form.presented
    if presented is None:
        return Filled.SKIPPED
    masked = presented.person.masked_name if presented.person else ""
    answer = await ports.examinee.ask(Confirm(masked, presented.birthdate))
    if isinstance(answer, Move) or (answer is Answer.NO and presented.person is None):
        return Filled.BACK
    if answer is Answer.NO:
        form.reason = Reason.NOT_ME
    return Filled.DONE


def document_of(form: Form) -> Document:
    """The paper that the numbers are typed from."""
    match form.way:
        case Way.CERTIFICATE:
            return Document.CERTIFICATE
        case Way.CARD_AND_NOTICE:
            return Document.NOTICE
        case Way.CARD_AND_PORTAL:
            return Document.PORTAL
        case Way.PROVISIONAL_ONLINE:
            return Document.OLD_CARD
        case Way.CARD_QUERY | Way.FACE_READER | Way.LIMITED_APP | Way.PROVISIONAL_INSURER | Way.DESK:
            return Document.ANY
        case _:
            assert_never(form.way)


def _asks_online(form: Form) -> bool:
    """Whether there is a query that needs the numbers."""
    return form.route is not None and form.route.reason is None and form.way is not Way.FACE_READER
