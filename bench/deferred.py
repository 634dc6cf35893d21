"""Queries that wait after an outage: how long the kiosk takes to make 500 of them up, against its own bound."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import QualificationQuery
from kiosk.checkin.outcome import Outcome
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.visit import VisitDraft
from kiosk.checkin.ways import Way
from kiosk.gateway.people import by_key
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.ledger.ledger import SqliteLedger
from kiosk.qualifier import HttpQualifier
from kiosk.settings import Gateway
from kiosk.station.clock import SiteClock
from kiosk.station.later import LOOK_SECONDS, MOST_A_SECOND, LaterQueries
from kiosk.station.log import start_log
from kiosk.station.wiring.house import new_token

WAITING = 500
SHARE = 0.5
"""Of the bound; the rest may go to the query itself and to the disk."""


def measure(folder: Path) -> dict[str, object]:
    """Seconds to drain, and queries a second against the bound, with a simulator that answers at once.

    The pauses between two queries are added up, not slept: they are as long as the kiosk asks for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    start_log(folder / "state")
    token = new_token(folder)
    with running_gateway(Simulator(), Tokens({token: "bench"})) as url:
        worked, paused = asyncio.run(_drain(folder, Gateway(url=url, token_file=folder / "gateway.token")))
    seconds = worked + paused
    return {
        "what": f"{WAITING} deferred queries, made up one by one (bound: {MOST_A_SECOND} a second)",
        "seconds": round(seconds, 1),
        "of_it_pauses_s": round(paused, 1),
        "work_ms_each": round(1000 * worked / WAITING, 1),
        "queries_per_second": round(WAITING / seconds, 2),
        "kept": SHARE * MOST_A_SECOND <= WAITING / seconds <= MOST_A_SECOND,
    }


async def _drain(folder: Path, gateway: Gateway) -> tuple[float, float]:
    """Seconds of work and seconds of pauses."""
    clock = SiteClock(ZoneInfo("Asia/Tokyo"))
    ledger, qualifier = SqliteLedger(folder / "state", "A", "bench", clock), HttpQualifier(gateway)
    await ledger.open()
    draft = _draft(clock.now())
    for _ in range(WAITING):
        await ledger.commit(draft)
    await qualifier.warm_up()
    later = LaterQueries(qualifier, ledger, SitePolicy(), busy=lambda: False)
    begun, pauses = time.perf_counter(), [0.0]
    while (pause := await later.step()) != LOOK_SECONDS:
        pauses.append(pause)
    worked = time.perf_counter() - begun
    if (await ledger.counts()).settled_later != WAITING:
        raise RuntimeError("not every query was made up")
    await qualifier.aclose()
    await ledger.close()
    return worked, sum(pauses)


def _draft(now: datetime) -> VisitDraft:
    person = by_key("taro")
    day = now.date()
    return VisitDraft(
        now,
        Outcome(Reason.UNREACHABLE, Way.CARD_QUERY),
        Ticket(person.ticket(day), person.insurer),
        Presented(person.person, person.birthdate, person.insurer, person.insured),
        query=QualificationQuery(person.insurer, person.insured, person.birthdate, day),
    )
