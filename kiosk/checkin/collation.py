"""照合: ticket × qualification × person. Findings are values; what the examinee sees never depends on which it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import assert_never

from kiosk.checkin.insurance import InsuredId, InsurerNumber, Qualification
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import Ticket, TicketKind, fiscal_year
from kiosk.checkin.writing import same_kana, same_name

YOUNGEST, OLDEST = 40, 74
"""Ages of 省令157号 第1条: 40 reached by the end of the fiscal year, 75 not yet reached on the day."""


class Severity(Enum):
    """What a disagreement means."""

    VOID = "void"
    """This ticket cannot be used: the desk, and mostly the insurer."""
    DESK = "desk"
    """A person has to look."""
    NOTE = "note"
    """Staff may like to know; it stops nobody."""


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
    APRIL_MEMBERSHIP = "4月1日の加入"
    """省令157号 speaks of members on 1 April; the insurer that sent a ticket has decided that already."""

    @property
    def severity(self) -> Severity:
        """What a disagreement in this field means."""
        match self:
            case Field.INSURER | Field.TICKET_EXPIRY:
                return Severity.VOID
            case (
                Field.TICKET_YEAR
                | Field.TICKET_KIND
                | Field.BIRTHDATE
                | Field.NAME
                | Field.SEX
                | Field.INSURED
                | Field.AGE
            ):
                return Severity.DESK
            case Field.APRIL_MEMBERSHIP:
                return Severity.NOTE
            case _:
                assert_never(self)


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
    qualification: Qualification | None,
    presented: Presented,
    today: date,
    services: frozenset[TicketKind],
) -> tuple[Finding, ...]:
    """Every disagreement between ticket, qualification and person on that day, in the order of `Field`.

    A side that does not know a field is not compared; without a qualification, ticket and person are. `services` are
    the kinds of ticket that today's services take. The rules of age and of 1 April belong to the ticket: other
    checkups have none.
    """
    found: list[Finding] = []
    if ticket is not None:
        known = qualification.person.birthdate if qualification else presented.birthdate
        found += [
            *_ticket_findings(ticket, today, services),
            *_shown_ticket_findings(ticket, presented),
            *_age_findings(known, Source.ANSWER if qualification else Source.DOCUMENT, today),
        ]
    if qualification is not None:
        found += _presented_findings(presented, qualification)
        if ticket is not None:
            found += _registered_findings(ticket, qualification, today)
    order = list(Field)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: order.index(finding.field)))


def _ticket_findings(ticket: Ticket, today: date, services: frozenset[TicketKind]) -> Iterator[Finding]:
    """The ticket alone: its expiry, year and kind."""
    between = (Source.TICKET, Source.TODAY)
    kind = ticket.number.kind
    if ticket.expires is not None and ticket.expires < today:
        yield Finding(Field.TICKET_EXPIRY, between)
    # 利用券 may run beyond the year in which they were sent; with their last day known, that day decides.
    runs_on = kind is not None and kind.is_guidance and ticket.expires is not None
    if ticket.number.fiscal_year != fiscal_year(today) and not runs_on:
        yield Finding(Field.TICKET_YEAR, between)
    if kind not in services:
        yield Finding(Field.TICKET_KIND, between)


def _shown_ticket_findings(ticket: Ticket, presented: Presented) -> Iterator[Finding]:
    """The ticket's face against what was presented."""
    between = (Source.TICKET, Source.DOCUMENT)
    if ticket.insurer is not None and presented.insurer not in (None, ticket.insurer):
        yield Finding(Field.INSURER, between)
    if ticket.insured and presented.insured and not ticket.insured.agrees_with(presented.insured):
        yield Finding(Field.INSURED, between)
    if ticket.person is None:
        return
    if presented.person is not None:
        yield from _person_findings(ticket.person, presented.person, between, must_name=False)
    elif ticket.person.birthdate != presented.birthdate:
        yield Finding(Field.BIRTHDATE, between)


def _registered_findings(ticket: Ticket, qualification: Qualification, today: date) -> Iterator[Finding]:
    """The ticket's face against the qualification."""
    between = (Source.TICKET, Source.ANSWER)
    if ticket.insurer not in (None, qualification.insurer):
        yield Finding(Field.INSURER, between)
    if ticket.insured and not ticket.insured.agrees_with(qualification.insured):
        yield Finding(Field.INSURED, between)
    if ticket.person is not None:
        named = bool(ticket.person.name or ticket.person.kana)
        alias = _alias_of(qualification)
        yield from _person_findings(ticket.person, qualification.person, between, alias, must_name=named)
    april = date(fiscal_year(today), 4, 1)
    if qualification.qualification_date is not None and qualification.qualification_date > april:
        yield Finding(Field.APRIL_MEMBERSHIP, (Source.ANSWER, Source.TODAY))


def _presented_findings(presented: Presented, qualification: Qualification) -> Iterator[Finding]:
    """What was presented against the qualification."""
    between = (Source.DOCUMENT, Source.ANSWER)
    if presented.insurer not in (None, qualification.insurer):
        yield Finding(Field.INSURER, between)
    if presented.birthdate != qualification.person.birthdate:
        yield Finding(Field.BIRTHDATE, between)
    if presented.insured and not presented.insured.agrees_with(qualification.insured):
        yield Finding(Field.INSURED, between)
    if presented.person is not None:
        alias = _alias_of(qualification)
        yield from _person_findings(presented.person, qualification.person, between, alias, must_name=True)


def _person_findings(
    one: Person, other: Person, between: tuple[Source, Source], alias: Person | None = None, *, must_name: bool
) -> Iterator[Finding]:
    """`must_name`: the names have to agree; else kanji on one side and kana on the other are not compared."""
    if one.birthdate != other.birthdate:
        yield Finding(Field.BIRTHDATE, between)
    names = [_same_name(one, known) for known in (other, alias) if known is not None]
    if True not in names and (must_name or False in names):
        yield Finding(Field.NAME, between)
    if Sex.UNSET not in (one.sex, other.sex) and one.sex is not other.sex:
        yield Finding(Field.SEX, between)


def _alias_of(qualification: Qualification) -> Person:
    """氏名(その他), as a person."""
    return replace(qualification.person, name=qualification.name_of_other, kana=qualification.name_of_other_kana)


def _same_name(one: Person, other: Person) -> bool | None:
    """Whether kanji or kana agree; None when there is no writing that both have."""
    compared = []
    if one.name and other.name:
        compared.append(same_name(one.name, other.name))
    if one.kana and other.kana:
        compared.append(same_kana(one.kana, other.kana))
    return any(compared) if compared else None


def _age_findings(birthdate: date, source: Source, today: date) -> Iterator[Finding]:
    year_end = date(fiscal_year(today) + 1, 3, 31)
    if age_on(birthdate, year_end) < YOUNGEST or age_on(birthdate, today) > OLDEST:
        yield Finding(Field.AGE, (source, Source.TODAY))


def age_on(birthdate: date, day: date) -> int:
    """満年齢 as the birthday says it: one older from the birthday on (29 February: from 1 March in common years)."""
    return day.year - birthdate.year - ((day.month, day.day) < (birthdate.month, birthdate.day))
