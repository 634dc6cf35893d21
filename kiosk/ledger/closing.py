"""The close of a day: its counts as an event of the chain."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from sqlite_utils import Database

from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Standing
from kiosk.checkin.ways import Way
from kiosk.ledger.altered import written_day
from kiosk.ledger.chain import REMEDY_WITHIN, Chain, Event, Json, Kind, exchanges_in
from kiosk.ledger.lines import lines_of
from kiosk.ledger.record_schema import SELDOM
from kiosk.ports.board import DayClose, Which
from kiosk.ports.desk import LedgerFailure

FOLDER = "closes"
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Close:
    """A day's close as the chain holds it."""

    day: date
    part: int
    """1, or more when visits came after a close and the day was closed again."""
    visits: int
    last_row: int
    """The row of the last visit that it counted."""
    open: tuple[str, ...]
    """The visits that nobody had settled by then."""
    by_way: Mapping[str, int]
    by_reason: Mapping[str, int]
    by_standing: Mapping[str, int]
    altered: tuple[str, ...]
    """The visits whose records somebody had changed by then: their ways and reasons are not counted."""
    event: Event

    @classmethod
    def of(cls, event: Event) -> Self:
        """The close that an event tells. Raises LedgerFailure when somebody changed it into something else."""
        try:
            told = json.loads(event.body)
            return cls(
                date.fromisoformat(str(event.subject)),
                told["part"],
                told["visits"],
                told["last_row"],
                tuple(told["open"]),
                told["by_way"],
                told["by_reason"],
                told["by_standing"],
                tuple(told.get("altered", ())),
                event,
            )
        except (ValueError, KeyError, TypeError) as changed:
            raise LedgerFailure(f"event {event.seq}, the close of a day, was changed; {REMEDY_WITHIN}") from changed

    def counted(self, row: int) -> bool:
        """Whether it counted the visit of that day in that row."""
        return row <= self.last_row

    @property
    def export(self) -> str:
        """The name of its file below the state folder."""
        return f"{FOLDER}/{self.day.isoformat()}{f'-{self.part}' if self.part > 1 else ''}.json"

    def content(self, kiosk: str) -> dict[str, Json]:
        """What is signed: the counts, and the close's own place in the chain as an anchor for it."""
        return {
            "kiosk": kiosk,
            "day": self.day.isoformat(),
            "at": self.event.at,
            "who": self.event.who,
            **json.loads(self.event.body),
            "anchor": {"seq": self.event.seq, "hash": self.event.hash.hex()},
        }

    @property
    def view(self) -> DayClose:
        """As the board shows it."""
        return DayClose(
            self.day,
            {Way(way): count for way, count in self.by_way.items()},
            {Reason(reason): count for reason, count in self.by_reason.items()},
            {Standing(stands): count for stands, count in self.by_standing.items()},
            self.export,
            len(self.altered),
        )


def last_close(db: Database, day: date) -> Close | None:
    """The last close of that day."""
    row = db.execute(
        f"SELECT * FROM event WHERE {SELDOM} AND kind = ? AND subject = ? ORDER BY seq DESC LIMIT 1",  # noqa: S608 - ours
        [Kind.CLOSED.value, day.isoformat()],
    ).fetchone()
    return Close.of(Event.of(row)) if row else None


def closes_of(db: Database, day: date) -> tuple[Close, ...]:
    """All closes of that day, the first one first."""
    rows = db.execute(
        f"SELECT * FROM event WHERE {SELDOM} AND kind = ? AND subject = ? ORDER BY seq",  # noqa: S608 - ours
        [Kind.CLOSED.value, day.isoformat()],
    )
    return tuple(Close.of(Event.of(row)) for row in rows.fetchall())


def days_to_close(db: Database, today: date, has_file: Callable[[Close], bool]) -> tuple[date, ...]:
    """Today and the days before it whose visits no close has counted, the oldest first; today also without a visit.

    Also those of the last week whose close has no file: it is written when the day is closed once more.
    """
    rows = db.execute(
        # From one day to the next by the index: as quick with a million visits.
        "WITH RECURSIVE days (day) AS (SELECT min(day) FROM visit UNION ALL"
        " SELECT (SELECT min(day) FROM visit WHERE day > days.day) FROM days WHERE day IS NOT NULL)"
        " SELECT day, (SELECT max(entry) FROM visit WHERE visit.day = days.day) AS last FROM days WHERE day < :today"
        " UNION ALL SELECT :today, (SELECT coalesce(max(entry), 0) FROM visit WHERE day = :today)",
        {"today": today.isoformat()},
    )
    days = ((day, int(row["last"])) for row in rows.fetchall() if (day := written_day(str(row["day"]))))
    closes = ((day, last, last_close(db, day)) for day, last in days)
    week = today - A_WEEK  # older files may have been taken elsewhere, as they should be
    return tuple(
        day
        for day, last, close in closes
        if close is None or not close.counted(last) or (day > week and not has_file(close))
    )


def close_day(db: Database, chain: Chain, day: date, who: str, at: datetime, *, sure: bool) -> Close | None:
    """Count the day and write its close; None when it is closed and no visit came since. In a transaction."""
    former = last_close(db, day)
    lines = lines_of(db, Which.ALL, day, day)
    (last_row,) = db.execute("SELECT coalesce(max(entry), 0) FROM visit WHERE day = ?", [day.isoformat()]).fetchone()
    if former and former.last_row == last_row:
        return None
    exchange = next(exchanges_in(db), None)
    body: dict[str, Json] = {
        # Which chain it is: where a backup was put back, the record before had another one.
        "since": exchange.hash.hex() if exchange else None,
        "part": former.part + 1 if former else 1,
        "visits": len(lines),
        "last_row": last_row,
        "open": [line.id for line in reversed(lines) if line.standing is Standing.OPEN],
        "by_way": _counts(line.counted_way.value for line in lines if not line.altered),
        "by_reason": _counts(line.reason.value for line in lines if not line.altered),
        "by_standing": _counts(line.standing.value for line in lines),
    }
    if altered := [line.id for line in reversed(lines) if line.altered]:
        body["altered"] = list[Json](altered)
    return Close.of(chain.append(Kind.CLOSED, at, sure=sure, who=who, subject=day.isoformat(), body=body))


def _counts(values: Iterable[str]) -> dict[str, Json]:
    return dict(Counter(values))
