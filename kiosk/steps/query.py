"""照会: the query, and a second try where the answer points to a slip of the finger."""

from __future__ import annotations

from dataclasses import replace

from kiosk.checkin.insurance import InsuredId, InsurerNumber, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.checkin.retry import Retry, retry_after
from kiosk.ports import Ports
from kiosk.ports.examinee import (
    Answer,
    AskBirthdate,
    AskNumber,
    Entry,
    Move,
    Reviewed,
    ReviewNumbers,
    Step,
    Typed,
    Wanted,
    Working,
)
from kiosk.steps.form import Filled, Form
from kiosk.steps.numbers import document_of

ALL_STEPS = (Step.QUERY, Step.COLLATION, Step.RECORD, Step.PRINT)
_WANTED = {
    Reviewed.INSURER: Wanted.INSURER,
    Reviewed.SYMBOL: Wanted.SYMBOL,
    Reviewed.NUMBER: Wanted.NUMBER,
    Reviewed.BRANCH: Wanted.BRANCH,
}


async def query(form: Form, ports: Ports) -> Filled:
    """Ask the gateway; each kind of second try is made once, then the answer stands."""
    tried: set[Retry] = set()
    while (asking := _query_of(form, ports)) is not None:
        ports.examinee.show(Working(Step.QUERY, ALL_STEPS))
        form.query, form.answer = asking, await ports.qualifier.query(asking)
        form.prechecked_at = None
        if isinstance(form.answer, QueryFault):
            _take_precheck(form, asking, ports)
        retry = retry_after(form.answer, asking.insured)
        if retry is None or retry in tried:
            break
        tried.add(retry)
        if not await _corrected(retry, form, ports):
            break
    ports.examinee.show(Working(Step.COLLATION, ALL_STEPS))
    return Filled.SKIPPED


def _take_precheck(form: Form, asked: QualificationQuery, ports: Ports) -> None:
    """Nobody answers: what was answered the evening before counts, and the query is made up all the same."""
    precheck = ports.prechecks.found(asked, ports.clock.now()) if ports.prechecks else None
    if precheck is not None:
        form.answer, form.prechecked_at = precheck.answer, precheck.asked_at


def _query_of(form: Form, ports: Ports) -> QualificationQuery | None:
    if form.presented is None or form.insurer is None or form.insured is None:
        return None
    return QualificationQuery(form.insurer, form.insured, form.presented.birthdate, ports.clock.now().date())


async def _corrected(retry: Retry, form: Form, ports: Ports) -> bool:
    """Whether the form now asks something else."""
    before = _query_of(form, ports)
    match retry:
        case Retry.CHECK_NUMBERS:
            await _review(form, ports)
        case Retry.ASK_BRANCH:
            await _type_anew(Reviewed.BRANCH, form, ports)
    return _query_of(form, ports) != before


async def _review(form: Form, ports: Ports) -> None:
    """Show what was typed until the examinee says that it is right; what the roster gave is not theirs to correct."""
    while entries := _entries(form):
        answer = await ports.examinee.ask(ReviewNumbers(entries))
        if isinstance(answer, Move | Answer):
            return
        await _type_anew(answer, form, ports)


def _entries(form: Form) -> tuple[Entry, ...]:
    insurer, insured, birthdate = form.insurer, form.insured or InsuredId(""), form.birthdate
    texts = {
        Reviewed.INSURER: str(insurer or ""),
        Reviewed.SYMBOL: insured.symbol,
        Reviewed.NUMBER: insured.number,
        Reviewed.BRANCH: insured.branch,
        Reviewed.BIRTHDATE: birthdate.isoformat() if birthdate else "",
    }
    return tuple(Entry(what, texts[what]) for what in Reviewed if what in form.typed)


async def _type_anew(what: Reviewed, form: Form, ports: Ports) -> None:
    """Ask for one number once more; going back keeps what was there."""
    if what is Reviewed.BIRTHDATE:
        day = await ports.examinee.ask(AskBirthdate())
        form.birthdate = form.birthdate if isinstance(day, Move) else day
        return
    answer = await ports.examinee.ask(AskNumber(_WANTED[what], document_of(form)))
    insured = form.insured or InsuredId("")
    text = answer.text if isinstance(answer, Typed) else ""
    if isinstance(answer, Move) and (answer is Move.BACK or what in (Reviewed.INSURER, Reviewed.NUMBER)):
        return
    match what:
        case Reviewed.INSURER:
            form.insurer = InsurerNumber.parse(text)
            if not form.way.shows_document:
                # It was typed from the ticket, and there it was mistyped too.
                form.ticket_insurer = form.insurer
        case Reviewed.SYMBOL:
            form.insured = replace(insured, symbol=text)
        case Reviewed.NUMBER:
            form.insured = replace(insured, number=text)
        case Reviewed.BRANCH:
            form.insured = replace(insured, branch=text)
