"""What goes over the control socket: one JSON object a line, each way (newline-delimited JSON, UTF-8).

The client begins with `Hello`, and gets `Welcome` or `Refused`. Then each request has a number of the client's choice,
and its answer the same; a request that follows is answered again and again. Requests of one client are done in their
order. `VERSION` changes when an older program would misunderstand; a field that may be missing does not change it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from kiosk.checkin.settlement import Settlement
from kiosk.ports.board import (
    DayClose,
    OpenedVisit,
    Refusal,
    Role,
    Service,
    SlipLook,
    TerminalView,
    VisitLine,
    Which,
)
from kiosk.ports.staff_name import is_staff_name

M = TypeVar("M")

VERSION = 1
LONGEST_REQUEST = 16 * 1024
"""Octets of a line; a note of 200 characters and the text of a slip have room many times over."""
LONGEST_ANSWER = 1024 * 1024
"""Octets of a line: a page of visits has a quarter of it."""
PAGE = 500
"""Visits in one answer; more than a terminal sees in a day, and a few milliseconds of the kiosk's time."""


def _plain(name: str) -> str:
    if not is_staff_name(name):
        raise ValueError("a name has no parentheses and only signs that can be seen")
    return name


VisitId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
StaffName = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_plain)]
"""Who sits there, as the key or the command names them."""
Number = Annotated[int, Field(ge=0, lt=2**31)]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)


class Hello(_Message):
    """The first line of a client. One of a later version may have more in it."""

    model_config = ConfigDict(extra="ignore")

    op: Literal["hello"] = "hello"
    version: int
    name: StaffName | None = Field(default=None, validation_alias="as", serialization_alias="as")


class _Request(_Message):
    id: Number


class Look(_Request):
    op: Literal["look"] = "look"


class Follow(_Request):
    """Answered at once, on every change, and with `Beat` in between; one on each connection."""

    op: Literal["follow"] = "follow"


class Visits(_Request):
    op: Literal["visits"] = "visits"
    which: Which
    day: date | None = None
    skip: Number = 0
    """So many of the list were had already."""


class Open(_Request):
    op: Literal["open"] = "open"
    visit: VisitId


class ShowSlip(_Request):
    op: Literal["show-slip"] = "show-slip"
    code: Annotated[str, StringConstraints(max_length=1024)] = Field(repr=False)


class Settle(_Request):
    op: Literal["settle"] = "settle"
    visit: VisitId
    settlement: Settlement


class Reprint(_Request):
    op: Literal["reprint"] = "reprint"
    visit: VisitId


class TestPrint(_Request):
    __test__ = False

    op: Literal["test-print"] = "test-print"


class Switch(_Request):
    op: Literal["switch"] = "switch"
    service: Service


class DaysToClose(_Request):
    op: Literal["days-to-close"] = "days-to-close"


class CloseDay(_Request):
    op: Literal["close-day"] = "close-day"
    day: date | None = None


class Backup(_Request):
    op: Literal["backup"] = "backup"


class Erase(_Request):
    op: Literal["erase"] = "erase"


Request = (
    Look
    | Follow
    | Visits
    | Open
    | ShowSlip
    | Settle
    | Reprint
    | TestPrint
    | Switch
    | DaysToClose
    | CloseDay
    | Backup
    | Erase
)


class Welcome(_Message):
    """The answer to `Hello`."""

    model_config = ConfigDict(extra="ignore")

    kind: Literal["welcome"] = "welcome"
    version: int
    kiosk: str
    role: Role
    who: str
    """As it will stand in the record."""


class Refused(_Message):
    """The kiosk does not do it; without a number it refuses to talk at all, and hangs up."""

    kind: Literal["refused"] = "refused"
    id: int | None = None
    refusal: Refusal
    words: str


class _Answer(_Message):
    id: Number


class TerminalAnswer(_Answer):
    kind: Literal["terminal"] = "terminal"
    view: TerminalView


class Beat(_Answer):
    """Nothing changed: the kiosk lives."""

    kind: Literal["beat"] = "beat"
    at: datetime


class VisitsAnswer(_Answer):
    kind: Literal["visits"] = "visits"
    visits: Annotated[tuple[VisitLine, ...], Field(max_length=PAGE)]
    more: bool = False


class OpenedAnswer(_Answer):
    kind: Literal["opened"] = "opened"
    visit: OpenedVisit


class SlipAnswer(_Answer):
    kind: Literal["slip"] = "slip"
    look: SlipLook


class DaysAnswer(_Answer):
    kind: Literal["days"] = "days"
    days: tuple[date, ...]


class DayAnswer(_Answer):
    kind: Literal["day"] = "day"
    close: DayClose


class FileAnswer(_Answer):
    kind: Literal["file"] = "file"
    name: str


class CountAnswer(_Answer):
    kind: Literal["count"] = "count"
    count: int


class Done(_Answer):
    kind: Literal["done"] = "done"


Answer = (
    TerminalAnswer
    | Beat
    | VisitsAnswer
    | OpenedAnswer
    | SlipAnswer
    | DaysAnswer
    | DayAnswer
    | FileAnswer
    | CountAnswer
    | Done
    | Refused
)

_REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="op")])
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Annotated[Answer, Field(discriminator="kind")])
_GREETING: TypeAdapter[Welcome | Refused] = TypeAdapter(Annotated[Welcome | Refused, Field(discriminator="kind")])


class NotUnderstood(Exception):
    """A line is no message of this version; says nothing of what stood in it."""


def to_line(message: BaseModel) -> bytes:
    """The line of a message, with its end."""
    return message.model_dump_json(by_alias=True).encode() + b"\n"


def read_hello(line: bytes) -> Hello:
    """The first line of a client. Raises NotUnderstood."""
    return _read(lambda: Hello.model_validate_json(line))


def read_request(line: bytes) -> Request:
    """A later line of a client. Raises NotUnderstood."""
    return _read(lambda: _REQUEST.validate_json(line))


def read_greeting(line: bytes) -> Welcome | Refused:
    """The first line of the kiosk. Raises NotUnderstood."""
    return _read(lambda: _GREETING.validate_json(line))


def read_answer(line: bytes) -> Answer:
    """A later line of the kiosk. Raises NotUnderstood."""
    return _read(lambda: _ANSWER.validate_json(line))


def _read(parse: Callable[[], M]) -> M:
    try:
        return parse()
    except (ValidationError, RecursionError):
        # The cause is cut off: it may quote what was sent.
        raise NotUnderstood from None
