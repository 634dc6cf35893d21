"""Whatever moment an answer, or somebody who waits for one, comes at: it is looked for, and found."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from asyncinotify import Event, Mask

from kiosk.gateway.invented_answers import answer_to
from kiosk.gateway.oqs.awaited import Awaited
from kiosk.gateway.oqs.bell import Bell
from kiosk.gateway.oqs.folders import FolderFault, Folders, new_identifier
from kiosk.gateway.oqs.hands import Hands
from kiosk.gateway.oqs.lookout import Lookout
from kiosk.gateway.oqs.names import RequestKind, request_name
from kiosk.gateway.oqs.responding import Header, response_octets
from tests.gateway.oqs.playing import LIMIT_SECONDS, query_of
from tests.modes import bound_by_modes
from tests.waiting import until

NEVER_SECONDS = 1000.0


@asynccontextmanager
async def looking(folders: Folders, *, poll_seconds: float, inotify: bool = True) -> AsyncIterator[Lookout]:
    hands = Hands("res", most=1, deadline_seconds=LIMIT_SECONDS)
    lookout = Lookout(folders.responses, hands, poll_seconds=poll_seconds, inotify=inotify)
    yield lookout
    await lookout.aclose()


def new_awaited() -> Awaited:
    identifier = new_identifier(datetime.now(UTC))
    return Awaited(request_name(RequestKind.SINGLE, identifier), identifier)


def respond(folders: Folders, awaited: Awaited, name: str = "") -> None:
    """Let the whole answer appear, as the kernel sees it when a file gets its name."""
    octets = response_octets(
        Header("20260701093000", identifier=awaited.identifier), None, answer_to(query_of(), again=True)
    )
    draft = folders.responses / "x.tmp"
    draft.write_bytes(octets)
    draft.rename(folders.responses / (name or awaited.name))


async def answered(awaited: Awaited) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        await awaited.answered.wait()


@pytest.mark.parametrize("inotify", [True, False])
async def test_who_comes_while_the_last_look_is_being_ended_is_looked_for(folders: Folders, *, inotify: bool) -> None:
    first, second = new_awaited(), new_awaited()
    async with looking(folders, poll_seconds=0.05, inotify=inotify) as lookout:
        usual = lookout._bell.aclose

        async def closing() -> None:
            if not second.answered.is_set():
                lookout.expect(second)
            await usual()

        lookout._bell.aclose = closing  # type: ignore[method-assign]  # a moment that no test can hit otherwise
        lookout.expect(first)
        respond(folders, first)
        await answered(first)
        respond(folders, second)
        await answered(second)
        await until(lambda: lookout._looking is None or lookout._looking.done())
        assert len(lookout) == 0


async def test_answer_is_heard_of_without_any_look_between(folders: Folders) -> None:
    """It may come at any moment after the request: before the watch, between watch and look, or after."""
    async with looking(folders, poll_seconds=NEVER_SECONDS) as lookout:
        for yields in range(12):
            awaited = new_awaited()
            lookout.expect(awaited)
            for _ in range(yields):
                await asyncio.sleep(0)
            respond(folders, awaited)
            await answered(awaited)
            (folders.responses / awaited.name).unlink()


async def test_events_that_the_kernel_dropped_are_made_up_by_a_listing(folders: Folders) -> None:
    """A loose name is found by the word of the kernel or by a listing, and listings are seldom where it tells."""
    awaited = new_awaited()
    async with looking(folders, poll_seconds=0.05) as lookout:
        lookout.expect(awaited)
        await until(lambda: lookout._list_at)
        lookout._list_at = math.inf
        lookout._bell._wanted = False
        await lookout._bell.aclose()
        respond(folders, awaited, f"OQSsiquc01res_{awaited.identifier}_9.xml")
        looked = lookout._poll_at
        await until(lambda: lookout._poll_at > looked + 0.1)
        assert not awaited.answered.is_set()
        lookout._bell.missed = True
        await answered(awaited)


async def test_who_gives_up_takes_nothing_from_another_who_waits_for_the_same(folders: Folders) -> None:
    first = new_awaited()
    second = Awaited(first.request, first.identifier)
    async with looking(folders, poll_seconds=0.05) as lookout:
        lookout.expect(first)
        lookout.expect(second)
        lookout.forget(first)
        respond(folders, second)
        await answered(second)
        assert (len(lookout), len(lookout._by_identifier)) == (0, 0)


async def test_machine_without_a_free_thread_is_looked_from_later(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    awaited = new_awaited()
    async with looking(folders, poll_seconds=0.05) as lookout:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refuse)
            lookout.expect(awaited)
            await until(lambda: lookout.failure is not None and lookout.failure.fault is FolderFault.NO_THREAD)
        respond(folders, awaited)
        await answered(awaited)


async def test_look_that_fails_is_not_repeated_without_a_pause(folders: Folders) -> None:
    """Though a file was seen that was about to settle."""
    awaited = new_awaited()
    async with looking(folders, poll_seconds=NEVER_SECONDS, inotify=False) as lookout:
        lookout.expect(awaited)
        respond(folders, awaited)
        await until(lambda: awaited.due is not None)
        folders.responses.rename(folders.responses.with_name("unmounted"))
        await until(lambda: lookout.failure is not None)
        assert lookout._seconds_to_next() > NEVER_SECONDS / 2


def test_folder_that_may_not_be_read_is_a_failure(folders: Folders) -> None:
    """Each file alone would only seem to be kept by its writer."""

    async def look() -> None:
        awaited = new_awaited()
        async with looking(folders, poll_seconds=0.05) as lookout:
            folders.responses.chmod(0o300)
            lookout.expect(awaited)
            await until(lambda: lookout.failure is not None and lookout.failure.fault is FolderFault.REFUSED)
            folders.responses.chmod(0o700)
            respond(folders, awaited)
            await answered(awaited)
            await until(lambda: lookout.failure is None)

    bound_by_modes(lambda: asyncio.run(look()))


class Telling:
    """A kernel that says what it is told to."""

    def __init__(self, *masks: Mask) -> None:
        self._events = [Event(None, mask, 0, None) for mask in masks]

    async def get(self) -> Event:
        if not self._events:
            await asyncio.Event().wait()
        return self._events.pop(0)

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def bell_told(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Callable[[Mask], Bell]:
    def make(mask: Mask) -> Bell:
        bell = Bell(folders.responses, Hands("res", most=1, deadline_seconds=LIMIT_SECONDS))
        monkeypatch.setattr(bell, "_watch", lambda: Telling(mask))
        return bell

    return make


async def test_bell_rings_when_the_kernel_dropped_events(bell_told: Callable[[Mask], Bell]) -> None:
    bell = bell_told(Mask.Q_OVERFLOW)
    await bell.listen()
    assert await bell.ring(LIMIT_SECONDS) == set()
    assert (bell.missed, bell.proven) == (True, False)
    await bell.aclose()


@pytest.mark.parametrize("mask", [Mask.IGNORED, Mask.UNMOUNT])
async def test_bell_watches_anew_at_once_when_its_folder_is_gone(bell_told: Callable[[Mask], Bell], mask: Mask) -> None:
    bell = bell_told(mask)
    await bell.listen()
    assert bell._renew_at > asyncio.get_running_loop().time()
    assert await bell.ring(LIMIT_SECONDS) == set()
    assert bell._renew_at == 0
    await bell.aclose()
