"""Who on the roster can be asked for in advance, and what the desk would see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault, decide
from kiosk.checkin.person import Person
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.precheck import QueryKey, key_of
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Way

AFTER_THE_HEADER = 2
"""Line of a file's first appointment, for those that came from no file."""


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """Somebody whose line on the roster has everything that a query needs. Its repr shows nothing."""

    line: int
    """Where it stands in the clerk's file, as `kiosk roster check` names it."""
    appointment: Appointment
    person: Person
    query: QualificationQuery

    @property
    def key(self) -> QueryKey:
        """What it has in common with another line that asks for the same."""
        return key_of(self.query)

    def reason(self, answer: QualificationAnswer | QueryFault, policy: SitePolicy) -> Reason:
        """How a check-in with exactly this answer, and with card or document in order, would end."""
        asked = self.query
        # A roster with kana alone says nothing of how the name is written.
        shown = self.person if self.person.name else None
        presented = Presented(shown, asked.birthdate, asked.insurer, asked.insured)
        # Whether a clerk has to see a document is the site's decision, and nothing to phone about.
        alone = replace(policy, unattended=frozenset(Way))
        ticket = self.appointment.ticket
        return decide(Way.CARD_QUERY, ticket, presented, answer, alone, asked.confirmation_date).reason


def candidates(
    lines: Sequence[Appointment], imported: date, today: date, day: date | None = None
) -> Iterator[Candidate | None]:
    """A candidate for every line of that day, without one for every line from today on; None for a line that lacks
    something. A line without a day is of the day asked for, else of the day of the import.
    """
    for place, line in enumerate(lines, start=AFTER_THE_HEADER):
        on = line.day or day or imported
        if on >= today and day in (None, on):
            yield _candidate(place, line, on)


def _candidate(place: int, line: Appointment, on: date) -> Candidate | None:
    ticket = line.ticket
    person = line.person or (ticket.person if ticket else None)
    if ticket is None or ticket.insurer is None or ticket.insured is None or person is None:
        return None
    return Candidate(
        line.line or place, line, person, QualificationQuery(ticket.insurer, ticket.insured, person.birthdate, on)
    )
