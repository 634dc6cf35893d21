"""The player on real ALSA: heard at once, silent at once, and never in the way of anything else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest

from hardware.voice.aplay import fault_in, running, scaled
from hardware.voice.player import AlsaPlayer
from kiosk.ports.device import Condition, DeviceFailure, DeviceFault
from kiosk.ports.voice import SAMPLE_OCTETS, SAMPLES_PER_SECOND, Prompt
from tests.voice.alsa import Alsa
from tests.voice.clips import LOUD, SECONDS, Constant, constant, values
from tests.waiting import until

OCTETS_PER_SECOND = SAMPLE_OCTETS * SAMPLES_PER_SECOND
SOON = 0.005


@pytest.fixture
def alsa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Alsa]:
    made = Alsa(tmp_path, monkeypatch)
    yield made
    made.close()


@dataclass
class Beats:
    """A pulse that remembers."""

    told: list[tuple[Condition, DeviceFault | None]] = field(default_factory=list)

    def beat(self, condition: Condition = Condition.OK, fault: DeviceFault | None = None) -> None:
        self.told.append((condition, fault))

    @property
    def last(self) -> Condition | None:
        return self.told[-1][0] if self.told else None


@asynccontextmanager
async def attended(player: AlsaPlayer) -> AsyncIterator[tuple[Beats, asyncio.Task[None]]]:
    """A player that is looked after, and has beaten once."""
    beats = Beats()
    task = asyncio.create_task(player.attend(beats))
    try:
        await until(lambda: bool(beats.told) or task.done())
        yield beats, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def players() -> list[str]:
    """The processes that play for this test."""
    me = os.getpid()
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and int((process / "stat").read_text().rpartition(")")[2].split()[1]) == me:
                found.append((process / "comm").read_text().strip())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return [name for name in found if name == "aplay"]


async def test_what_is_said_is_what_the_device_gets(alsa: Alsa) -> None:
    player = AlsaPlayer(Constant(), "default", nodes=alsa.nodes)
    async with attended(player) as (beats, _):
        assert (player.available, beats.last) == (True, Condition.OK)
        player.play((Prompt.CARD, Prompt.PIN))
        await until(lambda: not player.playing)
        said = constant(LOUD[Prompt.CARD]) + constant(LOUD[Prompt.PIN])
        assert alsa.on_paper[: len(said)] == said
        assert set(alsa.on_paper[len(said) :]) <= {0}
    assert players() == []


async def test_silence_comes_at_once_in_the_middle_of_a_sentence(alsa: Alsa) -> None:
    player = AlsaPlayer(Constant(), "ear", nodes=alsa.nodes)
    async with attended(player):
        alsa.left()
        player.play((Prompt.CARD,))
        await alsa.listen(OCTETS_PER_SECOND)
        assert players() == ["aplay"]
        began = monotonic()
        player.stop()
        await until(lambda: players() == [])
        assert monotonic() - began < SECONDS / 2
        assert not player.playing
        assert len(alsa.left()) < (SECONDS - 1) * OCTETS_PER_SECOND


async def test_the_next_words_replace_the_last_ones(alsa: Alsa) -> None:
    player = AlsaPlayer(Constant(), "ear", nodes=alsa.nodes)
    async with attended(player):
        player.play((Prompt.CARD,))
        await alsa.listen(OCTETS_PER_SECOND // 2)
        player.play((Prompt.PIN,))
        await until(lambda: LOUD[Prompt.PIN] in values(alsa.left()))
        player.play((Prompt.CARD_LEFT,))
        player.play((Prompt.CARD,))
        await until(lambda: LOUD[Prompt.PIN] not in values(alsa.left()))
        later = values(await alsa.listen(OCTETS_PER_SECOND))
        assert LOUD[Prompt.CARD_LEFT] not in later


async def test_louder_and_softer_are_heard_in_the_middle_of_a_sentence(alsa: Alsa) -> None:
    player = AlsaPlayer(Constant(), "ear", nodes=alsa.nodes)
    async with attended(player):
        alsa.left()
        player.play((Prompt.CARD,))
        assert values(await alsa.listen(OCTETS_PER_SECOND // 2)) == [1000]
        player.turn(0.5)
        assert values(await alsa.listen(OCTETS_PER_SECOND)) == [1000, 500]
        player.turn(0.0)
        assert values(await alsa.listen(OCTETS_PER_SECOND)) == [500, 0]


async def test_an_alarm_goes_on_until_it_is_stopped(alsa: Alsa) -> None:
    player = AlsaPlayer(Constant(), "ear", nodes=alsa.nodes)
    async with attended(player):
        alsa.left()
        player.play((Prompt.CARD_LEFT,), every=0.01)
        await alsa.listen(round(2.5 * SECONDS * OCTETS_PER_SECOND))
        assert player.playing
        player.stop()
        await until(lambda: players() == [])


async def test_the_event_loop_is_never_held(alsa: Alsa) -> None:
    """Neither by starting, nor by a device that takes nothing, nor by ending."""
    player = AlsaPlayer(Constant(), "ear", nodes=alsa.nodes)
    longest = 0.0

    async def probe() -> None:
        nonlocal longest
        while True:
            began = monotonic()
            await asyncio.sleep(SOON)
            longest = max(longest, monotonic() - began - SOON)

    async with attended(player):
        probing = asyncio.create_task(probe())
        for _ in range(10):
            player.play((Prompt.CARD,))
            await alsa.listen(OCTETS_PER_SECOND // 4)
            player.stop()
            await until(lambda: players() == [])
        probing.cancel()
    assert longest < 3.0  # a machine that does other things; `bench` measures the promise


async def test_without_hardware_it_is_absent_and_takes_no_wish(alsa: Alsa) -> None:
    alsa.unplug()
    player = AlsaPlayer(Constant(), "default", nodes=alsa.nodes, look_seconds=0.01)
    async with attended(player) as (beats, task):
        assert (player.available, beats.last) == (False, Condition.ABSENT)
        player.play((Prompt.CARD,))
        assert not player.playing
        alsa.plug()
        await until(lambda: player.available)
        assert beats.last is Condition.OK
        assert not task.done()


async def test_hardware_that_was_there_is_lost(alsa: Alsa) -> None:
    player = AlsaPlayer(Constant(), "default", nodes=alsa.nodes, look_seconds=0.01)
    async with attended(player) as (beats, task):
        assert beats.last is Condition.OK
        alsa.unplug()
        with pytest.raises(DeviceFailure) as lost:
            await asyncio.wait_for(task, 10)
        assert lost.value.fault is DeviceFault.GONE
        assert not player.available
    alsa.plug()
    async with attended(player) as (beats, _):
        assert beats.last is Condition.OK


async def test_it_is_lost_in_the_middle_of_a_sentence(alsa: Alsa) -> None:
    player = AlsaPlayer(Constant(), "default", nodes=alsa.nodes)
    async with attended(player) as (_, task):
        alsa.unplug()
        player.play((Prompt.CARD,))
        with pytest.raises(DeviceFailure) as lost:
            await asyncio.wait_for(task, 10)
        assert lost.value.fault is DeviceFault.GONE


async def test_a_device_that_somebody_named_is_no_loss_but_a_fault(alsa: Alsa) -> None:
    player = AlsaPlayer(Constant(), "plughw:CARD=Nobody", nodes=alsa.nodes)
    with pytest.raises(DeviceFailure) as fault:
        await player.attend(Beats())
    assert fault.value.fault in (DeviceFault.NOT_THERE, DeviceFault.WRONG_DEVICE)


async def test_without_alsa_utils_the_installer_is_told(alsa: Alsa) -> None:
    player = AlsaPlayer(Constant(), program="aplay-is-not-here", nodes=alsa.nodes)
    with pytest.raises(DeviceFailure) as fault:
        await player.attend(Beats())
    assert (fault.value.fault, fault.value.fault.permanent) == (DeviceFault.NO_LIBRARY, True)


async def test_hardware_that_the_user_may_not_use_is_told_as_that(alsa: Alsa, monkeypatch: pytest.MonkeyPatch) -> None:
    """To ALSA it is just not there."""
    alsa.unplug()
    (alsa.nodes / "pcmC0D0p").touch()
    monkeypatch.setattr(os, "access", lambda _node, _mode: False)
    with pytest.raises(DeviceFailure) as fault:
        await AlsaPlayer(Constant(), nodes=alsa.nodes).attend(Beats())
    assert fault.value.fault is DeviceFault.NOT_ALLOWED


async def test_clips_that_are_not_complete_are_told_to_staff(alsa: Alsa) -> None:
    clips = Constant(complete=False)
    player = AlsaPlayer(clips, nodes=alsa.nodes, look_seconds=0.01)
    async with attended(player) as (beats, _):
        assert beats.last is Condition.ATTENTION
        clips.complete = True
        await until(lambda: beats.last is Condition.OK)
        assert clips.looks > 1


async def test_a_clip_that_cannot_be_read_costs_only_its_words(alsa: Alsa) -> None:
    clips = Constant(unreadable={Prompt.PIN})
    player = AlsaPlayer(clips, nodes=alsa.nodes, look_seconds=0.01)
    async with attended(player) as (beats, task):
        player.play((Prompt.CARD, Prompt.PIN))
        await until(lambda: not player.playing)
        await until(lambda: beats.last is Condition.ATTENTION)
        assert LOUD[Prompt.CARD] in values(alsa.on_paper)
        assert not task.done()


async def test_a_program_that_fails_while_it_is_written_to(tmp_path: Path) -> None:
    """It says why, and nothing is left of it."""
    program = tmp_path / "failing"
    program.write_text("#!/bin/sh\necho 'audio open error: Device or resource busy' >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(DeviceFailure) as fault:
        async with running("default", str(program)) as run:
            await run.write(constant(1, 20))
    assert fault.value.fault is DeviceFault.BUSY


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("aplay: main:831: audio open error: Permission denied", DeviceFault.NOT_ALLOWED),
        ("aplay: main:831: audio open error: Device or resource busy", DeviceFault.BUSY),
        (
            "ALSA lib pcm.c:2666: Unknown PCM bogus\naudio open error: No such file or directory",
            DeviceFault.WRONG_DEVICE,
        ),
        ("ALSA lib confmisc.c:855:(parse_card) cannot find card '0'\nUnknown PCM default", DeviceFault.NOT_THERE),
        ("ALSA lib confmisc.c:165: Cannot get card index for 7\nNo such file", DeviceFault.NOT_THERE),
        ("aplay: pcm_write:2061: write error: No such device", DeviceFault.NOT_THERE),
        ("", DeviceFault.NOT_THERE),
    ],
)
def test_what_alsa_says_becomes_a_fault(words: str, fault: DeviceFault) -> None:
    assert fault_in(words) is fault


def test_samples_are_scaled_without_overflow() -> None:
    assert values(scaled(constant(32767, 0.01), 0.25)) == [8191]
    assert values(scaled(constant(-32768, 0.01), 0.5)) == [-16384]
    assert values(scaled(constant(-32768, 0.01), 1.0)) == [-32768]


@pytest.mark.parametrize("turns", range(5))
async def test_silence_and_the_end_at_the_same_moment_end_it(alsa: Alsa, turns: int) -> None:
    """As when the kiosk ends: what is wished is dropped, and nobody looks after the player any more."""
    player = AlsaPlayer(Constant(), nodes=alsa.nodes)
    async with attended(player) as (_, task):
        for _ in range(3):
            await asyncio.sleep(0)  # it waits for news
        player.stop()
        for _ in range(turns):  # of the loop, between the news and the end
            await asyncio.sleep(0)
        task.cancel()
        await until(task.done)
        assert task.cancelled()
