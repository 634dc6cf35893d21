"""What can stand behind the gateway: the simulator today, the OQS folders (req / res) next."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from kiosk.gateway.messages import AnswerMessage, QueryMessage


class BackendFailure(Exception):
    """A backend has no answer; carries nothing of the query."""


class BackendDown(BackendFailure):
    """オンライン資格確認等システム, or the way to it, is out of order."""


class StillProcessing(BackendFailure):
    """処理中 (Segment 2), or no answer yet; the terminal will ask again."""


class GatewayWay(Enum):
    """A kind of query that a backend can do."""

    NUMBER = "number"
    """被保険者証等情報: insurer, symbol, number, branch and birth date."""


class Backend(Protocol):
    """Answers queries."""

    @property
    def name(self) -> str:
        """For capabilities and logs, e.g. 「simulator」."""
        ...

    @property
    def simulator(self) -> bool:
        """Whether its people are invented."""
        ...

    @property
    def ways(self) -> tuple[GatewayWay, ...]:
        """What it can do."""
        ...

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        """The answer to the query, with its clientRef.

        `again` says that the same query was put before and raised StillProcessing: look for its answer and send
        nothing a second time. Raises BackendDown and StillProcessing.
        """
        ...
