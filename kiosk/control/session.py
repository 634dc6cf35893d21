"""One conversation with whoever is at the other end of a wire: requests in, what a board answers out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, assert_never

from kiosk.control.messages import (
    PAGE,
    VERSION,
    Answer,
    Backup,
    Beat,
    CloseDay,
    CountAnswer,
    DayAnswer,
    DaysAnswer,
    DaysToClose,
    Done,
    Erase,
    FileAnswer,
    Follow,
    Hello,
    Look,
    NotUnderstood,
    Open,
    OpenedAnswer,
    Refused,
    Reprint,
    Request,
    Settle,
    ShowSlip,
    SlipAnswer,
    Switch,
    TerminalAnswer,
    TestPrint,
    Visits,
    VisitsAnswer,
    Welcome,
    read_hello,
    read_request,
)
from kiosk.control.pace import Pace, Seldom
from kiosk.control.peers import Peer, no_right
from kiosk.control.wire import HungUp, Limits, Wire
from kiosk.ports.board import Board, BoardFailure, Refusal, Role, StaffAction

OnCrash = Callable[[BaseException], None]


class Desk(Protocol):
    """What a conversation is about."""

    def board(self, who: str, role: Role) -> Board:
        """The board of somebody with that name and role."""
        ...

    def note(self, who: str, action: StaffAction, detail: str = "") -> None:
        """Put it into the record, soon; never raises, and nobody waits for it."""
        ...


class Session:
    """Answers one client until it goes; `run` and `serve` never raise but for being cancelled."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        kiosk: str,
        desk: Desk,
        on_crash: OnCrash,
        pace: Pace,
        limits: Limits | None = None,
        seldom: Seldom | None = None,
    ) -> None:
        """`kiosk` is the terminal's name; `on_crash` is told what nobody foresaw.

        `seldom` is of one server: it keeps those who are not staff from filling the record.
        """
        self._kiosk = kiosk
        self._desk = desk
        self._on_crash = on_crash
        self._pace = pace
        self._limits = limits or Limits()
        self._wire = Wire(reader, writer, self._limits)
        self._seldom = seldom or Seldom()
        self._following: asyncio.Task[None] | None = None
        self._refused = False

    async def run(self, peer: Peer) -> None:
        """Greet, and answer."""
        try:
            hello = read_hello(await self._wire.line(self._limits.hello))
        except (HungUp, TimeoutError):
            return
        except NotUnderstood:
            await self.refuse(Refusal.NOT_UNDERSTOOD, "最初の行が hello ではありません")
            return
        await self.serve(peer, hello)

    async def serve(self, peer: Peer, hello: Hello) -> None:
        """Answer a client that has said hello."""
        if peer.role is None:
            if self._seldom.now((peer.login, StaffAction.REFUSED)):
                self._desk.note(peer.login, StaffAction.REFUSED, "connect")
            await self.refuse(Refusal.NOT_ALLOWED, no_right(peer.login))
            return
        if hello.version != VERSION:
            words = f"この端末の版({VERSION})とちがいます。同じ版の kiosk を使ってください"
            await self.refuse(Refusal.NOT_UNDERSTOOD, words)
            return
        who = peer.named(hello.name)
        recorded = peer.role is Role.STAFF or self._seldom.now((peer.login, StaffAction.SIGNED_IN))
        if recorded:
            self._desk.note(who, StaffAction.SIGNED_IN, peer.role.value)
        try:
            await self._wire.send(Welcome(version=VERSION, kiosk=self._kiosk, role=peer.role, who=who))
            await self._answer_all(self._desk.board(who, peer.role), who, peer.role)
        except HungUp:
            return
        finally:
            if recorded:
                self._desk.note(who, StaffAction.SIGNED_OUT)
            if self._following is not None:
                self._following.cancel()
                await asyncio.gather(self._following, return_exceptions=True)

    async def refuse(self, refusal: Refusal, words: str) -> None:
        """The last line."""
        try:
            await self._wire.send(Refused(refusal=refusal, words=words))
        except HungUp:
            return

    async def _answer_all(self, board: Board, who: str, role: Role) -> None:
        while True:
            try:
                line = await self._wire.line(None if self._following else self._limits.idle)
                request = read_request(line)
            except TimeoutError:
                return
            except NotUnderstood:
                await self.refuse(Refusal.NOT_UNDERSTOOD, "この要求はわかりません。同じ版の kiosk を使ってください")
                return
            await self._pace.turn()
            if role is not Role.STAFF and _for_staff(request):
                self._note_refused(who, request)
                answer: Answer | None = _refused(request, Refusal.NOT_ALLOWED, "見るだけの利用者です。操作はできません")
            else:
                answer = await self._answered(request, board)
            if answer is not None:
                await self._wire.send(answer)

    def _note_refused(self, who: str, request: Request) -> None:
        """Once for each conversation, and seldom: somebody who tries again and again does not fill the record."""
        if not self._refused and self._seldom.now((who, StaffAction.REFUSED)):
            self._desk.note(who, StaffAction.REFUSED, request.op)
        self._refused = True

    async def _answered(self, request: Request, board: Board) -> Answer | None:
        """The answer; None when others send it, again and again."""
        try:
            return await self._do(request, board)
        except BoardFailure as failure:
            return _refused(request, failure.refusal, failure.words)
        except Exception as crash:  # whatever it is: the kiosk and the other requests go on
            self._on_crash(crash)
            return _refused(request, Refusal.RECORD, "できませんでした。記録(log)を管理者に見てもらってください")

    async def _do(self, request: Request, board: Board) -> Answer | None:
        number = request.id
        match request:
            case Look():
                return TerminalAnswer(id=number, view=await board.look())
            case Follow():
                return self._follow(number, board)
            case Visits():
                visits = await board.visits(request.which, request.day)
                page = visits[request.skip : request.skip + PAGE]
                return VisitsAnswer(id=number, visits=page, more=len(visits) > request.skip + PAGE)
            case Open():
                return OpenedAnswer(id=number, visit=await board.open(request.visit))
            case ShowSlip():
                return SlipAnswer(id=number, look=await board.show_slip(request.code))
            case Settle():
                return OpenedAnswer(id=number, visit=await board.settle(request.visit, request.settlement))
            case Reprint():
                await board.reprint(request.visit)
            case TestPrint():
                await board.test_print()
            case Switch():
                return TerminalAnswer(id=number, view=await board.switch(request.service))
            case DaysToClose():
                return DaysAnswer(id=number, days=await board.days_to_close())
            case CloseDay():
                return DayAnswer(id=number, close=await board.close_day(request.day))
            case Backup():
                return FileAnswer(id=number, name=await board.backup())
            case Erase():
                return CountAnswer(id=number, count=await board.erase())
            case _:
                assert_never(request)
        return Done(id=number)

    def _follow(self, number: int, board: Board) -> Answer | None:
        if self._following is not None:
            return Refused(id=number, refusal=Refusal.BUSY, words="この接続では、もう見つづけています")
        self._following = asyncio.create_task(self._push(number, board), name="control follow")
        return None

    async def _push(self, number: int, board: Board) -> None:
        """Send what changes, for ever; when that cannot be, the connection ends."""
        views = board.follow()
        coming = asyncio.ensure_future(anext(views))
        try:
            while True:
                await asyncio.wait((coming,), timeout=self._limits.beat)
                if coming.done():
                    await self._wire.send(TerminalAnswer(id=number, view=coming.result()))
                    await asyncio.sleep(self._limits.push)
                    coming = asyncio.ensure_future(anext(views))
                else:
                    await self._wire.send(Beat(id=number, at=datetime.now(UTC)))
        except (HungUp, StopAsyncIteration):
            self._wire.hang_up()
        except Exception as crash:
            self._on_crash(crash)
            self._wire.hang_up()
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


def _for_staff(request: Request) -> bool:
    """Whether it shows who somebody is, or writes something: a visit that is opened stands in the record."""
    return not isinstance(request, Look | Follow | Visits)


def _refused(request: Request, refusal: Refusal, words: str) -> Refused:
    return Refused(id=request.id, refusal=refusal, words=words)
