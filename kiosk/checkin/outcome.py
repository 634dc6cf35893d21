"""The decision: 有効, one person, clean collation, and a way that may end unattended - or the desk with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import assert_never

from kiosk.checkin.collation import Finding, Presented, collate
from kiosk.checkin.grounds import answer_reason, collation_reason
from kiosk.checkin.insurance import QualificationAnswer
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Route
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.ways import Way

RENEW_BEFORE = timedelta(days=92)
"""The certificate's alert begins three months before its end."""

_READY_FOR_NEXT_TIME = frozenset(Way) - {Way.PROVISIONAL_ONLINE, Way.PROVISIONAL_INSURER, Way.DESK}
"""Ways on which マイナンバーカード or 資格確認書 was there."""


class Hint(Enum):
    """What the examinee is reminded of, on the screen and on the slip; kiosk.locale.hints has the words."""

    BRING_NEXT_TIME = "bring next time"
    """The notice's last duty, whenever the way was neither the card nor ⑤."""
    RENEW_CERTIFICATE = "renew certificate"
    """The card's certificate ends soon; town offices renew it."""
    HAND_IN_TICKET = "hand in ticket"
    """At the one place that screen and slip name: tickets are collected, wherever somebody is sent."""


class FaceFault(Enum):
    """Why the face reader brought nobody."""

    NOT_FOUND = "not found"
    """Nobody who was waited for came in time."""
    SEVERAL = "several"
    """More than one capture fits, or one fits somebody else too."""
    UNAVAILABLE = "unavailable"
    """The gateway cannot be asked, or has no face reader."""


class QueryFault(Enum):
    """Why there is no answer to a query."""

    UNREACHABLE = "unreachable"
    UNTRUSTED = "certificate not trusted"
    """Somebody answers who is not the site's gateway, or whose certificate has run out."""
    TIMED_OUT = "timed out"
    SERVER_ERROR = "server error"
    GARBAGE = "garbage"
    REFUSED = "refused"
    STILL_PROCESSING = "still processing"


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
    reason = answer_reason(answer, today)
    if reason is not None:
        return Outcome(reason, way, hints=hints)
    findings = collate(ticket, answer.results[0], presented, today, policy.services)
    reason = collation_reason(findings, ticket, policy) or _settled_reason(way, policy)
    return Outcome(reason, way, findings, hints)


def decide_unasked(
    route: Route,
    ticket: Ticket | None,
    presented: Presented,
    policy: SitePolicy,
    today: date,
    certificate_end: date | None = None,
) -> Outcome:
    """The outcome where nobody can be asked: ticket and person are collated, and a clerk does the rest."""
    findings = collate(ticket, None, presented, today, policy.services)
    reason = collation_reason(findings, ticket, policy) or route.reason or Reason.UNSURE
    return Outcome(reason, route.way, findings, hints_for(route.way, ticket, certificate_end, today))


def decide_later(
    earlier: Outcome,
    ticket: Ticket | None,
    presented: Presented,
    answer: QualificationAnswer | QueryFault,
    policy: SitePolicy,
    day: date,
) -> Outcome:
    """The outcome of a query that was made up after an outage, for the day of the visit; the reminders stay."""
    later = decide(earlier.way, ticket, presented, answer, policy, day)
    return replace(later, hints=earlier.hints)


def desk(reason: Reason, way: Way = Way.DESK, hints: tuple[Hint, ...] = ()) -> Outcome:
    """The outcome of a check-in that never came to a query."""
    return Outcome(reason, way, hints=hints)


def hints_for(way: Way | None, ticket: Ticket | None, certificate_end: date | None, today: date) -> tuple[Hint, ...]:
    """The reminders that are due, whatever the outcome; a way of None is that of somebody whom nobody asked for it."""
    due = []
    if ticket is not None:
        due.append(Hint.HAND_IN_TICKET)
    if certificate_end is not None and certificate_end - today <= RENEW_BEFORE:
        due.append(Hint.RENEW_CERTIFICATE)
    if way is not None and way not in _READY_FOR_NEXT_TIME:
        due.append(Hint.BRING_NEXT_TIME)
    return tuple(due)


def certificate_usable(end: date, today: date) -> bool:
    """Whether a certificate still serves as マイナ保険証: to the end of the third month after the month of its end."""
    months = end.year * 12 + end.month - 1 + 4
    return today < date(months // 12, months % 12 + 1, 1)


def _fault_reason(fault: QueryFault) -> Reason:
    match fault:
        case QueryFault.UNREACHABLE | QueryFault.UNTRUSTED:
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


_CONFIRMED_OR_SEEN = {
    Way.FACE_READER: (Reason.CONFIRMED_BY_FACE, Reason.FACE_TO_BE_SEEN),
    Way.CARD_QUERY: (Reason.CONFIRMED_BY_CARD, Reason.CARD_TO_BE_SEEN),
    Way.CARD_AND_PORTAL: (Reason.CONFIRMED_BY_PORTAL, Reason.SMARTPHONE),
    Way.CARD_AND_NOTICE: (Reason.CONFIRMED_BY_NOTICE, Reason.NOTICE_TO_BE_SEEN),
    Way.CERTIFICATE: (Reason.CONFIRMED_BY_CERTIFICATE, Reason.CERTIFICATE_TO_BE_SEEN),
    Way.PROVISIONAL_ONLINE: (Reason.CONFIRMED_PROVISIONALLY, Reason.PROVISIONAL_TO_BE_SEEN),
}
"""Per way that the kiosk goes by itself: the reason where the site lets it end unattended, and where not."""


def _settled_reason(way: Way, policy: SitePolicy) -> Reason:
    """The reason of a clean check-in; on any other way a person goes on."""
    confirmed, seen = _CONFIRMED_OR_SEEN.get(way, (Reason.UNSURE, Reason.UNSURE))
    return confirmed if way in policy.unattended else seen
