"""A visit as it goes on disk: its number, its print job, its event and what a fleet may learn, all or nothing."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlite_utils import Database

from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.ledger.adoption import floor_event
from kiosk.ledger.chain import Chain, Kind
from kiosk.ledger.digests import Relation, digest_of, job_of, visit_body
from kiosk.ledger.numbers import business_day, next_number, raise_floor, unsure_floor
from kiosk.ledger.outbox import event_of
from kiosk.ledger.records import from_row, to_row
from kiosk.ledger.rows import Row
from kiosk.vault import Vault


def record_visit(
    db: Database, chain: Chain, vault: Vault, letter: str, kiosk: str, draft: VisitDraft, at: datetime, *, sure: bool
) -> Visit:
    """Write the visit; as it stands on disk. Belongs into a transaction that nobody else's writing can come before."""
    day = business_day(db, letter, at, sure=sure)
    if sure and (floor := unsure_floor(db, letter, day)):
        raise_floor(db, letter, day, floor)
        floor_event(chain, letter, day.isoformat(), floor, at, sure=sure)
    number = next_number(db, letter, day)
    visit = Visit(secrets.token_hex(16), number, kiosk, day, at, draft)
    row = to_row(visit, vault) | {"dated": int(sure)}
    if free := chain.free_row("visit"):
        row["entry"] = free
    row["entry"] = db.table("visit").insert(row).last_rowid
    job: Row = {
        "visit": visit.id,
        "state": "pending",
        "fault": None,
        "at": visit.at.isoformat(),
        "event": chain.next_seq(),
    }
    db.table("print_job").insert(job)
    chain.append(
        Kind.VISIT,
        at,
        sure=sure,
        subject=visit.id,
        body=visit_body(row, job_of(job)),
        digest=digest_of(Relation.VISIT, row),
    )
    db.table("outbox").insert(event_of(visit))
    # What cannot be read back is not committed.
    return from_row(row, vault)
