"""What can stand behind the gateway: the simulator today, the OQS folders (req / res) next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from kiosk.gateway.messages import AnswerMessage, QueryMessage


class BackendFailure(Exception):
    """A backend has no answer; carries nothing of the query."""


class BackendDown(BackendFailure):
    """オンライン資格確認等システム, or the way to it, is out of order."""


class BackendAway(BackendDown):
    """A folder or disk on the way to it cannot be used just now; nothing is lost, and the same may be asked again."""


class StillProcessing(BackendFailure):
    """処理中 (Segment 2), or no answer yet; the terminal will ask again."""


class QueryUnfit(BackendFailure):
    """The query has a sign that no request can carry; asking again cannot help."""


class GatewayWay(Enum):
    """A kind of query that a backend can do."""

    NUMBER = "number"
    """被保険者証等情報: insurer, symbol, number, branch and birth date."""
    BULK = "bulk"
    """一括照会; the backend then is one of `kiosk.gateway.bulk.backend.AnswersBulk`."""
    FACE = "face"
    """① sessions at the face reader; the backend then has one, see `kiosk.gateway.faces.source`."""


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
        nothing a second time. Raises BackendDown, StillProcessing and QueryUnfit.
        """
        ...


@dataclass(frozen=True, slots=True)
class BackendHealth:
    """How a backend is, as far as it knows without asking anybody; nothing of any person."""

    answering: bool | None = None
    """Whether the last queries were answered; None before the first one."""
    last_answer_age_seconds: float | None = None
    """Since the last answer of whatever kind; None before the first one."""
    folder_writable: bool | None = None
    """Whether the last request file could be written; None for a backend without folders."""
    backlog: int = 0
    """Queries that wait for an answer."""

    @property
    def well(self) -> bool:
        """Whether nothing is known to be wrong."""
        return self.answering is not False and self.folder_writable is not False


@runtime_checkable
class TellsHealth(Protocol):
    """What a backend has besides when it knows how it is."""

    def health(self) -> BackendHealth:
        """What it knows; answers at once, touches no file and waits for nothing."""
        ...


def health_of(backend: Backend) -> BackendHealth:
    """The backend's own health, or that nothing is known."""
    return backend.health() if isinstance(backend, TellsHealth) else BackendHealth()
