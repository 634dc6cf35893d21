"""The writer of the status file, which is also how the rest of the kiosk tells staff something."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from structlog import get_logger

from kiosk.ports.board import Service
from kiosk.ports.desk import Clock, Flag
from kiosk.ports.device import Condition, DeviceFault, Part
from kiosk.station.status import BEAT_SECONDS, STATUS_NAME, GatewayLine, State, Status, Today

READABLE = 0o644
"""Staff and monitoring are other users than the kiosk; nothing of any examinee stands in the file."""


class StatusFile:
    """Writes <run>/status.json by atomic rename; it is also the port `Staff`.

    A file that cannot be written never disturbs the kiosk: that is logged once, and tried again with the next beat.
    """

    def __init__(self, run: Path, clock: Clock, *, kiosk: str, version: str, simulator: bool = False) -> None:
        now = clock.now()
        self._path = run / STATUS_NAME
        self._clock = clock
        self._told = False
        self._listeners: set[asyncio.Event] = set()
        self._status = Status(
            kiosk=kiosk, version=version, pid=os.getpid(), started_at=now, updated_at=now, simulator=simulator
        )
        self.beat()

    @property
    def status(self) -> Status:
        """What was told last."""
        return self._status

    def enter(self, state: State) -> None:
        """The kiosk now does this."""
        self._tell(state=state)

    def part(self, part: Part, condition: Condition, fault: DeviceFault | None = None) -> None:
        """A part is now like this; `fault` says why it is down. Nothing is written when that is no news."""
        before = self._status
        if before.condition(part) is condition and before.faults.get(part) is fault and part in before.parts:
            return
        faults = {other: why for other, why in before.faults.items() if other is not part}
        if fault is not None:
            faults[part] = fault
        self._tell(parts={**before.parts, part: condition}, faults=faults)

    def gateway(self, line: GatewayLine) -> None:
        """The line to the gateway is now like this."""
        condition = Condition.OK if line.online else Condition.DOWN
        self._tell(line=line, parts={**self._status.parts, Part.GATEWAY: condition})

    def count(self, today: Today, *, space_low: bool) -> None:
        """What the ledger says."""
        self._tell(today=today, space_low=space_low)

    def simulated(self, *, simulator: bool) -> None:
        """Whether the gateway says that its people are invented."""
        self._tell(simulator=simulator)

    def raise_flag(self, flag: Flag) -> None:
        """Staff should see this at once."""
        if flag not in self._status.flags:
            self._tell(flags=(*self._status.flags, flag))

    def lower_flag(self, flag: Flag) -> None:
        """That is settled."""
        if flag in self._status.flags:
            self._tell(flags=tuple(other for other in self._status.flags if other is not flag))

    def serve(self, service: Service) -> None:
        """What staff want of the kiosk."""
        if self._status.service is not service:
            self._tell(service=service)

    def controlled(self, *, control: bool) -> None:
        """Whether the control socket stands."""
        if self._status.control is not control:
            self._tell(control=control)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something is told, also when it is no news; for the event loop's thread."""
        told = asyncio.Event()
        self._listeners.add(told)
        try:
            yield told
        finally:
            self._listeners.discard(told)

    def beat(self) -> None:
        """Write the file again with the time of now."""
        self._tell()

    async def keep_beating(self, every: float = BEAT_SECONDS) -> None:
        """Beat for ever, from the event loop: a loop that is stuck shows itself by an old file."""
        while True:
            self.beat()
            await asyncio.sleep(every)

    def _tell(self, **changed: object) -> None:
        self._status = self._status.model_copy(update={**changed, "updated_at": self._clock.now()})
        try:
            _write(self._path, self._status.model_dump_json(indent=1))
        except OSError as failed:
            if not self._told:
                get_logger().warning("status file cannot be written", error=type(failed).__name__)
            self._told = True
        else:
            self._told = False
        for listener in self._listeners:
            listener.set()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.chmod(READABLE)  # the service's umask keeps all else to itself
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
