"""What staff see of a terminal and do to it: the contract between the board and a running kiosk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, IntEnum
from typing import Protocol

from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Settlement, Settling, StaffEntry, Standing
from kiosk.checkin.ways import Way
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, Part


class Role(Enum):
    """What somebody may do; the order is by rights."""

    VIEWER = "viewer"
    """Looks at the terminal and at visits without names."""
    STAFF = "staff"
    """Sees who it is, settles, steers."""


class Service(Enum):
    """Whether the kiosk serves, as staff want it; kept over restarts."""

    OPEN = "open"
    PAUSED = "paused"
    """The person at the screen is still served; then nobody until staff resume."""
    OUT_OF_ORDER = "out-of-order"
    UNKNOWN = "unknown"
    """What staff wanted cannot be read any more: as paused, until they say it again. Nobody switches to it."""


class Refusal(Enum):
    """Why the kiosk does not do what it was asked."""

    NOT_ALLOWED = "not-allowed"
    """This user may only look, or not even that."""
    NOT_UNDERSTOOD = "not-understood"
    """No request, too large, or of another version."""
    UNKNOWN_VISIT = "unknown-visit"
    DOES_NOT_FIT = "does-not-fit"
    """The settlement does not belong to this visit as it stands."""
    RECORD = "record"
    """The ledger cannot be read or written."""
    PRINTER = "printer"
    """The slip did not come out."""
    BUSY = "busy"
    """Not while somebody is served, or too many ask at once; try again."""
    CLOSED_DAY = "closed-day"
    """The day is closed already."""
    UNREACHABLE = "unreachable"
    """The kiosk does not answer: it is down, or the line to it is."""


class StaffAction(Enum):
    """What somebody did at a terminal besides settling; the value stands in the record."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    REFUSED = "refused"
    """Somebody asked for what is not allowed to them."""
    LISTED = "listed"
    """Looked at a list of visits."""
    REPRINTED = "reprinted"
    TEST_PRINTED = "test printed"
    OPENED = "opened"
    """The kiosk serves again."""
    PAUSED = "paused"
    OUT_OF_ORDER = "out of order"
    BACKED_UP = "backed up"
    ERASED = "erased"
    """Asked for the erasure that is due; what was erased is a record of its own."""
    COLLECTED = "collected"
    """The export or the record was taken away."""


@dataclass(frozen=True, slots=True)
class StaffNote:
    """What somebody did, noted while the record could not be written; no examinee's data."""

    id: str
    """Random: the record takes it once."""
    at: datetime
    """When it was done."""
    sure: bool
    """Whether the clock was known to be right."""
    who: str
    action: StaffAction
    detail: str = ""


class BoardFailure(Exception):
    """The kiosk refused; `words` say what to do, in Japanese and without a person's data."""

    def __init__(self, refusal: Refusal, words: str) -> None:
        super().__init__(f"{refusal.value}: {words}")
        self.refusal = refusal
        self.words = words


class Level(IntEnum):
    """How bad it is: the exit codes of monitoring plug-ins."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3

    @property
    def word(self) -> str:
        """The level in Japanese."""
        return ("正常", "注意", "異常", "不明")[self.value]


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody at a board has just added an entry to a visit."""

    visit: str
    entry: str
    """The entry's id."""
    who: str
    """As the record names them."""
    settling: Settling


@dataclass(frozen=True, slots=True)
class TerminalView:
    """One terminal, as its last status tells; nothing of any person."""

    name: str
    alive: bool
    """False: the kiosk does not run, and this is the last that is known."""
    as_of: datetime
    level: Level
    words: tuple[str, ...]
    """What is wrong and what to do, worst first, in Japanese."""
    state: str
    """What it is doing: the value of kiosk.station.status.State."""
    service: Service
    parts: Mapping[Part, Condition]
    flags: tuple[Flag, ...]
    confirmed: int
    desk: int
    """Visits of today that the kiosk sent to the desk, settled or not."""
    open: int
    """Of these, how many nobody has settled."""
    unprinted: int
    deferred: int
    simulator: bool
    version: str
    entered: tuple[Entered, ...] = ()
    """The last entries of staff since the kiosk started, the newest last; empty for those who only look."""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit in the list: no name, no insured number."""

    id: str
    number: str
    day: date
    at: datetime
    way: Way
    reason: Reason
    standing: Standing
    deferred: bool
    """Whether its query is still to be made up."""
    printed: bool
    settled_way: Way | None = None
    """By which way staff confirmed it."""
    altered: bool = False
    """Whether somebody changed its record: way and reason are then stand-ins, and nobody confirmed it but staff."""

    @property
    def counted_way(self) -> Way:
        """Under which way the close of the day counts it."""
        return self.settled_way or self.way


@dataclass(frozen=True, slots=True, repr=False)
class PersonView:
    """Who it is, as far as that is known: the notice's four items (氏名・性別・生年月日・住所) and the insurance."""

    name: str = ""
    kana: str = ""
    sex: str = ""
    birthdate: date | None = None
    address: str = ""
    insurer_number: str = ""
    insured_id: str = ""
    """記号・番号・枝番 in one line."""
    ticket: str = ""
    """整理番号."""
    reads: str = ""
    """Their language, in Japanese; empty when it is Japanese."""


