"""The decision: 有効, one person, clean collation, and a way that may end unattended - or the desk with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import assert_never

from kiosk.checkin.collation import Field, Finding, Presented, collate
from kiosk.checkin.insurance import (
    PUBLIC_ASSISTANCE,
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Brought, Way
from kiosk.checkin.ticket import Ticket, TicketKind

RENEW_BEFORE = timedelta(days=92)
"""The certificate's alert begins three months before its end."""


class Hint(Enum):
    """What the examinee is reminded of, on the screen and on the slip."""

    BRING_NEXT_TIME = "次回は、マイナ保険証または資格確認書をお持ちください。"
    """The notice's last duty, whenever the way was neither the card nor ⑤."""
    RENEW_CERTIFICATE = "マイナンバーカードの電子証明書の更新時期です。市区町村の窓口で更新できます。"
    HAND_IN_TICKET = "受診券を窓口の職員にお渡しください。"


class QueryFault(Enum):
    """Why there is no answer to a query."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed out"
    SERVER_ERROR = "server error"
    GARBAGE = "garbage"
    REFUSED = "refused"
    STILL_PROCESSING = "still processing"


@dataclass(frozen=True, slots=True)
class SitePolicy:
    """What the centre has decided."""

    unattended: frozenset[Way] = frozenset({Way.CARD_QUERY, Way.CERTIFICATE})
    """Ways that may end without a clerk."""
    services: frozenset[TicketKind] = frozenset({TicketKind.CHECKUP, TicketKind.SET})
    """Kinds of ticket that today's checkup takes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check-in ends."""

    reason: Reason
    way: Way
    findings: tuple[Finding, ...] = ()
    hints: tuple[Hint, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether the examinee may go on without the desk."""
        return self.reason.confirms


def decide(
    way: Way,
    ticket: Ticket | None,
    presented: Presented,
    answer: QualificationAnswer | QueryFault,
    policy: SitePolicy,
    today: date,
    certificate_end: date | None = None,
) -> Outcome:
    """The outcome of a query on that day. Pure; every answer and every fault leads to a reason."""
    hints = hints_for(way, ticket, certificate_end, today)
    if isinstance(answer, QueryFault):
        return Outcome(_fault_reason(answer), way, hints=hints)
    reason = _answer_reason(answer, today)
    if reason is not None:
        return Outcome(reason, way, hints=hints)
    findings = collate(ticket, answer.results[0], presented, today, policy.services)
    if findings:
        return Outcome(_finding_reason(findings[0].field), way, findings, hints)
    if ticket is None:
        return Outcome(Reason.NO_TICKET, way, hints=hints)
    return Outcome(_settled_reason(way, policy), way, hints=hints)


def desk(reason: Reason, way: Way = Way.DESK, hints: tuple[Hint, ...] = ()) -> Outcome:
    """The outcome of a check-in that never came to a query."""
    return Outcome(reason, way, hints=hints)


def desk_reason_of(brought: Brought) -> Reason:
    """Why something that was brought needs the clerk's eyes."""
    match brought:
        case Brought.MY_NUMBER_CARD:
            return Reason.CARD_TO_BE_SEEN
        case Brought.CERTIFICATE:
            return Reason.CERTIFICATE_TO_BE_SEEN
        case Brought.NOTICE:
            return Reason.NOTICE_TO_BE_SEEN
        case Brought.SMARTPHONE:
            return Reason.SMARTPHONE
        case Brought.OLD_INSURANCE_CARD:
            return Reason.OLD_INSURANCE_CARD
        case Brought.UNSURE:
            return Reason.UNSURE
        case _:
            assert_never(brought)


def hints_for(way: Way, ticket: Ticket | None, certificate_end: date | None, today: date) -> tuple[Hint, ...]:
    """The reminders that are due, whatever the outcome."""
    due = []
    if ticket is not None:
        due.append(Hint.HAND_IN_TICKET)
    if certificate_end is not None and certificate_end - today <= RENEW_BEFORE:
        due.append(Hint.RENEW_CERTIFICATE)
    if way not in (Way.CARD_QUERY, Way.FACE_READER, Way.LIMITED_APP, Way.CERTIFICATE):
        due.append(Hint.BRING_NEXT_TIME)
    return tuple(due)


def certificate_usable(end: date, today: date) -> bool:
    """Whether a certificate still serves as マイナ保険証: to the end of the third month after the month of its end."""
    months = end.year * 12 + end.month - 1 + 4
    return today < date(months // 12, months % 12 + 1, 1)


def _answer_reason(answer: QualificationAnswer, today: date) -> Reason | None:
    """Why the answer alone leads to the desk; None when it is 有効 for exactly one person on that day."""
    match answer.segment:
        case SegmentOfResult.PROCESSING:
            return Reason.STILL_PROCESSING
        case SegmentOfResult.FAILED:
            return Reason.SYSTEM_FAILED
        case SegmentOfResult.DONE:
            pass
        case _:
            assert_never(answer.segment)
    if answer.status is not ProcessingStatus.DONE:
        return Reason.SYSTEM_FAILED
    match answer.validity:
        case None:
            return Reason.GARBAGE
        case QualificationValidity.INVALID:
            return Reason.INVALID
        case QualificationValidity.SUPERSEDED:
            return Reason.SUPERSEDED
        case QualificationValidity.NOT_FOUND:
            return Reason.NOT_FOUND
        case QualificationValidity.SEVERAL:
            return Reason.SEVERAL
        case QualificationValidity.VALID_UNREGISTERED:
            return Reason.PUBLIC_ASSISTANCE
        case QualificationValidity.VALID:
            return _qualification_reason(answer.results, today)
        case _:
            assert_never(answer.validity)


def _qualification_reason(results: tuple[Qualification, ...], today: date) -> Reason | None:
    if len(results) != 1:
        return Reason.NOT_ONE_PERSON
    (only,) = results
    if only.card_classification == PUBLIC_ASSISTANCE:
        return Reason.PUBLIC_ASSISTANCE
    if only.insurer.is_late_elderly:
        return Reason.OTHER_SCHEME
    return None if only.holds_on(today) else Reason.NOT_ON_THE_DAY


def _fault_reason(fault: QueryFault) -> Reason:
    match fault:
        case QueryFault.UNREACHABLE:
            return Reason.UNREACHABLE
        case QueryFault.TIMED_OUT:
            return Reason.TIMED_OUT
        case QueryFault.SERVER_ERROR:
            return Reason.SERVER_ERROR
        case QueryFault.GARBAGE:
            return Reason.GARBAGE
        case QueryFault.REFUSED:
            return Reason.REFUSED
        case QueryFault.STILL_PROCESSING:
            return Reason.STILL_PROCESSING
        case _:
            assert_never(fault)


def _finding_reason(field: Field) -> Reason:
    match field:
        case Field.INSURER:
            return Reason.OTHER_INSURER
        case Field.TICKET_EXPIRY:
            return Reason.TICKET_EXPIRED
        case Field.TICKET_YEAR:
            return Reason.TICKET_YEAR
        case Field.TICKET_KIND:
            return Reason.TICKET_KIND
        case Field.BIRTHDATE:
            return Reason.BIRTHDATE_DIFFERS
        case Field.NAME:
            return Reason.NAME_DIFFERS
        case Field.SEX:
            return Reason.SEX_DIFFERS
        case Field.INSURED:
            return Reason.INSURED_NUMBER_DIFFERS
        case Field.AGE:
            return Reason.AGE
        case _:
            assert_never(field)


def _settled_reason(way: Way, policy: SitePolicy) -> Reason:
    """The reason of a clean check-in: confirmed where the site lets that way end unattended."""
    if way is Way.CARD_QUERY:
        return Reason.CONFIRMED_BY_CARD if way in policy.unattended else Reason.CARD_TO_BE_SEEN
    if way is Way.CERTIFICATE:
        return Reason.CONFIRMED_BY_CERTIFICATE if way in policy.unattended else Reason.CERTIFICATE_TO_BE_SEEN
    return Reason.UNSURE
