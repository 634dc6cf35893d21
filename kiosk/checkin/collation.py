"""照合: ticket × qualification × person. Findings are values; what the examinee sees never depends on which it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kiosk.checkin.insurance import InsuredId, InsurerNumber, Qualification
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import Ticket, TicketKind, fiscal_year
from kiosk.checkin.writing import fold_kana, fold_name

YOUNGEST, OLDEST = 40, 74
"""Ages of 省令157号 第1条: 40 reached by the end of the fiscal year, 75 not yet reached on the day."""


class Field(Enum):
    """What did not agree; the order is the order in which one of several is chosen for the reason code."""

    INSURER = "保険者番号"
    TICKET_EXPIRY = "有効期限"
    TICKET_YEAR = "年度"
    TICKET_KIND = "券の種類"
    BIRTHDATE = "生年月日"
    NAME = "氏名"
    SEX = "性別"
    INSURED = "記号・番号・枝番"
    AGE = "年齢"


class Source(Enum):
    """Where a value came from."""

    TICKET = "受診券"
    DOCUMENT = "カード・書類"
    ANSWER = "資格情報"
    TODAY = "今日"


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement: the field and the two sources. The values themselves stay with the visit."""

    field: Field
    between: tuple[Source, Source]


@dataclass(frozen=True, slots=True)
class Presented:
    """What the examinee presented, besides the ticket: read from a card or typed from a document."""

    person: Person | None
    """None when the document gave no name and no sex: then only `birthdate` speaks."""
    birthdate: date
    insurer: InsurerNumber | None = None
    """保険者番号 typed from the document."""
    insured: InsuredId | None = None
    """記号・番号・枝番 typed."""


def collate(
    ticket: Ticket | None,
    qualification: Qualification,
    presented: Presented,
    today: date,
    services: frozenset[TicketKind],
) -> tuple[Finding, ...]:
    """Every disagreement between ticket, qualification and person on that day, in the order of `Field`.

    A side that does not know a field is not compared. `services` are the kinds of ticket that today's checkup takes.
    """
    found = [
        *_ticket_findings(ticket, qualification, presented, today, services),
        *_person_findings(Source.DOCUMENT, presented.person, qualification),
        *_presented_findings(presented, qualification),
        *_age_findings(qualification.person.birthdate, today),
    ]
    order = list(Field)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: order.index(finding.field)))


def _ticket_findings(
    ticket: Ticket | None,
    qualification: Qualification,
    presented: Presented,
    today: date,
    services: frozenset[TicketKind],
) -> Iterator[Finding]:
    if ticket is None:
        return
    if ticket.insurer not in (None, qualification.insurer):
        yield Finding(Field.INSURER, (Source.TICKET, Source.ANSWER))
    if ticket.expires is not None and ticket.expires < today:
        yield Finding(Field.TICKET_EXPIRY, (Source.TICKET, Source.TODAY))
    if ticket.number.fiscal_year != fiscal_year(today):
        yield Finding(Field.TICKET_YEAR, (Source.TICKET, Source.TODAY))
    if ticket.number.kind not in services:
        yield Finding(Field.TICKET_KIND, (Source.TICKET, Source.TODAY))
    if ticket.insured and not ticket.insured.agrees_with(qualification.insured):
        yield Finding(Field.INSURED, (Source.TICKET, Source.ANSWER))
    if ticket.person and ticket.person.birthdate != presented.birthdate:
        yield Finding(Field.BIRTHDATE, (Source.TICKET, Source.DOCUMENT))
    yield from _person_findings(Source.TICKET, ticket.person, qualification)


def _person_findings(source: Source, person: Person | None, qualification: Qualification) -> Iterator[Finding]:
    if person is None:
        return
    between = (source, Source.ANSWER)
    known = qualification.person
    if person.birthdate != known.birthdate:
        yield Finding(Field.BIRTHDATE, between)
    if not _same_name(person, qualification):
        yield Finding(Field.NAME, between)
    if Sex.UNSET not in (person.sex, known.sex) and person.sex is not known.sex:
        yield Finding(Field.SEX, between)


def _same_name(person: Person, qualification: Qualification) -> bool:
    """Whether kanji or kana agree with the registered name or its alias; a name that neither side has cannot."""
    known = qualification.person
    kanji = {fold_name(name) for name in (known.name, qualification.name_of_other) if name}
    kana = {fold_kana(name) for name in (known.kana, qualification.name_of_other_kana) if name}
    return (bool(person.name) and fold_name(person.name) in kanji) or (
        bool(person.kana) and fold_kana(person.kana) in kana
    )


def _presented_findings(presented: Presented, qualification: Qualification) -> Iterator[Finding]:
    between = (Source.DOCUMENT, Source.ANSWER)
    if presented.insurer not in (None, qualification.insurer):
        yield Finding(Field.INSURER, between)
    if presented.birthdate != qualification.person.birthdate:
        yield Finding(Field.BIRTHDATE, between)
    if presented.insured and not presented.insured.agrees_with(qualification.insured):
        yield Finding(Field.INSURED, between)


def _age_findings(birthdate: date, today: date) -> Iterator[Finding]:
    year_end = date(fiscal_year(today) + 1, 3, 31)
    if age_on(birthdate, year_end) < YOUNGEST or age_on(birthdate, today) > OLDEST:
        yield Finding(Field.AGE, (Source.ANSWER, Source.TODAY))


def age_on(birthdate: date, day: date) -> int:
    """満年齢 as the birthday says it: one older from the birthday on (29 February: from 1 March in common years)."""
    return day.year - birthdate.year - ((day.month, day.day) < (birthdate.month, birthdate.day))