@dataclass(frozen=True, slots=True)
class OpenedVisit:
    """One visit with all that the desk needs; its procedure stands in kiosk.checkin.procedures under its reason."""

    line: VisitLine
    person: PersonView | None = field(repr=False)
    """None when the personal fields are erased, or when none of them opens."""
    findings: tuple[str, ...]
    """What did not agree, in words for staff."""
    entries: tuple[StaffEntry, ...]
    """In the order in which they were made."""
    unreadable: bool = False
    """Whether there are personal fields that do not open: the key is lost, or they are damaged or were changed."""


class SlipVerdict(Enum):
    """What a scanned or typed slip is."""

    GENUINE = "genuine"
    """First time that it is shown at a board."""
    SHOWN_BEFORE = "shown-before"
    """Genuine, but this slip or a copy of it was shown already: compare person and slip."""
    FORGED = "forged"
    """Its signature is wrong: no slip of this kiosk, or it was changed."""
    ANOTHER_KIOSK = "another-kiosk"
    NOT_A_SLIP = "not-a-slip"


@dataclass(frozen=True, slots=True)
class SlipLook:
    """A slip that was shown at the board."""

    verdict: SlipVerdict
    visit: OpenedVisit | None
    """None for what is no genuine slip of this kiosk."""
    first_shown: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayClose:
    """The counts of a closed day, and the file that holds them with a signature."""

    day: date
    by_way: Mapping[Way, int]
    by_reason: Mapping[Reason, int]
    by_standing: Mapping[Standing, int]
    export: str
    """Name of the signed file below the state folder."""
    altered: int = 0
    """Visits whose records somebody changed: counted under no way and no reason."""


class Which(Enum):
    """Which visits to list."""

    ALL = "all"
    OPEN = "open"
    DEFERRED = "deferred"
    """The call list: queries that are to be made up, of any day."""


class Board(Protocol):
    """One terminal on the board. Every method raises BoardFailure."""

    @property
    def role(self) -> Role:
        """What this user may do there."""
        ...

    async def look(self) -> TerminalView:
        """How it is; with the kiosk down the last that is known, with `alive` False."""
        ...

    def follow(self) -> AsyncIterator[TerminalView]:
        """How it is now, and again whenever that changes; goes on over restarts of the kiosk, never ends by itself."""
        ...

    async def visits(self, which: Which, day: date | None = None) -> tuple[VisitLine, ...]:
        """The visits of a day, today's without one, the last first."""
        ...

    async def open(self, visit: str) -> OpenedVisit:
        """One visit, by its id; who looked is recorded."""
        ...

    async def show_slip(self, code: str) -> SlipLook:
        """The visit of a slip's QR."""
        ...

    async def settle(self, visit: str, settlement: Settlement) -> OpenedVisit:
        """Add an entry; the visit as it stands then."""
        ...

    async def reprint(self, visit: str) -> None:
        """The same slip once more."""
        ...

    async def test_print(self) -> None: ...

    async def switch(self, service: Service) -> TerminalView:
        """Pause, resume, out of order."""
        ...

    async def days_to_close(self) -> tuple[date, ...]:
        """The days whose visits no close has counted yet, the oldest first; today also without a visit."""
        ...

    async def close_day(self, day: date | None = None) -> DayClose:
        """Close a day, today without one: counts, and a signed export."""
        ...

    async def backup(self) -> str:
        """Copy the record; the name of the copy below the state folder."""
        ...

    async def erase(self) -> int:
        """Erase the personal fields whose retention time is over; how many visits."""
        ...
