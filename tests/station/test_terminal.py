"""A terminal that is not ready says so on its screen, and opens by itself once it is."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from kiosk.checkin.language import Language
from kiosk.ports.board import Service
from kiosk.ports.device import Part
from kiosk.ports.examinee import AskStart, Move, Question, Working
from kiosk.settings import load
from kiosk.station.asking import local_board
from kiosk.station.notify import Notifier
from kiosk.station.status import State, read_status
from kiosk.station.tidy import Tidy
from kiosk.station.watchdog import LONGEST_START_SECONDS, Watchdog
from kiosk.station.wiring import terminal
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.terminal import serve_examinees

A = TypeVar("A")


class Waiting:
    """An examinee who never comes; the screens that were shown are remembered."""

    language = Language.JAPANESE

    def __init__(self) -> None:
        self.shown: asyncio.Queue[AskStart] = asyncio.Queue()

    async def ask(self, question: Question[A]) -> A | Move:
        assert isinstance(question, AskStart)
        self.shown.put_nowait(question)
        never: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        return await never

    def show(self, working: Working) -> None:
        raise AssertionError(working)


async def test_a_missing_token_closes_the_kiosk_until_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "TRY_AGAIN_SECONDS", 0.05)
    settings = load(configure(tmp_path, gateway="http://127.0.0.1:9", printer=f"virtual:{tmp_path / 'slips'}"))
    examinee = Waiting()
    serving = asyncio.create_task(serve_examinees(settings, examinee, lambda _: None))
    async with asyncio.timeout(20):
        assert (await examinee.shown.get()).out_of_order == "S08"
        assert read_status(settings.terminal.run).state is State.OUT_OF_ORDER
        new_token(tmp_path)
        while (await examinee.shown.get()).out_of_order:
            pass
    status = read_status(settings.terminal.run)
    assert (status.state, status.condition(Part.GATEWAY).value) == (State.IDLE, "down")
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert read_status(settings.terminal.run).state is State.STOPPED


async def test_an_opening_that_hangs_after_it_was_not_ready_is_petted_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = asyncio.Event()

    @asynccontextmanager
    async def open_terminal(*_: object) -> AsyncIterator[None]:
        if not examinee.shown_once:
            raise terminal.NotReady("no token")
        hangs.set()
        await asyncio.Event().wait()
        yield

    class Once(Waiting):
        language = Language.JAPANESE

        shown_once = False

        async def ask(self, question: Question[A]) -> A | Move:
            self.shown_once = True
            return await super().ask(question)

    monkeypatch.setattr(terminal, "TRY_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(terminal, "open_terminal", open_terminal)
    settings = load(configure(tmp_path, gateway="http://127.0.0.1:9", printer=f"virtual:{tmp_path / 'slips'}"))
    now = [1000.0]
    examinee, watchdog = Once(), Watchdog(Notifier(), lambda: now[0])
    serving = asyncio.create_task(serve_examinees(settings, examinee, lambda _: None, watchdog=watchdog))
    async with asyncio.timeout(20):
        await hangs.wait()
    now[0] += LONGEST_START_SECONDS - 1
    in_time = watchdog.look()
    now[0] += 2
    assert (in_time, watchdog.look()) == (True, False)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_staff_pause_it_from_their_desk_and_a_restart_keeps_it(tmp_path: Path) -> None:
    new_token(tmp_path)
    settings = load(configure(tmp_path, gateway="http://127.0.0.1:9", printer=f"virtual:{tmp_path / 'slips'}"))
    async with local_board(settings, "佐藤") as board, asyncio.timeout(60):
        for before, wanted, after in (
            ("", Service.PAUSED, "N09"),
            ("N09", Service.OUT_OF_ORDER, "N10"),
            ("N10", Service.OPEN, ""),
        ):
            examinee = Waiting()
            serving = asyncio.create_task(serve_examinees(settings, examinee, lambda _: None))
            assert (await examinee.shown.get()).out_of_order == before
            await board.switch(wanted)
            assert (await examinee.shown.get()).out_of_order == after
            status = read_status(settings.terminal.run)
            assert (status.service, status.control) == (wanted, True)
            assert status.state is (State.OUT_OF_ORDER if after else State.IDLE)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            assert not (await board.look()).alive


def test_what_a_visit_left_in_a_circle_is_gone_before_the_next_one() -> None:
    class Left:
        def __init__(self) -> None:
            self.me = self

    tidy = Tidy()
    try:
        tidy.between_visits()
        left = weakref.ref(Left())
        tidy.between_visits()
        assert left() is None
        left = weakref.ref(Left())
        tidy.between_questions()
        assert left() is None, "a screen holds itself in a circle, and a visit's screens together are many"
    finally:
        gc.unfreeze()
        gc.set_threshold(700, 10, 10)
