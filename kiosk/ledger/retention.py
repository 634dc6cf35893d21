"""Erasing the personal fields whose retention time is over: the visits, their codes and the chain stay."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.chain import Chain, Kind
from kiosk.ledger.exchange import REPLACED, sweep_salvage
from kiosk.ledger.opening import as_failures
from kiosk.ledger.outbox import drop_due
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault, day_of_old_key, old_keys

_DUE = """
    SELECT day FROM visit AS due WHERE personal IS NOT NULL AND day < :before AND NOT EXISTS (
        SELECT 1 FROM visit AS undated WHERE undated.day = due.day AND NOT undated.dated
            AND undated.personal IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM visit AS after
                WHERE after.entry > undated.entry AND after.dated AND after.day < :before))
    ORDER BY day LIMIT 1"""
"""The oldest day that is due. A visit whose date nobody knew is not older than the dated visits before it: its day
waits until a later visit with a known date is due, too."""


def erase_due(db: Database, vault: Vault, before: date, at: datetime, progress: Callable[[int], None]) -> int:
    """Erase all that is due in the ledger of a kiosk that is not running; of how many visits. Raises LedgerFailure."""
    chain, erased, step = Chain(db, vault), 0, 1
    with as_failures("erasing personal fields"):
        while step:
            with db.atomic():
                step = erase_oldest(db, chain, before, at, sure=True)
            erased += step
            progress(erased)
        step = 1
        while step:
            with db.atomic():
                step = drop_due(db)
        (busy, *_) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise LedgerFailure(
            "somebody reads the ledger just now, so that the write-ahead log keeps old pages; run it again"
        )
    return erased


def drop_replaced(state: Path, before: date) -> None:
    """Remove the former ledgers that a restore or a repair put aside before that day: all in them is due.

    So do keys that a rotation put aside, and what a repair left that was killed. Who calls is the ledger's only writer.
    Raises LedgerFailure.
    """
    with as_failures("removing former ledgers"):
        for folder in (state / REPLACED).glob("*"):
            with suppress(ValueError):  # a folder of somebody else
                if date.fromisoformat(folder.name[:10]) < before:
                    shutil.rmtree(folder)
        for key in old_keys(state):
            with suppress(ValueError):
                if day_of_old_key(key) < before:
                    key.unlink()
        sweep_salvage(state)


def erase_oldest(db: Database, chain: Chain, before: date, at: datetime, *, sure: bool) -> int:
    """Erase what is sealed of the oldest day before that one; of how many visits, 0 when nothing is due."""
    due = db.execute(_DUE, {"before": before.isoformat()}).fetchone()
    if due is None:
        return 0
    day = due["day"]
    of_the_day = "visit IN (SELECT id FROM visit WHERE day = ?)"
    db.execute(f"UPDATE settlement SET personal = NULL WHERE personal IS NOT NULL AND {of_the_day}", [day])  # noqa: S608 - ours
    db.execute(f"UPDATE staff_entry SET note = NULL WHERE note IS NOT NULL AND {of_the_day}", [day])  # noqa: S608 - ours
    erased = db.execute("UPDATE visit SET personal = NULL WHERE personal IS NOT NULL AND day = ?", [day]).rowcount
    chain.append(Kind.ERASED, at, sure=sure, subject=day, body={"visits": erased})
    return erased
