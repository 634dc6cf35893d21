"""What the folder exchange adds to the terminal's own answer time: heard of by inotify, and by polling only."""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

from kiosk.gateway.backend import StillProcessing
from kiosk.gateway.invented_answers import answer_to
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.oqs.backend import FolderBackend
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.journal import Journal
from kiosk.gateway.oqs.names import response_name
from kiosk.gateway.oqs.pace import Pace
from kiosk.gateway.oqs.reading import read_request
from kiosk.gateway.oqs.responding import Header, response_octets
from kiosk.gateway.people import by_key

QUERIES = 240
AT_ONCE = 6
OLD_FILES = 50_000
"""In `res`: what a terminal holds that never tidies up."""
INOTIFY_LIMIT_MS = 60.0
POLLING_LIMIT_MS = 600.0
_DELAY_SECONDS = (0.05, 0.25)
_LOOK_SECONDS = 0.001
_READY = "ready\n"


def measure(folder: Path) -> dict[str, object]:
    """p50 and p99 of the added time in ms, with an empty `res` and with 50,000 old files in it."""
    figures: dict[str, object] = {
        "what": f"query to answer without the terminal's own time, {QUERIES} queries, {AT_ONCE} at once; "
        f"the limit is for p99",
    }
    kept = True
    for old_files in (0, OLD_FILES):
        for inotify, limit in ((True, INOTIFY_LIMIT_MS), (False, POLLING_LIMIT_MS)):
            place = folder / f"{old_files}-{inotify}"
            added = sorted(_added(place, old_files, inotify=inotify))
            p99 = 1000 * added[int(0.99 * (len(added) - 1))]
            figures[f"{'inotify' if inotify else 'polling'}, {old_files} old files"] = {
                "p50_ms": round(1000 * statistics.median(added), 1),
                "p99_ms": round(p99, 1),
                "limit_ms": limit,
            }
            kept = kept and p99 <= limit and len(added) == QUERIES
    figures["kept"] = kept
    return figures


def _added(place: Path, old_files: int, *, inotify: bool) -> list[float]:
    folders = Folders(place)
    for made in (folders.requests, folders.responses, folders.faces):
        made.mkdir(parents=True)
    for number in range(old_files):
        os.close(os.open(folders.responses / f"OQSsiquc01res_20250701{number:06d}.xml", os.O_CREAT, 0o600))
    # A process of its own, as the terminal is a machine of its own.
    with subprocess.Popen(
        [sys.executable, "-m", "bench.folders", str(place)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as terminal:
        # Neither its start nor the disk's work on the old files is what is measured.
        assert terminal.stdout is not None
        assert terminal.stdout.readline() == _READY
        os.sync()
        whole = asyncio.run(_ask(folders, place / "state", inotify=inotify))
        told, _ = terminal.communicate("")
    own = {reference: answered - seen for reference, seen, answered in map(json.loads, told.splitlines())}
    return [seconds - own[reference] for reference, seconds in whole]


async def _ask(folders: Folders, state: Path, *, inotify: bool) -> list[tuple[str, float]]:
    """Every query's clientRef, and the seconds until its answer."""
    journal = Journal(state)
    backend = FolderBackend(folders, "1312345679", journal, Pace(), inotify=inotify)
    took: list[tuple[str, float]] = []

    async def kiosk(queries: int) -> None:
        for _ in range(queries):
            query = _query()
            began = time.monotonic()
            answer = await _answer(backend, query)
            took.append((query.client_ref, time.monotonic() - began))
            assert answer.results[0].name == by_key("taro").name

    await asyncio.gather(*(kiosk(QUERIES // AT_ONCE) for _ in range(AT_ONCE)))
    await backend.aclose()
    journal.close()
    return took


async def _answer(backend: FolderBackend, query: QueryMessage) -> AnswerMessage:
    again = False
    while True:
        try:
            return await backend.qualify(query, again=again)
        except StillProcessing:
            again = True


def _query() -> QueryMessage:
    person = by_key("taro")
    return QueryMessage(
        confirmation_date="20260701",
        insurer_number=person.insurer.digits,
        symbol=person.insured.symbol,
        number=person.insured.number,
        branch=person.insured.branch,
        birthdate=f"{person.birthdate:%Y%m%d}",
        client_ref=str(uuid4()),
    )


def play(folders: Folders) -> None:
    """A terminal that sees each request at once, answers in place after a while, and prints when it did what."""
    waiting: list[tuple[float, float, Path]] = []
    known: set[str] = set()
    answered = 0
    print(_READY, end="", flush=True)
    while answered < QUERIES:
        now = time.monotonic()
        for request in folders.requests.glob("*.xml"):
            if request.name not in known:
                known.add(request.name)
                waiting.append((now + random.uniform(*_DELAY_SECONDS), now, request))  # noqa: S311 (not a secret)
        for due in [entry for entry in waiting if entry[0] <= now]:
            waiting.remove(due)
            _, seen, file = due
            asked = read_request(file.read_bytes(), file.name)
            octets = response_octets(
                Header("20260701093000", identifier=asked.identifier), asked, answer_to(_query(), again=True)
            )
            (folders.responses / response_name(file.name)).write_bytes(octets)
            print(json.dumps([asked.queries[0].identifier, seen, time.monotonic()]), flush=True)
            answered += 1
        time.sleep(_LOOK_SECONDS)


if __name__ == "__main__":
    play(Folders(Path(sys.argv[1])))
