"""The voice in an open terminal: it speaks with the questions, staff see how it is, and nothing else depends on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from hardware.virtual.voice import VirtualPlayer
from hardware.voice.player import AlsaPlayer
from kiosk.checkin.language import Language
from kiosk.ports.device import Condition, Part
from kiosk.ports.examinee import AskStart, Move, Question, Start, Working
from kiosk.ports.voice import Prompt, Sound, spelt
from kiosk.settings import Settings, load
from kiosk.station.judgement import judge
from kiosk.station.status import read_status
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.sounding import Sounding, sounding_of
from kiosk.station.wiring.terminal import serve_examinees
from kiosk.voice.build import build
from kiosk.voice.sentences import sentences_of
from kiosk.voice.speaker import Speaker
from tests.voice.alsa import Alsa
from tests.voice.clips import Constant, Engine, constant, values
from tests.waiting import until

A = TypeVar("A")


class Coming:
    """An examinee who begins once, and then stands there for ever."""

    language = Language.JAPANESE

    def __init__(self) -> None:
        self.shown: asyncio.Queue[Question[object]] = asyncio.Queue()
        self.begun: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    async def ask(self, question: Question[A]) -> A | Move:
        self.shown.put_nowait(question)
        if isinstance(question, AskStart) and not self.begun.done():
            return await self.begun  # type: ignore[return-value] # a Start
        never: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        return await never

    def show(self, working: Working) -> None:
        raise AssertionError(working)


def house(folder: Path, voice: str = "") -> Settings:
    """A terminal without a gateway, with that section [voice]."""
    new_token(folder)
    file = configure(folder, gateway="http://127.0.0.1:9", printer=f"virtual:{folder / 'slips'}")
    file.write_text(
        f'{file.read_text(encoding="utf-8")}\n[voice]\nfolder = "{folder}/clips"\n{voice}', encoding="utf-8"
    )
    return load(file)


@asynccontextmanager
async def serving(settings: Settings, sounding: Sounding | None) -> AsyncIterator[Coming]:
    examinee = Coming()
    task = asyncio.create_task(serve_examinees(settings, examinee, lambda _: None, sounding=sounding))
    try:
        async with asyncio.timeout(20):
            await examinee.shown.get()
            yield examinee
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def becomes(settings: Settings, condition: Condition) -> None:
    while read_status(settings.terminal.run).condition(Part.VOICE) is not condition:
        await asyncio.sleep(0.01)


async def test_the_questions_of_a_check_in_are_spoken(tmp_path: Path) -> None:
    settings = house(tmp_path)
    player = VirtualPlayer()
    async with serving(settings, Sounding(Speaker(player, Constant(), 4), player)) as examinee:
        await becomes(settings, Condition.OK)
        assert player.played == []
        examinee.begun.set_result(Start.BEGIN)
        await examinee.shown.get()
        assert player.now[0] is Sound.ACCEPT
        assert len(player.now) > 1


async def test_the_configured_voice_is_heard_through_alsa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alsa = Alsa(tmp_path, monkeypatch)
    settings = house(tmp_path, "invite_seconds = 600\nvolume = 5\n")
    wanted = sentences_of(settings)
    build(settings.voice.folder, wanted, Engine)
    sounding = sounding_of(settings)
    assert sounding is not None
    async with serving(settings, sounding) as examinee:
        await becomes(settings, Condition.OK)
        assert sounding.speaker.audible
        examinee.begun.set_result(Start.BEGIN)
        question = await examinee.shown.get()
        first = getattr(question, "wanted", Prompt.BROUGHT)
        while len(wanted[first]) not in values(alsa.on_paper):
            await asyncio.sleep(0.01)
    alsa.close()


@pytest.mark.parametrize(("earphones", "heard"), [("", False), ("earphones = true\n", True)])
async def test_the_setting_for_earphones_lets_typed_digits_be_heard(
    earphones: str, heard: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quiet hours are for a hall: with earphones there are none."""
    alsa = Alsa(tmp_path, monkeypatch)
    settings = house(tmp_path, f"{earphones}volume = 5\nquiet_from = 00:00:00\nquiet_until = 23:59:59\n")
    wanted = sentences_of(settings)
    build(settings.voice.folder, wanted, Engine)
    sounding = sounding_of(settings)
    assert sounding is not None
    async with serving(settings, sounding):
        await becomes(settings, Condition.OK)
        assert isinstance(sounding.device, AlsaPlayer)
        sounding.speaker.tell(spelt(Prompt.TEST))
        assert sounding.device.playing is heard
        clip = constant(len(wanted[Prompt.TEST]), 0.01)
        await until(lambda: not heard or clip in alsa.on_paper)
    alsa.close()


async def test_without_sound_hardware_nothing_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alsa = Alsa(tmp_path, monkeypatch)
    alsa.unplug()
    settings = house(tmp_path)
    async with serving(settings, sounding_of(settings)):
        await becomes(settings, Condition.ABSENT)
        status = read_status(settings.terminal.run)
        assert [words for words in judge(status, status.updated_at).words if "音" in words] == []
    alsa.close()


async def test_a_voice_without_clips_tells_staff_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alsa = Alsa(tmp_path, monkeypatch)
    settings = house(tmp_path)
    async with serving(settings, sounding_of(settings)):
        await becomes(settings, Condition.ATTENTION)
        status = read_status(settings.terminal.run)
        assert any("kiosk voices build" in words for words in judge(status, status.updated_at).words)
    alsa.close()


async def test_a_voice_that_is_switched_off_is_absent(tmp_path: Path) -> None:
    settings = house(tmp_path, "enabled = false\n")
    sounding = sounding_of(settings)
    assert sounding is None
    async with serving(settings, sounding):
        await becomes(settings, Condition.ABSENT)
