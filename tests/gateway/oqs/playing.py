"""Folders with a simulated terminal on them, and a backend in front."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from kiosk.gateway.backend import StillProcessing
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.oqs.backend import FolderBackend
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.journal import Journal
from kiosk.gateway.oqs.manners import Manner, Tempo
from kiosk.gateway.oqs.pace import Pace
from kiosk.gateway.oqs.terminal import SimulatedTerminal
from kiosk.gateway.people import InventedPerson, by_key
from tests.gateway.conftest import body_of

INSTITUTION = "1312345679"
QUICK = Tempo(delay=0.02, pause=0.1, silence=0.6, stay=0.4, slow=0.02)
PACE = Pace(answer=20, poll=0.1, one_call=5, work=3, look=3, bulk=20, fetch=0.02, slowest_fetch=0.1)
LIMIT_SECONDS = 20.0
TARO = by_key("taro")


def folders_in(root: Path) -> Folders:
    """The three folders, as a real terminal has them."""
    for name in ("req", "res", "face"):
        (root / name).mkdir(parents=True)
    return Folders(root)


def query_of(person: InventedPerson = TARO, **other: str) -> QueryMessage:
    """A new query for that person."""
    return QueryMessage.model_validate(body_of(person, **other))


@contextmanager
def playing(folders: Folders, *manners: Manner, tempo: Tempo = QUICK) -> Iterator[SimulatedTerminal]:
    """A simulated terminal in a thread, on folders that it makes."""
    stopped = threading.Event()
    terminal = SimulatedTerminal(folders, frozenset(manners), tempo)
    thread = threading.Thread(target=terminal.run, args=(stopped,))
    thread.start()
    try:
        yield terminal
    finally:
        stopped.set()
        thread.join(LIMIT_SECONDS)


@asynccontextmanager
async def backend_on(
    folders: Folders, state: Path, pace: Pace = PACE, *, remove_requests: bool = True, inotify: bool = True
) -> AsyncIterator[FolderBackend]:
    """A backend with its journal in `state`."""
    journal = Journal(state)
    backend = FolderBackend(folders, INSTITUTION, journal, pace, remove_requests=remove_requests, inotify=inotify)
    try:
        yield backend
    finally:
        await backend.aclose()
        journal.close()


async def answered(backend: FolderBackend, query: QueryMessage, *, again: bool = False) -> AnswerMessage:
    """Ask as a terminal of the gateway does, until there is an answer. Raises BackendDown."""
    while True:
        try:
            return await backend.qualify(query, again=again)
        except StillProcessing:
            again = True


def requests_in(folders: Folders) -> list[Path]:
    """The requests that wait in `req`."""
    return sorted(folders.requests.glob("*.xml"))
