"""The grounds for the desk: what in an answer, or in a collation, a person has to look at."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from kiosk.checkin.collation import Field, Finding
from kiosk.checkin.insurance import (
    PUBLIC_ASSISTANCE,
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket


def answer_reason(answer: QualificationAnswer, today: date) -> Reason | None:
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


def collation_reason(findings: tuple[Finding, ...], ticket: Ticket | None, policy: SitePolicy) -> Reason | None:
    """Why the collation leads to the desk: the first disagreement that is more than a note, or no ticket at all."""
    for finding in findings:
        reason = _finding_reason(finding.field)
        if reason is not None:
            return reason
    return Reason.NO_TICKET if ticket is None and policy.tickets_required else None


def _finding_reason(field: Field) -> Reason | None:
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
        case Field.APRIL_MEMBERSHIP:
            return None
        case _:
            assert_never(field)
