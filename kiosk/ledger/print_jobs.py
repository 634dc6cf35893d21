"""Slips: which one is not on paper yet, and how a print job ended."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime

from sqlite_utils import Database

from kiosk.checkin.visit import Visit
from kiosk.ledger.altered import is_altered
from kiosk.ledger.chain import Chain, Kind
from kiosk.ledger.digests import job_of
from kiosk.ledger.records import VISITS, from_row
from kiosk.ledger.rows import Row
from kiosk.ports.desk import LedgerFailure
from kiosk.ports.printer import PrinterFault
from kiosk.vault import Vault

_NOT_ON_PAPER = frozenset(
    fault.value for fault in (PrinterFault.PAPER_OUT, PrinterFault.COVER_OR_OFFLINE, PrinterFault.UNREACHABLE)
)
"""After any other fault the slip may have come out all the same."""


def unprinted(db: Database, vault: Vault, day: date) -> Visit | None:
    """The last visit of that day whose print job is open, but for those whose records somebody altered."""
    cursor = db.execute(
        f"{VISITS} JOIN print_job ON print_job.visit = visit.id"
        " WHERE print_job.state = 'pending' AND visit.day = ? ORDER BY visit.entry DESC",
        [day.isoformat()],
    )
    with closing(cursor):
        return next((from_row(row, vault) for row in cursor if not is_altered(row)), None)


def owed(db: Database, vault: Vault, since: datetime, now: datetime) -> Visit | None:
    """The last visit, when it was in that time and its slip is surely not on paper.

    A clock that leapt in between only keeps the slip from being offered at the terminal; the board has the visit.
    """
    row = db.execute(
        # As it was committed: a query that was made up since then changes no slip.
        "SELECT visit.*, print_job.fault AS print_fault FROM visit"
        " JOIN print_job ON print_job.visit = visit.id ORDER BY visit.entry DESC LIMIT 1"
    ).fetchone()
    if row is None or row["print_fault"] not in _NOT_ON_PAPER or is_altered(row):
        return None
    last = from_row(row, vault)
    return last if since <= last.at <= now else None


def end_job(db: Database, chain: Chain, visit: Visit, fault: PrinterFault | None, at: datetime, *, sure: bool) -> None:
    """Write that the slip came out, or why it did not. Belongs into a transaction."""
    job: Row = {
        "state": "failed" if fault else "printed",
        "fault": fault.value if fault else None,
        "at": at.isoformat(),
    }
    event = chain.append(Kind.PRINT, at, sure=sure, subject=visit.id, body={"print": job_of(job)})
    changed = db.execute(
        "UPDATE print_job SET state = ?, fault = ?, at = ?, event = ? WHERE visit = ?",
        [job["state"], job["fault"], job["at"], event.seq, visit.id],
    )
    if changed.rowcount != 1:
        raise LedgerFailure("there is no such visit")
