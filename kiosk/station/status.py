"""The status file: what the running kiosk says of itself, without personal data, for staff and monitoring.

Reading it must stay cheap: `kiosk.station.heartbeat` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kiosk.checkin.outcome import QueryFault
from kiosk.ports.board import Service
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, DeviceFault, Part

STATUS_NAME = "status.json"
BEAT_SECONDS = 5.0
"""The file is at most this old while the kiosk lives."""


class State(Enum):
    """What the kiosk is doing."""

    STARTING = "starting"
    IDLE = "idle"
    SERVING = "serving"
    OUT_OF_ORDER = "out-of-order"
    STOPPED = "stopped"


class GatewayLine(BaseModel):
    """The line to the gateway, as the last queries and looks together tell; one of them alone changes nothing."""

    model_config = ConfigDict(frozen=True)

    online: bool
    since: datetime
    """When it became so."""
    reason: QueryFault | None = None
    """The last failure; None while it is online."""


class Today(BaseModel):
    """The visits of the business day."""

    model_config = ConfigDict(frozen=True)

    confirmed: int = 0
    desk: int = 0
    open: int = 0
    """Visits for the desk that nobody has settled."""
    altered: int = 0
    """Visits whose records somebody changed."""
    unprinted: int = 0
    """Print jobs that neither came out nor failed."""
    outbox: int = 0
    """Events that no fleet engine has taken, of any day."""
    appointments: int | None = None
    """Lines of the roster for today; None without a roster for today."""
    prechecked: int | None = None
    """Answers of `kiosk precheck` for today; None without any."""
    deferred: int = 0
    """Visits of any day whose query is still to be made up after an outage."""
    settled_later: int = 0
    """Queries made up today."""
    withdrawn: int = 0
    """Of these, answers that took a confirmation back."""


class Status(BaseModel):
    """One state of the file. Closed sets, counts and times only: nothing of any examinee can stand in it."""

    model_config = ConfigDict(frozen=True)

    kiosk: str
    """Name of the terminal."""
    version: str
    pid: int
    started_at: datetime
    updated_at: datetime
    state: State = State.STARTING
    parts: Mapping[Part, Condition] = {}
    """A part that is not named is UNKNOWN."""
    faults: Mapping[Part, DeviceFault] = {}
    """Why a part is down, where that is known."""
    line: GatewayLine | None = None
    """None before the first look."""
    flags: tuple[Flag, ...] = ()
    today: Today = Today()
    space_low: bool = False
    service: Service = Service.OPEN
    """Whether staff let it serve."""
    control: bool = True
    """Whether staff can reach it through its control socket."""
    simulator: bool = False
    """Whether the answers come from the simulator."""

    def condition(self, part: Part) -> Condition:
        """How that part is."""
        return self.parts.get(part, Condition.UNKNOWN)


class NoStatus(Exception):
    """There is no status to be read."""


def read_status(run: Path) -> Status:
    """The last status of the kiosk with that run folder. Raises NoStatus, saying what to do."""
    path = run / STATUS_NAME
    try:
        return Status.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise NoStatus(f"{path} がありません。キオスクは起動していないか、設定の run がちがいます") from None
    except OSError as unreadable:
        raise NoStatus(f"{path} を読めません({unreadable.strerror})。権限を確かめてください") from unreadable
    except ValidationError:
        raise NoStatus(f"{path} を理解できません。kiosk と同じ版の kiosk status を使ってください") from None
