"""A roster asked in bulk (一括照会), against the same people one by one: gateway, folders and terminal in between."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import InsuredId
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.ticket import Ticket
from kiosk.gateway.oqs.backend import FolderBackend
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.journal import Journal
from kiosk.gateway.oqs.manners import Tempo
from kiosk.gateway.oqs.pace import Pace
from kiosk.gateway.oqs.terminal import SimulatedTerminal
from kiosk.gateway.people import by_key
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.tokens import Tokens
from kiosk.precheck.answers import Answers
from kiosk.precheck.asking import Asking
from kiosk.precheck.candidates import candidates
from kiosk.precheck.store import PrecheckStore
from kiosk.qualifier import HttpQualifier
from kiosk.settings import Gateway
from kiosk.station.wiring.house import new_token

LINES = 500
LEAST_RATIO = 10.0
"""Times as fast; `kiosk precheck` itself asks single queries at most four times a second, which is not counted here."""
_ZONE = ZoneInfo("Asia/Tokyo")
_TEMPO = Tempo(delay=0.02)
"""So that it is the way there and back that counts, and hardly the terminal."""


def measure(folder: Path) -> dict[str, object]:
    """Seconds for 500 lines in bulk and one by one, without any pause between two queries, and their ratio."""
    folders = Folders(folder / "oqs")
    terminal, stopped = SimulatedTerminal(folders, tempo=_TEMPO), threading.Event()
    playing = threading.Thread(target=terminal.run, args=(stopped,))
    playing.start()
    journal = Journal(folder / "gateway")
    backend = FolderBackend(folders, "1312345679", journal, Pace(fetch=0.1))
    token = new_token(folder)
    try:
        with running_gateway(backend, Tokens({token: "bench"})) as url:
            gateway = Gateway(url=url, token_file=folder / "gateway.token")
            seconds = {way: asyncio.run(_ask(gateway, folder / way, way)) for way in ("bulk", "single")}
    finally:
        stopped.set()
        playing.join()
        journal.close()
    ratio = seconds["single"] / seconds["bulk"]
    return {
        "what": f"{LINES} lines of a roster over folders, each way until every answer is sealed on disk",
        "bulk_s": round(seconds["bulk"], 2),
        "single_s": round(seconds["single"], 1),
        "ratio": round(ratio, 1),
        "least_ratio": LEAST_RATIO,
        "kept": ratio >= LEAST_RATIO,
    }


async def _ask(gateway: Gateway, state: Path, way: str) -> float:
    today = datetime.now(_ZONE).date()
    missing = {line.key: line for line in candidates(_roster(today), today, today) if line is not None}
    answers = Answers(PrecheckStore(state), today)
    asking = Asking(missing, answers, SitePolicy(), lambda: datetime.now(_ZONE), _Silent())
    qualifier = HttpQualifier(gateway)
    try:
        await qualifier.warm_up()
        begun = time.perf_counter()
        if way == "bulk":
            await asking.in_bulk(qualifier.bulk)
        else:
            await asking.singly(qualifier, 1e9, lambda: True)
        answers.save()
        seconds = time.perf_counter() - begun
    finally:
        await qualifier.aclose()
    if len(answers.by_key()) != LINES:
        raise RuntimeError("not everybody was answered")
    return seconds


def _roster(today: date) -> list[Appointment]:
    taro, tomorrow = by_key("taro"), today + timedelta(days=1)
    tickets = (
        Ticket(taro.ticket(tomorrow), taro.insurer, taro.person, InsuredId(f"{200000 + place}", "11"))
        for place in range(LINES)
    )
    return [Appointment(ticket.person, ticket, day=tomorrow) for ticket in tickets]


class _Silent:
    def step(self, count: int) -> None:
        """Shown to nobody."""

    def wait_for(self, count: int, seconds: float) -> None:
        """Shown to nobody."""
