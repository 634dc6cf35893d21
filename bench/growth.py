"""What the years cost: a commit, the board's list of today and the walk of `verify`, in ledgers of many visits.

`python -m bench.growth 1000 100000 1000000` takes several minutes; `make bench` runs the two smaller ones.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bench.ledger import draft_of
from kiosk.checkin.reasons import Reason
from kiosk.ledger.book import Book
from kiosk.ledger.chain import Kind, canonical, chained, signed
from kiosk.ledger.digests import Relation, digest_of, job_of, visit_body
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE, only_writer
from kiosk.ledger.outbox import event_of
from kiosk.ledger.reader import LedgerReader
from kiosk.ports.board import Which
from kiosk.station.clock import SiteClock

A_DAY = 60
"""Visits of one day: a full morning at one terminal. A million are 46 years of them."""
COMMITS = 300
WARM = 50
MOST_COMMIT, MOST_LIST = 1.3, 2.0
"""Times the smallest ledger."""
_ZONE = ZoneInfo("Asia/Tokyo")


def measure(folder: Path, sizes: Sequence[int] = (1_000, 100_000)) -> dict[str, object]:
    """p50 in ms of commit and list by size, in turn, so that whatever else the disk does meets all of them."""
    states = {size: folder / str(size) for size in sizes}
    filled = {size: round(_seconds(lambda size=size: fill(states[size], size)), 1) for size in sizes}  # type: ignore[misc]  # bound now
    commits, lists = asyncio.run(_turns(states))
    walks = {size: _walk(states[size]) for size in sizes}
    least, most = min(sizes), max(sizes)
    commit_ratio = commits[most] / commits[least]
    list_ratio = lists[most] / lists[least]
    return {
        "what": f"ledgers of {', '.join(f'{size:,}' for size in sizes)} visits, {A_DAY} a day",
        "filled_seconds": filled,
        "megabytes": {size: round((states[size] / DATABASE).stat().st_size / 1e6, 1) for size in sizes},
        "commit_p50_ms": commits,
        "commit_ratio": round(commit_ratio, 2),
        "list_of_today_p50_ms": lists,
        "list_ratio": round(list_ratio, 2),
        "verify_seconds": walks,
        "kept": commit_ratio <= MOST_COMMIT and list_ratio <= MOST_LIST,
    }


def fill(state: Path, visits: int) -> None:
    """A ledger as a kiosk would have written it, today the last day; all visits share one sealed text."""
    now = datetime.now(_ZONE)
    book = Book.open(state, "A", "bench")
    sample = book.commit(draft_of(now, Reason.CONFIRMED_BY_CARD), now - timedelta(days=2 + visits // A_DAY))
    book.close()
    with only_writer(state) as (db, vault):
        raw = db.conn
        raw.execute("PRAGMA synchronous = OFF")
        row = dict(db.execute("SELECT * FROM visit").fetchone())
        (head,) = db.execute("SELECT hash FROM head").fetchone()
        outbox = event_of(sample)
        last_day = (visits - 2) // A_DAY
        for first in range(1, visits, 20_000):
            rows, jobs, events, waiting = [], [], [], []
            for place in range(first, min(first + 20_000, visits)):
                day = now.date() - timedelta(days=last_day - (place - 1) // A_DAY)
                row |= {
                    "entry": place + 1,
                    "id": secrets.token_hex(16),
                    "day": day.isoformat(),
                    "sequence": (place - 1) % A_DAY + 1,
                }
                job = {"state": "pending", "fault": None, "at": row["at"]}
                body, digest = canonical(visit_body(row, job_of(job))), digest_of(Relation.VISIT, row)
                own = chained(head, place + 1, row["at"], 1, "kiosk", Kind.VISIT.value, row["id"], body, digest)
                rows.append(tuple(row.values()))
                jobs.append((row["id"], "pending", None, row["at"], place + 1))
                events.append((place + 1, row["at"], 1, "kiosk", Kind.VISIT.value, row["id"], body, digest, head, own))
                waiting.append((f"{row['id']}-recorded", row["id"], outbox["kind"], outbox["body"], row["at"]))
                head = own
            raw.execute("BEGIN")
            raw.executemany(f"INSERT INTO visit VALUES ({', '.join('?' * len(row))})", rows)  # noqa: S608 - ours
            raw.executemany("INSERT INTO print_job VALUES (?, ?, ?, ?, ?)", jobs)
            raw.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", events)
            raw.executemany("INSERT INTO outbox (event, visit, kind, body, made_at) VALUES (?, ?, ?, ?, ?)", waiting)
            raw.execute("UPDATE head SET seq = ?, hash = ?", [events[-1][0], head])
            raw.execute("COMMIT")
        db.execute("UPDATE head SET mac = ?", [vault.authenticate(signed(events[-1][0], head))])


async def _turns(states: dict[int, Path]) -> tuple[dict[int, float], dict[int, float]]:
    clock = SiteClock(_ZONE)
    ledgers = {size: SqliteLedger(state, "A", "bench", clock) for size, state in states.items()}
    for ledger in ledgers.values():
        await ledger.open()
    draft = draft_of(clock.now(), Reason.CONFIRMED_BY_CARD)
    commits: dict[int, list[float]] = {size: [] for size in ledgers}
    lists: dict[int, list[float]] = {size: [] for size in ledgers}
    for _ in range(WARM + COMMITS):
        for size, ledger in ledgers.items():
            began = time.perf_counter()
            await ledger.commit(draft)
            commits[size].append(time.perf_counter() - began)
    for _ in range(30):
        for size, ledger in ledgers.items():
            began = time.perf_counter()
            await ledger.visits(Which.ALL, clock.now().date())
            lists[size].append(time.perf_counter() - began)
    for ledger in ledgers.values():
        await ledger.close()
    return (
        {size: round(1000 * statistics.median(times[WARM:]), 3) for size, times in commits.items()},
        {size: round(1000 * statistics.median(times), 3) for size, times in lists.items()},
    )


def _walk(state: Path) -> float:
    with LedgerReader.open(state) as reader:
        began = time.perf_counter()
        report = reader.verify(_tell)
        seconds = time.perf_counter() - began
    assert report.sound, report.problems[:3]
    return round(seconds, 2)


def _tell(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} / {total:,}", end="", file=sys.stderr)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    with TemporaryDirectory(prefix="kenshin-kiosk-bench-") as place:
        figures = measure(Path(place), [int(size) for size in sys.argv[1:]] or (1_000, 100_000))
    print(json.dumps(figures, indent=2))
    sys.exit(0 if figures["kept"] else 1)
