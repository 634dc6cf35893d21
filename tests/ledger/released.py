"""Ledgers as every released version wrote them: made by its own migrations, with the columns that it knew."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from kiosk.checkin.visit import Visit, VisitNumber
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.records import settlement_row, to_row
from kiosk.ledger.schema import migrations
from kiosk.vault import Vault
from tests.ledger.invented import AT_DESK, CANARY, CLEAN, CONFIRMED, DEFERRED, MORNING

RELEASED = {"first": "settlements", "with settlements": "unsure_days", "with unsure days": "record"}
"""Each version, and the first migration that it did not have."""
VISITS = 4


def write(state: Path, version: str) -> None:
    """Four visits: printed, failed, erased by hand, and one that is deferred and settled where the version could."""
    state.mkdir()
    vault = Vault.open(state, create=True)
    with closing(Database(state / DATABASE, execute_plugins=False)) as db:
        migrations.apply(db, stop_before=RELEASED[version])
        columns = {column.name for column in db.table("visit").columns}
        db.table("seal").insert({"entry": 1, "token": vault.seal(b"kenshin-kiosk ledger")})
        for sequence, draft in enumerate((CONFIRMED, AT_DESK, CONFIRMED, DEFERRED), start=1):
            visit = Visit(f"{sequence:032x}", VisitNumber("A", sequence), "k01", MORNING.date(), MORNING, draft)
            row = {name: value for name, value in to_row(visit, vault).items() if name in columns}
            db.table("visit").insert(row | ({"personal": None} if sequence == 3 else {}))
            state_of, fault = (("printed", None), ("failed", "paper-out"), ("pending", None), ("pending", None))[
                sequence - 1
            ]
            db.table("print_job").insert({"visit": visit.id, "state": state_of, "fault": fault, "at": row["at"]})
            if draft == DEFERRED and "deferred" in columns:
                later = MORNING + timedelta(hours=1)
                db.table("settlement").insert(settlement_row(visit, CLEAN, CANARY, later, vault))
        if "dated" in columns:
            db.table("number_floor").insert({"prefix": "A", "day": "2026-11-19", "floor": 7})
