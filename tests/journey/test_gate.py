"""Staff pause the terminal: the start screen knows at once, and whoever began is served to the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from kiosk.checkin.language import Language
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.journey import serve
from kiosk.ports.board import Service
from kiosk.ports.examinee import AskStart, Move, Question, Start, Working
from kiosk.station.service import ServiceLatch
from tests.journey.scripts import CARD, INSURED, ON_TICKET, TICKET, YES
from tests.journey.stage import Stage

A = TypeVar("A")
NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


class Watched:
    """An examinee whose start screens are seen, and answered when a test says so."""

    language = Language.JAPANESE

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.starts: asyncio.Queue[tuple[AskStart, asyncio.Future[Any]]] = asyncio.Queue()
        self.closed = 0

    async def ask(self, question: Question[A]) -> A | Move:
        if not isinstance(question, AskStart):
            answered: A | Move = await self.inner.ask(question)
            return answered
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.starts.put_nowait((question, answer))
        try:
            given: A = await answer
        except asyncio.CancelledError:
            self.closed += 1
            raise
        return given

    def show(self, working: Working) -> None:
        self.inner.show(working)

    async def start(self) -> tuple[AskStart, asyncio.Future[Any]]:
        async with asyncio.timeout(10):
            return await self.starts.get()


@pytest.mark.parametrize(
    ("service", "code"), [(Service.PAUSED, Reason.PAUSED), (Service.OUT_OF_ORDER, Reason.TAKEN_OUT)]
)
async def test_a_waiting_start_screen_closes_and_opens_at_once(tmp_path: Path, service: Service, code: Reason) -> None:
    latch, stage = ServiceLatch(tmp_path), Stage()
    watched = Watched(stage.examinee)
    serving = asyncio.create_task(serve(replace(stage.ports, examinee=watched, gate=latch), SitePolicy()))
    question, _ = await watched.start()
    assert question.out_of_order == ""
    await latch.switch(service, NOW)
    question, _ = await watched.start()
    assert (question.out_of_order, watched.closed) == (code.value, 1)
    await latch.switch(Service.OPEN, NOW)
    question, _ = await watched.start()
    assert question.out_of_order == ""
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert stage.ledger.visits == []


async def test_whoever_began_is_served_to_the_end_and_nobody_after_them(tmp_path: Path) -> None:
    latch = ServiceLatch(tmp_path)
    stage = Stage(*TICKET, *CARD, *ON_TICKET, *INSURED, *YES)
    watched = Watched(stage.examinee)
    serving = asyncio.create_task(serve(replace(stage.ports, examinee=watched, gate=latch), SitePolicy()))
    _, answer = await watched.start()
    answer.set_result(Start.BEGIN)
    await latch.switch(Service.PAUSED, NOW)
    question, _ = await watched.start()
    assert question.out_of_order == Reason.PAUSED.value
    assert [visit.outcome.reason for visit in stage.ledger.visits] == [Reason.CONFIRMED_BY_CARD]
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_kiosk_that_cannot_record_says_so_first(tmp_path: Path) -> None:
    latch, stage = ServiceLatch(tmp_path), Stage()
    stage.ledger.fails = True
    await latch.switch(Service.PAUSED, NOW)
    watched = Watched(stage.examinee)
    serving = asyncio.create_task(serve(replace(stage.ports, examinee=watched, gate=latch), SitePolicy()))
    question, _ = await watched.start()
    assert question.out_of_order == Reason.NO_RECORD.value
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
