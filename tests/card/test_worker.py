"""The thread for calls that block: the loop never waits longer than it said, and nothing runs behind its back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from hardware.card.worker import Worker

LONG, SHORT = 5.0, 0.01


class Gate:
    """A call that blocks until it is let through."""

    def __init__(self) -> None:
        self.inside, self.open = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.inside.set()
        assert self.open.wait(LONG)
        return "through"


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker("test")
    made.start()
    yield made
    made.stop()


async def test_value_and_error_come_back(worker: Worker) -> None:
    assert await worker.run(lambda: 42, LONG) == 42
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 // 0, LONG)
    assert await worker.run(threading.get_ident, LONG) != threading.get_ident()


async def test_deadline_ends_the_waiting_and_the_call_sees_it(worker: Worker) -> None:
    gate = Gate()
    with pytest.raises(TimeoutError):
        await worker.run(gate, SHORT)
    assert worker.halted
    gate.open.set()
    await worker.run(lambda: None, LONG)
    assert not worker.halted


async def test_call_that_nobody_waits_for_never_begins(worker: Worker) -> None:
    gate, ran, dropped = Gate(), threading.Event(), threading.Event()
    first = asyncio.ensure_future(worker.run(gate, LONG))
    await asyncio.to_thread(gate.inside.wait, LONG)
    with pytest.raises(TimeoutError):
        await worker.run(ran.set, SHORT, dropped=dropped.set)
    assert dropped.is_set()
    gate.open.set()
    assert await first == "through"
    await worker.run(lambda: None, LONG)
    assert not ran.is_set()


async def test_cancelled_call_that_runs_sees_it_and_is_not_dropped(worker: Worker) -> None:
    gate, dropped = Gate(), threading.Event()
    task = asyncio.ensure_future(worker.run(gate, LONG, dropped=dropped.set))
    await asyncio.to_thread(gate.inside.wait, LONG)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert worker.halted
    assert not dropped.is_set()
    gate.open.set()


async def test_required_call_runs_though_nobody_waits(worker: Worker) -> None:
    gate, ran = Gate(), threading.Event()
    first = asyncio.ensure_future(worker.run(gate, LONG))
    await asyncio.to_thread(gate.inside.wait, LONG)
    with pytest.raises(TimeoutError):
        await worker.run(ran.set, SHORT, required=True)
    gate.open.set()
    await first
    await worker.run(lambda: None, LONG)
    assert ran.is_set()
