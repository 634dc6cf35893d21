"""What waits for a gateway: the token of a terminal, and visits of invented people that nobody could answer."""

from __future__ import annotations

from datetime import date

from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import QualificationQuery
from kiosk.checkin.outcome import Hint, Outcome
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.visit import VisitDraft
from kiosk.checkin.ways import Way
from kiosk.gateway.people import by_key
from tests.ledger.invented import MORNING

TOKEN = "token-of-k01-000000000000"
DAY = MORNING.date()


def draft_of(key: str, day: date = DAY) -> VisitDraft:
    """The visit of an invented person with card and ticket, while the gateway was down."""
    person = by_key(key)
    return VisitDraft(
        MORNING,
        Outcome(Reason.UNREACHABLE, Way.CARD_QUERY, hints=(Hint.HAND_IN_TICKET,)),
        Ticket(person.ticket(day), person.insurer),
        Presented(person.person, person.birthdate, person.insurer, person.insured),
        query=QualificationQuery(person.insurer, person.insured, person.birthdate, day),
    )
