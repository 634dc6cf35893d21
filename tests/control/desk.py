"""A desk with one visit, and a server for it; clients that talk in lines."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Settlement, Settling, StaffEntry, Standing
from kiosk.checkin.ways import Way
from kiosk.control.address import SOCKET_NAME, address_of
from kiosk.control.client import BoardClient
from kiosk.control.connecting import at_socket
from kiosk.control.messages import LONGEST_ANSWER
from kiosk.control.peers import Groups, Peer
from kiosk.control.server import ControlServer
from kiosk.control.wire import Limits
from kiosk.ports.board import (
    BoardFailure,
    DayClose,
    Level,
    OpenedVisit,
    PersonView,
    Refusal,
    Role,
    Service,
    SlipLook,
    SlipVerdict,
    StaffAction,
    TerminalView,
    VisitLine,
    Which,
)
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, Part

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
VISIT = "0123456789abcdef" * 2
UNKNOWN = "f" * 32
CANARY = "見本　太郎"
"""A name that may be seen by staff alone."""
QUICK = Limits(hello=0.3, line=0.3, idle=5.0, send=0.3, push=0.01, beat=0.2)
VIEW = TerminalView(
    name="k01",
    alive=True,
    as_of=NOW,
    level=Level.WARNING,
    words=("プリンターの紙が残りわずかです",),
    state="idle",
    service=Service.OPEN,
    parts={Part.PRINTER: Condition.ATTENTION},
    flags=(Flag.STAFF_CALLED,),
    confirmed=3,
    desk=2,
    open=1,
    unprinted=0,
    deferred=1,
    simulator=False,
    version="0.1.0",
)
LINE = VisitLine(
    VISIT,
    "A-001",
    date(2026, 11, 20),
    NOW,
    Way.CERTIFICATE,
    Reason.NOT_FOUND,
    Standing.OPEN,
    deferred=False,
    printed=True,
)
ENTRY = StaffEntry("e" * 32, NOW, "佐藤 (kiosk-staff)", Settlement(Settling.NOTE, note=f"{CANARY}は健保に電話"))
OPENED = OpenedVisit(LINE, PersonView(name=CANARY, birthdate=date(1970, 1, 2)), ("氏名がちがう",), (ENTRY,))
CLOSE = DayClose(date(2026, 11, 20), {Way.CERTIFICATE: 2}, {Reason.NOT_FOUND: 1}, {Standing.OPEN: 1}, "closes/x.json")
GROUPS = Groups("kiosk-staff", "kiosk-viewer")
STAFF, VIEWER, STRANGER = Peer("kiosk-staff", Role.STAFF), Peer("kiosk-viewer", Role.VIEWER), Peer("games", None)


@dataclass
class FakeDesk:
    """Gives everybody the same board, and remembers what was done."""

    view: TerminalView = VIEW
    lines: tuple[VisitLine, ...] = (LINE,)
    done: list[tuple[Any, ...]] = field(default_factory=list)
    notes: list[tuple[Any, ...]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def board(self, who: str, role: Role) -> FakeBoard:
        return FakeBoard(self, who, role)

    def note(self, who: str, action: StaffAction, detail: str = "") -> None:
        self.notes.append((who, action, detail))

    def change(self, **changed: Any) -> None:
        self.view = replace(self.view, **changed)
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(frozen=True)
class FakeBoard:
    desk: FakeDesk
    who: str
    role: Role

    async def look(self) -> TerminalView:
        return self.desk.view

    async def follow(self) -> AsyncIterator[TerminalView]:
        while True:
            changed = self.desk.changed
            yield self.desk.view
            await changed.wait()

    async def visits(self, which: Which, day: date | None = None) -> tuple[VisitLine, ...]:  # noqa: ARG002 - as of every board
        return self.desk.lines

    async def open(self, visit: str) -> OpenedVisit:
        if visit != VISIT:
            raise BoardFailure(Refusal.UNKNOWN_VISIT, "ありません")
        return OPENED

    async def show_slip(self, code: str) -> SlipLook:  # noqa: ARG002 - as of every board
        return SlipLook(SlipVerdict.SHOWN_BEFORE, OPENED, NOW)

    async def settle(self, visit: str, settlement: Settlement) -> OpenedVisit:
        self.desk.done.append((self.who, "settle", visit, settlement))
        return OPENED

    async def reprint(self, visit: str) -> None:
        self.desk.done.append((self.who, "reprint", visit))

    async def test_print(self) -> None:
        raise RuntimeError(CANARY)

    async def switch(self, service: Service) -> TerminalView:
        self.desk.done.append((self.who, "switch", service))
        self.desk.change(service=service)
        return self.desk.view

    async def days_to_close(self) -> tuple[date, ...]:
        return (date(2026, 11, 19), date(2026, 11, 20))

    async def close_day(self, day: date | None = None) -> DayClose:  # noqa: ARG002 - as of every board
        return CLOSE

    async def backup(self) -> str:
        return "backups/x.db"

    async def erase(self) -> int:
        return 7


@dataclass
class Here:
    """A server that runs, and who its next clients are."""

    path: Path
    server: ControlServer
    desk: FakeDesk
    crashes: list[BaseException]
    peer: Peer = STAFF
    talks: list[Talk] = field(default_factory=list)

    def client(self, **more: Any) -> BoardClient:
        return BoardClient("k01", at_socket(self.path), **more)

    async def talk(self) -> Talk:
        with address_of(self.path) as address:
            reader, writer = await asyncio.open_unix_connection(address, limit=LONGEST_ANSWER)
        self.talks.append(Talk(reader, writer))
        return self.talks[-1]


@dataclass
class Talk:
    """A client that says lines of its own."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, *messages: dict[str, Any] | bytes) -> None:
        for message in messages:
            self.writer.write(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")
        await self.writer.drain()

    async def hear(self) -> dict[str, Any] | None:
        """The next line; None when the kiosk hung up."""
        async with asyncio.timeout(20):
            try:
                line = await self.reader.readline()
            except ConnectionError:
                return None
        return json.loads(line) if line else None

    async def hello(self, **more: Any) -> dict[str, Any]:
        await self.say({"op": "hello", "version": 1, **more})
        answer = await self.hear()
        assert answer is not None
        return answer

    def close(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def serving(
    folder: Path, desk: FakeDesk | None = None, limits: Limits = QUICK, now: Callable[[], float] = monotonic
) -> AsyncIterator[Here]:
    path = folder / "run" / SOCKET_NAME
    desk = desk or FakeDesk()
    crashes: list[BaseException] = []
    here: Here

    def peer_of(uid: int, groups: Groups, kiosk: int) -> Peer:
        assert (uid, kiosk) == (os.geteuid(), os.geteuid())
        assert groups is GROUPS
        return here.peer

    server = ControlServer(path, "k01", GROUPS, desk, crashes.append, limits=limits, peer_of=peer_of, now=now)
    here = Here(path, server, desk, crashes)
    async with server:
        yield here
    for talk in here.talks:
        talk.close()
    await asyncio.sleep(0)  # what is aborted closes with the next round of the loop
