"""A visit becomes a row and comes back the same, whatever stands in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.collation import Field, Finding, Presented, Source
from kiosk.checkin.insurance import InsuredId, InsurerNumber, QualificationQuery
from kiosk.checkin.language import Language
from kiosk.checkin.outcome import Hint, Outcome
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.visit import Visit, VisitDraft, VisitNumber
from kiosk.checkin.ways import Way
from kiosk.ledger.people import person_view
from kiosk.ledger.records import from_row, settlement_row, to_row
from kiosk.vault import Vault

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001 - bounds are naive
PEOPLE = st.builds(Person, TEXTS, st.dates(), st.sampled_from(Sex), TEXTS, TEXTS)
INSURERS = st.builds(InsurerNumber, st.from_regex(r"\d{8}", fullmatch=True))
INSURED = st.builds(InsuredId, TEXTS, TEXTS, TEXTS)
TICKETS = st.builds(
    Ticket,
    st.builds(TicketNumber, st.from_regex(r"\d{11}", fullmatch=True)),
    st.none() | INSURERS,
    st.none() | PEOPLE,
    st.none() | INSURED,
    st.none() | st.dates(),
)
FINDINGS = st.builds(Finding, st.sampled_from(Field), st.tuples(st.sampled_from(Source), st.sampled_from(Source)))
OUTCOMES = st.builds(
    Outcome,
    st.sampled_from(Reason),
    st.sampled_from(Way),
    st.lists(FINDINGS, max_size=4).map(tuple),
    st.lists(st.sampled_from(Hint), unique=True).map(tuple),
)
PRESENTED = st.builds(Presented, st.none() | PEOPLE, st.dates(), st.none() | INSURERS, st.none() | INSURED)
APPOINTMENTS = st.builds(
    Appointment, st.none() | PEOPLE, st.none() | TICKETS, TEXTS, TEXTS, st.none() | st.dates(), st.none() | st.times()
)
QUERIES = st.builds(QualificationQuery, INSURERS, INSURED, st.dates(), st.dates())
DRAFTS = st.builds(
    VisitDraft,
    TIMES,
    OUTCOMES,
    st.none() | TICKETS,
    st.none() | PRESENTED,
    st.none() | PEOPLE,
    st.none() | APPOINTMENTS,
    st.none() | QUERIES,
    language=st.sampled_from(Language),
)
VAULT = Vault([Fernet.generate_key()])


@settings(deadline=None)
@given(DRAFTS, TIMES, st.dates(), st.integers(1, 9999))
def test_visit_comes_back_equal(draft: VisitDraft, at: datetime, day: date, sequence: int) -> None:
    visit = Visit("0" * 31 + "a", VisitNumber("A", sequence), "k01", day, at, draft)
    found = from_row(to_row(visit, VAULT), VAULT)
    assert found == visit
    assert found.at.isoformat() == at.isoformat()
    assert found.draft.began_at.isoformat() == draft.began_at.isoformat()


@settings(deadline=None)
@given(DRAFTS, OUTCOMES, st.none() | PEOPLE, TIMES, TIMES)
def test_settled_visit_comes_back_with_both_codes_and_both_times(
    draft: VisitDraft, outcome: Outcome, registered: Person | None, at: datetime, settled_at: datetime
) -> None:
    visit = Visit("0" * 31 + "a", VisitNumber("A", 1), "k01", at.date(), at, draft)
    later = settlement_row(visit, outcome, registered, settled_at, VAULT)
    row = to_row(visit, VAULT) | {f"later_{column}": value for column, value in later.items()}
    found = from_row(row, VAULT)
    assert found == replace(
        visit,
        draft=replace(draft, outcome=outcome, registered=registered),
        first_reason=draft.outcome.reason,
        settled_at=settled_at,
    )


def test_staff_see_what_somebody_reads_and_older_rows_are_japanese() -> None:
    at = datetime(2026, 5, 12, 8, 31, tzinfo=UTC)
    draft = VisitDraft(at, Outcome(Reason.UNSURE, Way.DESK), language=Language.VIETNAMESE)
    row = to_row(Visit("0" * 31 + "a", VisitNumber("A", 1), "k01", at.date(), at, draft), VAULT)
    assert person_view(from_row(row, VAULT)).reads == "ベトナム語"
    fields = json.loads(VAULT.unseal(str(row["personal"])))
    del fields["language"]
    older = from_row(row | {"personal": VAULT.seal(json.dumps(fields).encode())}, VAULT)
    assert (older.draft.language, person_view(older).reads) == (Language.JAPANESE, "")
