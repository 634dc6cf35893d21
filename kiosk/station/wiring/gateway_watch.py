"""The line to the gateway: looked at for ever, told to staff and to the queries that wait for its return."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from structlog import get_logger

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.qualifier import Health, HttpQualifier
from kiosk.station.heartbeat import StatusFile
from kiosk.station.later import LaterQueries
from kiosk.station.status import BEAT_SECONDS, GatewayLine

ASK_GATEWAY_SECONDS = 30.0
"""Between looks while all is well; after a look in vain the next one comes with the next beat."""
TellSimulator = Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class GatewayWatch:
    """Tells how the line is, as soon as that changes and with every look."""

    qualifier: HttpQualifier
    status: StatusFile
    tell_simulator: TellSimulator
    later: LaterQueries
    hear: Callable[[datetime], None] = lambda _: None
    """Takes what time it is at the gateway."""

    async def open(self) -> None:
        """Look for the first time."""
        self.qualifier.state.listen(self._changed)
        self._take(await self.qualifier.warm_up())

    async def keep_looking(self) -> None:
        """Look for ever."""
        state, well = self.qualifier.state, True
        while True:
            await asyncio.sleep(ASK_GATEWAY_SECONDS if well and state.online else BEAT_SECONDS)
            health = await self.qualifier.health()
            well = health.reachable and health.well
            self._take(health)

    def _take(self, health: Health) -> None:
        self._tell_line()
        if health.at is not None:
            self.hear(health.at)
        if health.simulator is not None:
            self.status.simulated(simulator=health.simulator)
            self.tell_simulator(health.simulator)

    def _changed(self) -> None:
        state = self.qualifier.state
        if state.reason is None:
            get_logger().info("line to the gateway is up")
            self.later.wake()
        else:
            get_logger().warning("line to the gateway is down", fault=state.reason.value)
        self._tell_line()

    def _tell_line(self) -> None:
        state = self.qualifier.state
        self.status.gateway(GatewayLine(online=state.online, since=state.since, reason=state.reason))


@dataclass(frozen=True, slots=True)
class Again:
    """The port Qualifier for queries that had failed before, and where nobody stands and waits."""

    qualifier: HttpQualifier

    async def query(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        """The answer, or why there is none."""
        return await self.qualifier.query_again(query)
