"""Visits whose query is made up after an outage: which one is next, and what the query brought."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import date, datetime

from sqlite_utils import Database

from kiosk.checkin.outcome import Outcome
from kiosk.checkin.person import Person
from kiosk.checkin.visit import Visit
from kiosk.ledger.chain import Chain, Kind
from kiosk.ledger.digests import Relation, digest_of, later_body
from kiosk.ledger.outbox import settled_event_of
from kiosk.ledger.records import VISITS, from_row, settlement_row
from kiosk.ledger.rows import Stored
from kiosk.ledger.waiting import WAITS, asked_since
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault


def next_waiting(db: Database, vault: Vault, today: date, after: Visit | None) -> Visit | None:
    """The oldest visit, and behind that one, whose query is worth making up.

    One whose sealed text does not open is passed over: nobody knows its query any more, and the others do not wait for
    it. It stays on the call list.
    """
    behind = " AND (visit.day, visit.entry) > (SELECT day, entry FROM visit WHERE id = :after)" if after else ""
    # By day, so that the index of deferred visits gives the first one without a look at the others.
    cursor = db.execute(
        f"{VISITS} WHERE {WAITS}{behind} ORDER BY visit.day, visit.entry",
        {"since": asked_since(today), "after": after.id if after else ""},
    )
    with closing(cursor):
        for row in cursor:
            with suppress(LedgerFailure):
                return from_row(row, vault)
    return None


def settle_later(
    db: Database,
    chain: Chain,
    vault: Vault,
    visit: Visit,
    outcome: Outcome,
    registered: Person | None,
    at: datetime,
    *,
    sure: bool,
) -> Visit:
    """Write what a query brought, once for each visit; the visit as it stands then. Belongs into a transaction.

    Also for a visit that staff cancelled while the query was on its way: that it was asked is in the record.
    """
    later = settlement_row(visit, outcome, registered, at, vault)
    db.table("settlement").insert(later)
    chain.append(
        Kind.LATER,
        at,
        sure=sure,
        subject=visit.id,
        body=later_body(later),
        digest=digest_of(Relation.SETTLEMENT, later),
    )
    row: Stored = db.execute(f"{VISITS} WHERE visit.id = ?", [visit.id]).fetchone()
    settled = from_row(row, vault)
    db.table("outbox").insert(settled_event_of(settled, at))
    return settled
