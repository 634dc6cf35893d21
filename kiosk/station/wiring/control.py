"""The control socket of this terminal: its desk behind it, open for as long as the kiosk runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

from structlog import get_logger

from kiosk.control.address import SOCKET_NAME, SocketUnavailable
from kiosk.control.peers import Groups
from kiosk.control.server import ControlServer
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ports import Ports
from kiosk.ports.desk import Clock
from kiosk.settings import Settings
from kiosk.slip.keys import PublicKey
from kiosk.station.crash import report
from kiosk.station.heartbeat import StatusFile
from kiosk.station.metrics import MetricsFile
from kiosk.station.service import ServiceLatch
from kiosk.station.wiring.desk import LAST_SECONDS, Behind, StationDesk

LOOK_SECONDS = 10.0
"""Between looks whether the socket still stands; also between tries to put it there."""


class Control:
    """What staff reach of this terminal, ready or not."""

    def __init__(self, settings: Settings, status: StatusFile, clock: Clock) -> None:
        """Reads what staff switched before the restart."""
        self._status = status
        self.gate = ServiceLatch(settings.terminal.state)
        status.serve(self.gate.service)
        self.desk = StationDesk(settings, status, self.gate, clock)
        section = settings.control
        self._server = ControlServer(
            settings.terminal.run / SOCKET_NAME,
            settings.terminal.name,
            Groups(section.staff_group, section.viewer_group),
            self.desk,
            report,
        )
        self._metrics = MetricsFile(section.metrics, status) if section.metrics else None
        self._told = False

    def serving(
        self, ledger: SqliteLedger, ports: Ports, key: PublicKey, recount: Callable[[], Awaitable[None]]
    ) -> AbstractContextManager[None]:
        """The terminal is open for as long as the block runs."""
        return self.desk.opened(Behind(ledger, ports.slips, ports.printer, key, recount))

    async def keep_open(self, every: float = LOOK_SECONDS) -> None:
        """Keep the socket in its place, for ever, and close it at the end; without it the kiosk serves all the same."""
        try:
            while True:
                if not self._server.standing:
                    await self._open()
                await asyncio.sleep(every)
        finally:
            await self._server.aclose()
            await self.desk.settled(LAST_SECONDS)

    async def keep_metrics(self) -> None:
        """Write the file for monitoring, for ever, where there is to be one."""
        if self._metrics is not None:
            await self._metrics.keep_writing()

    async def _open(self) -> None:
        try:
            await self._server.open()
        except SocketUnavailable as why:
            self._failed(str(why))
        except Exception as crash:  # whatever it is: examinees do not need the socket
            report(crash)
            self._failed("it broke")
        else:
            self._status.controlled(control=True)
            self._told = False
            if not self._server.for_its_group:
                get_logger().warning("control socket is for root and the kiosk only: no such group, or not in it")

    def _failed(self, why: str) -> None:
        self._status.controlled(control=False)
        if not self._told:
            get_logger().error("control socket cannot be opened", text=why)
        self._told = True
