"""How the chain begins of a ledger from an older version, or of one that was salvaged: every row gets an event.

One event for each row, not one digest over all: so `verify` names the row that was changed, and checks old rows by the
same rule as new ones. It costs about a minute for a million visits, once.
"""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from kiosk.ledger.chain import Chain, Kind
from kiosk.ledger.digests import Relation, digest_of, entry_body, later_body, visit_body


def adopt(db: Database, chain: Chain, at: datetime) -> int:
    """Write the events of all rows in their order; how many. Belongs into a transaction."""
    count = 0
    rows = db.execute(
        "SELECT visit.*, print_job.state, print_job.fault, print_job.at AS printed_at"
        " FROM visit LEFT JOIN print_job ON print_job.visit = visit.id ORDER BY visit.entry"
    )
    for row in rows:
        job = [row["state"], row["fault"], row["printed_at"]]
        event = chain.append(
            Kind.ADOPTED,
            at,
            sure=False,
            subject=row["id"],
            body={"relation": Relation.VISIT.value, **visit_body(row, job)},
            digest=digest_of(Relation.VISIT, row),
        )
        db.execute("UPDATE print_job SET event = ? WHERE visit = ?", [event.seq, row["id"]])
        count += 1
    for row in db.execute("SELECT * FROM settlement ORDER BY rowid"):
        chain.append(
            Kind.ADOPTED,
            at,
            sure=False,
            subject=row["visit"],
            body={"relation": Relation.SETTLEMENT.value, **later_body(row)},
            digest=digest_of(Relation.SETTLEMENT, row),
        )
        count += 1
    for row in db.execute("SELECT * FROM staff_entry ORDER BY entry"):
        chain.append(
            Kind.ADOPTED,
            at,
            sure=False,
            subject=row["visit"],
            body={"relation": Relation.STAFF_ENTRY.value, **entry_body(row)},
            digest=digest_of(Relation.STAFF_ENTRY, row),
        )
        count += 1
    for row in db.execute("SELECT prefix, day, floor FROM number_floor ORDER BY day, prefix"):
        floor_event(chain, row["prefix"], row["day"], row["floor"], at, sure=False)
        count += 1
    return count


def floor_event(chain: Chain, prefix: str, day: str, floor: int, at: datetime, *, sure: bool) -> None:
    """Tell that the numbers of a day go on behind that one."""
    chain.append(Kind.FLOOR, at, sure=sure, subject=day, body={"prefix": prefix, "floor": floor})
