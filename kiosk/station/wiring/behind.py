"""What stands behind the gateway of a rehearsal: the simulator, or folders with a simulated terminal on them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kiosk.gateway.backend import Backend
from kiosk.gateway.oqs.backend import FolderBackend
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.journal import Journal
from kiosk.gateway.oqs.manners import Manner, Tempo
from kiosk.gateway.oqs.pace import Pace
from kiosk.gateway.oqs.showing import show_face
from kiosk.gateway.oqs.terminal import SimulatedTerminal
from kiosk.gateway.people import by_key
from kiosk.gateway.simulator import Simulator
from kiosk.station.wiring.house import INSTITUTION, folders_in

SLOW_SECONDS = 30.0
"""The rehearsal's too slow person."""
POLL_SECONDS = 0.1
WALK_SECONDS = 2.0
"""From the kiosk to the face reader: a capture counts only when a look after the arming did not show it yet, and on a
busy machine looks are a second apart."""
USUAL_MANNERS = frozenset({Manner.HALF_WRITTEN, Manner.PROCESSING_FIRST})
"""What every terminal does on a bad day; the answers are the same."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What answers, and the hands for it."""

    backend: Backend
    look: Callable[[str], object]
    """Let that invented person look into the face reader; blocks for a moment."""
    deadline: float
    """How long the kiosk waits for an answer, in seconds: enough for one, and soon over for none."""
    face_seconds: float
    """How long it waits for a capture of the face reader."""


@contextmanager
def simulator_behind() -> Iterator[Behind]:
    """The plain simulator."""
    simulator = Simulator(slow_seconds=SLOW_SECONDS)
    yield Behind(simulator, simulator.show_face, deadline=2.0, face_seconds=4.0)


@contextmanager
def folders_behind(place: Path) -> Iterator[Behind]:
    """Folders below `place`, a simulated terminal on them in a thread, and the gateway's backend before them.

    A file of no use is given up after some seconds, so the kiosk's deadline is longer here.
    """
    folders = Folders(folders_in(place))
    terminal = SimulatedTerminal(folders, USUAL_MANNERS, Tempo(delay=0.05, pause=0.1, slow=SLOW_SECONDS))
    stopped = threading.Event()
    thread = threading.Thread(target=terminal.run, args=(stopped,), name="oqs-terminal", daemon=True)
    journal = Journal(place / "gateway")
    pace = Pace(answer=60.0, poll=POLL_SECONDS, one_call=2.0)
    thread.start()
    try:
        backend = FolderBackend(folders, INSTITUTION, journal, pace, space=folders.space())
        yield Behind(backend, partial(_walk_and_look, folders), deadline=8.0, face_seconds=10.0)
    finally:
        stopped.set()
        thread.join()
        journal.close()


def _walk_and_look(folders: Folders, key: str) -> None:
    time.sleep(WALK_SECONDS)
    show_face(folders, by_key(key), INSTITUTION)
