"""A board over streams: the kiosk may go and come back, and the line may break or fall silent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.control import client as client_module
from kiosk.control.asleep import NO_ANSWER
from kiosk.control.client import BoardClient
from kiosk.control.connecting import Connect, at_socket
from kiosk.control.link import Streams
from kiosk.control.messages import VERSION, Refused, Welcome, to_line
from kiosk.ports.board import BoardFailure, Level, Refusal, Role, Service, TerminalView, Which
from tests.control.desk import STRANGER, VIEW, VISIT, serving


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "FIRST_WAIT", 0.05)


async def _next(views: AsyncIterator[TerminalView]) -> TerminalView:
    async with asyncio.timeout(20):
        return await anext(views)


async def test_without_a_kiosk_the_last_status_is_shown_and_nothing_can_be_done(tmp_path: Path) -> None:
    last = replace(VIEW, level=Level.CRITICAL, words=("動いていません",))
    async with BoardClient("k01", at_socket(tmp_path / "no.sock"), lambda: last) as board:
        assert await board.look() == replace(last, alive=False)
        for asked in (board.visits(Which.ALL), board.open(VISIT), board.switch(Service.PAUSED), board.test_print()):
            with pytest.raises(BoardFailure) as refused:
                await asked
            assert refused.value.refusal is Refusal.UNREACHABLE


async def test_of_a_terminal_that_never_answered_its_name_is_known(tmp_path: Path) -> None:
    async with BoardClient("k07", at_socket(tmp_path / "no.sock")) as board:
        view = await board.look()
        assert (view.name, view.alive, view.level, view.words) == ("k07", False, Level.UNKNOWN, (NO_ANSWER,))
        assert replace(await _next(board.follow()), as_of=view.as_of) == view


async def test_following_goes_on_over_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        board = here.client()
        views = board.follow()
        assert await _next(views) == VIEW
        here.desk.change(confirmed=4)
        assert (await _next(views)).confirmed == 4
    down = await _next(views)
    assert (down.alive, down.level, down.confirmed, down.words[0]) == (False, Level.UNKNOWN, 4, NO_ANSWER)
    async with serving(tmp_path) as here:
        assert await _next(views) == VIEW, "it is back, and its counts are what they are"
        assert (await board.look()) == VIEW, "asking uses the same connection"
        assert here.server.connections == 1
        await board.aclose()


async def test_a_view_that_did_not_change_is_told_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, here.client() as board:
        views = board.follow()
        await _next(views)
        coming = asyncio.ensure_future(anext(views))
        async with asyncio.timeout(20):
            await asyncio.sleep(0.5)  # two signs of life
            assert not coming.done()
            here.desk.change(confirmed=9)
            await asyncio.wait((coming,))
        assert (await coming).confirmed == 9
        await views.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_a_line_that_fell_silent_counts_as_broken(tmp_path: Path) -> None:
    calls = 0

    @asynccontextmanager
    async def connect() -> AsyncIterator[Streams]:
        """The other end says welcome, and nothing more; after three times it is gone, so that no call is under way."""
        nonlocal calls
        calls += 1
        if calls > 3:
            raise ConnectionRefusedError
        mine, theirs = await _pair()
        theirs.writer.write(to_line(Welcome(version=VERSION, kiosk="k01", role=Role.STAFF, who="x")))
        try:
            yield mine
        finally:
            mine.writer.transport.abort()
            theirs.writer.transport.abort()
            await asyncio.sleep(0)  # what is aborted closes with the next round of the loop

    async with BoardClient("k01", connect, silence=0.1, longest_wait=0.05) as board:
        views = board.follow()
        assert not (await _next(views)).alive
        coming = asyncio.ensure_future(anext(views))
        async with asyncio.timeout(20):
            while calls <= 3:
                await asyncio.sleep(0.02)
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def _pair() -> tuple[Streams, Streams]:
    one, other = socket.socketpair()
    return Streams(*await asyncio.open_connection(sock=one)), Streams(*await asyncio.open_connection(sock=other))


async def test_who_may_not_even_look_is_told_and_not_kept_trying(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, here.client() as board:
        here.peer = STRANGER
        for refused in (board.look, lambda: _next(board.follow())):
            with pytest.raises(BoardFailure) as failure:
                await refused()
            assert failure.value.refusal is Refusal.NOT_ALLOWED
            assert "games" in failure.value.words


async def test_who_is_not_understood_is_told_so_while_following() -> None:
    refused = Refused(refusal=Refusal.NOT_UNDERSTOOD, words="版がちがいます")
    async with BoardClient("k01", _refusing(refused)) as board:
        with pytest.raises(BoardFailure, match="版がちがいます") as failure:
            await _next(board.follow())
        assert failure.value.refusal is Refusal.NOT_UNDERSTOOD


async def test_a_name_that_is_none_is_said_while_following(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, here.client(name="佐藤（受付）") as board:
        with pytest.raises(BoardFailure, match="かっこは使えません"):
            await _next(board.follow())


async def test_a_kiosk_that_is_too_busy_says_that_first_and_is_tried_again() -> None:
    words = "つないでいる人が多すぎます"
    async with BoardClient("k01", _refusing(Refused(refusal=Refusal.BUSY, words=words))) as board:
        view = await _next(board.follow())
        assert (view.alive, view.words[0]) == (False, words)


def _refusing(refused: Refused) -> Connect:
    @asynccontextmanager
    async def connect() -> AsyncIterator[Streams]:
        mine, theirs = await _pair()
        theirs.writer.write(to_line(refused))
        try:
            yield mine
        finally:
            mine.writer.transport.abort()
            theirs.writer.transport.abort()
            await asyncio.sleep(0)  # what is aborted closes with the next round of the loop

    return connect


async def test_a_queue_that_is_full_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening, ExitStack() as others:
        listening.bind(str(path))
        listening.listen(0)
        listening.setblocking(False)
        first = others.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        first.connect(str(path))
        coming = asyncio.create_task(_called(path))
        await asyncio.sleep(0.1)
        assert not coming.done()
        others.enter_context(listening.accept()[0])
        async with asyncio.timeout(20):
            await coming


async def _called(path: Path) -> None:
    async with at_socket(path)():
        pass


async def test_a_socket_that_may_not_be_opened_says_who_needs_which_group(tmp_path: Path) -> None:
    def connect() -> AbstractAsyncContextManager[Streams]:
        raise PermissionError(13, "Permission denied")

    async with BoardClient("k01", connect) as board:
        with pytest.raises(BoardFailure, match="kiosk-viewer") as refused:
            await board.look()
        assert refused.value.refusal is Refusal.NOT_ALLOWED


async def test_a_name_that_is_none_is_said_before_anything_is_done(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, here.client(name="佐藤 (root)") as board:
        with pytest.raises(BoardFailure) as refused:
            await board.look()
        assert refused.value.refusal is Refusal.NOT_UNDERSTOOD


async def test_an_answer_that_never_comes_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "_WORK", 0.1)
    begun = asyncio.Event()

    async def for_ever(*_: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with serving(tmp_path) as here, here.client() as board:
        monkeypatch.setattr("tests.control.desk.FakeBoard.reprint", for_ever)
        await board.look()
        with pytest.raises(BoardFailure) as refused:
            await board.reprint(VISIT)
        assert refused.value.refusal is Refusal.UNREACHABLE
        assert begun.is_set()
        assert (await board.look()).alive, "the next request begins anew"


async def test_many_questions_at_once_get_their_own_answers(tmp_path: Path) -> None:
    async with serving(tmp_path) as here, here.client() as board:
        views, lines, opened = await asyncio.gather(board.look(), board.visits(Which.ALL), board.open(VISIT))
        assert (views.name, lines[0].id, opened.line.id) == ("k01", VISIT, VISIT)
        assert here.server.connections == 1


def test_the_times_of_signs_of_life_fit_together() -> None:
    from kiosk.control.wire import Limits

    assert 2 * Limits().beat < BoardClient("k01", at_socket(Path("/nowhere")))._silence
