"""保険者番号, 記号・番号・枝番 and birth date, as the way needs them; and the question whether this is you."""

from __future__ import annotations

from kiosk.checkin.insurance import InsuredId, InsurerNumber
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Brought
from kiosk.ports import Ports
from kiosk.ports.examinee import Answer, AskBirthdate, AskNumber, Confirm, Document, Move, Typed, Wanted
from kiosk.steps.form import Filled, Form


async def ask_insurer(form: Form, ports: Ports) -> Filled:
    """保険者番号: from 資格確認書 always, so that it can be collated; with a card only when the ticket did not tell."""
    document = _document(form)
    if document is Document.ANY and form.ticket and form.ticket.insurer:
        form.insurer = form.ticket.insurer
        return Filled.SKIPPED
    answer = await ports.examinee.ask(AskNumber(Wanted.INSURER, document))
    if answer is Move.BACK:
        return Filled.BACK
    if not isinstance(answer, Typed):
        form.reason = Reason.NUMBERS_UNKNOWN
        return Filled.DONE
    form.insurer = InsurerNumber.parse(answer.text)
    return Filled.DONE


async def ask_insured(form: Form, ports: Ports) -> Filled:
    """記号・番号・枝番, one after the other; going back from one leads to the one before."""
    document = _document(form)
    if document is Document.ANY and form.ticket and form.ticket.insured:
        form.insured = form.ticket.insured
        return Filled.SKIPPED
    parts: dict[Wanted, str] = {}
    wanted = [Wanted.SYMBOL, Wanted.NUMBER, Wanted.BRANCH]
    while len(parts) < len(wanted):
        part = wanted[len(parts)]
        answer = await ports.examinee.ask(AskNumber(part, document))
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


def _document(form: Form) -> Document:
    """The paper that the numbers are typed from."""
    return Document.CERTIFICATE if form.brought is Brought.CERTIFICATE else Document.ANY
