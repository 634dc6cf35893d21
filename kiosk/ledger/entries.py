"""An entry of staff as a row and back: its note is sealed, everything else stands in clear."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

from sqlite_utils import Database

from kiosk.checkin.settlement import Settlement, Settling, StaffEntry
from kiosk.checkin.ways import Way
from kiosk.ledger.rows import Row, Stored
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault, VaultFailure

ERASED_NOTE = "（消去済み）"
"""Stands for a note whose retention time is over; an entry that is nothing but a note has to have one."""
UNREADABLE_NOTE = "（メモを開けません）"
"""Stands for a note that no key opens, or that is another entry's."""


def entry_row(entry: StaffEntry, visit: str, vault: Vault) -> Row:
    """The columns of table `staff_entry`, without `entry`."""
    settlement = entry.settlement
    note = json.dumps({"entry": entry.id, "note": settlement.note}).encode("ascii")
    return {
        "id": entry.id,
        "visit": visit,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "settling": settlement.settling.value,
        "way": settlement.way.value if settlement.way else None,
        "undoes": settlement.undoes,
        "note": vault.seal(note) if settlement.note else None,
    }


def entries_of(db: Database, vault: Vault, visit: str) -> tuple[StaffEntry, ...]:
    """The entries of a visit in the order in which they were made, without those whose codes were altered.

    A note that does not open is no reason to hide what was settled.
    """
    entries = []
    for row in db.execute("SELECT * FROM staff_entry WHERE visit = ? ORDER BY entry", [visit]):
        with suppress(LedgerFailure):  # its visit is told as altered (`lines_of`)
            entries.append(entry_from(row, _note(row, vault)))
    return tuple(entries)


def entry_from(row: Stored, note: str = "") -> StaffEntry:
    """The entry of a row, with its note as it was unsealed. Raises LedgerFailure when the row is unsound."""
    try:
        settling = Settling(row["settling"])
        if settling is Settling.NOTE and not note:
            note = ERASED_NOTE
        return StaffEntry(
            id=str(row["id"]),
            at=datetime.fromisoformat(str(row["at"])),
            who=str(row["who"]),
            settlement=Settlement(
                settling,
                way=Way(row["way"]) if row["way"] is not None else None,
                note=note,
                undoes=str(row["undoes"]) if row["undoes"] is not None else None,
            ),
        )
    except ValueError:
        raise LedgerFailure("an entry of staff in the ledger cannot be read back") from None


def _note(row: Stored, vault: Vault) -> str:
    if row["note"] is None:
        return ""
    try:
        sealed = json.loads(vault.unseal(str(row["note"])))
    except VaultFailure:
        return UNREADABLE_NOTE
    return str(sealed["note"]) if sealed["entry"] == row["id"] else UNREADABLE_NOTE
