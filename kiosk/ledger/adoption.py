"""How the chain begins of a ledger from an older version, or of one that was salvaged: every row gets an event.

One event for each row, not one digest over all: so `verify` names the row that was changed, and checks old rows by the
same rule as new ones. It costs about a minute for a million visits, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlite_utils import Database

from kiosk.ledger.chain import Chain, Json, Kind
from kiosk.ledger.digests import Relation, digest_of, entry_body, later_body, visit_body
from kiosk.ledger.rows import Stored


def _visit_with_job(row: Stored) -> Mapping[str, Json]:
    return visit_body(row, [row["state"], row["fault"], row["printed_at"]])


_ROWS: Mapping[Relation, tuple[str, Callable[[Stored], Mapping[str, Json]]]] = {
    Relation.VISIT: (
        "SELECT visit.*, print_job.state, print_job.fault, print_job.at AS printed_at"
        " FROM visit LEFT JOIN print_job ON print_job.visit = visit.id ORDER BY visit.entry",
        _visit_with_job,
    ),
    Relation.SETTLEMENT: ("SELECT * FROM settlement ORDER BY rowid", later_body),
    Relation.STAFF_ENTRY: ("SELECT * FROM staff_entry ORDER BY entry", entry_body),
}
_VISIT = {Relation.VISIT: "id", Relation.SETTLEMENT: "visit", Relation.STAFF_ENTRY: "visit"}
"""The column of the visit's id."""


def adopt(db: Database, chain: Chain, at: datetime) -> int:
    """Write the events of all rows in their order; how many. Belongs into a transaction."""
    count = 0
    for relation, (rows, body) in _ROWS.items():
        for row in db.execute(rows):
            event = chain.append(
                Kind.ADOPTED,
                at,
                sure=False,
                subject=row[_VISIT[relation]],
                body={"relation": relation.value, **body(row)},
                digest=digest_of(relation, row),
            )
            if relation is Relation.VISIT:
                db.execute("UPDATE print_job SET event = ? WHERE visit = ?", [event.seq, row["id"]])
            count += 1
    for row in db.execute("SELECT prefix, day, floor FROM number_floor ORDER BY day, prefix"):
        floor_event(chain, row["prefix"], row["day"], row["floor"], at, sure=False)
        count += 1
    return count


def floor_event(chain: Chain, prefix: str, day: str, floor: int, at: datetime, *, sure: bool) -> None:
    """Tell that the numbers of a day go on behind that one."""
    chain.append(Kind.FLOOR, at, sure=sure, subject=day, body={"prefix": prefix, "floor": floor})
