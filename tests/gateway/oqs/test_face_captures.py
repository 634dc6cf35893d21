"""When a capture arrived, and when it is whole: what the rule of the face sessions rests on."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from pathlib import Path

import pytest

from kiosk.gateway.faces.registry import FaceSessions, FaceState
from kiosk.gateway.faces.source import Capture
from kiosk.gateway.oqs import face_folder as face_module
from kiosk.gateway.oqs.face_folder import FaceFolder
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.terminal import SimulatedTerminal, show_face
from kiosk.gateway.people import by_key
from tests.gateway.oqs.playing import INSTITUTION, LIMIT_SECONDS, TARO

BIRTHDATE = f"{TARO.birthdate:%Y%m%d}"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "oqs")
    SimulatedTerminal(made)
    return made


@pytest.fixture
def source(folders: Folders) -> FaceFolder:
    """Looked at by the tests, look by look."""
    return FaceFolder(folders.faces, poll_seconds=LIMIT_SECONDS, look_seconds=LIMIT_SECONDS, inotify=False)


async def look(source: FaceFolder) -> list[Capture]:
    return await source._look(time.monotonic())


async def looks(source: FaceFolder) -> list[Capture]:
    """Look until something is brought."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while True:
            if brought := await look(source):
                return brought
            await asyncio.sleep(0.01)


async def test_capture_between_a_look_and_the_arming_is_older_than_the_session(
    folders: Folders, source: FaceFolder
) -> None:
    """It came after the last look, was seen after the arming, and may be of whoever stood there before."""
    sessions = FaceSessions(time.monotonic)
    assert await look(source) == []
    show_face(folders, TARO, INSTITUTION)
    session = sessions.arm("k01", source.reader, BIRTHDATE, TARO.kana)
    (capture,) = await looks(source)
    assert capture.arrived < session.armed_at
    sessions.take(source.reader, capture)
    assert sessions.state(session) is FaceState.ARMED


async def test_capture_after_a_look_that_is_newer_than_the_arming_is_the_sessions(
    folders: Folders, source: FaceFolder
) -> None:
    sessions = FaceSessions(time.monotonic)
    await look(source)
    session = sessions.arm("k01", source.reader, BIRTHDATE, TARO.kana)
    await look(source)
    show_face(folders, TARO, INSTITUTION)
    (capture,) = await looks(source)
    assert session.armed_at < capture.arrived
    sessions.take(source.reader, capture)
    assert sessions.state(session) is FaceState.MATCHED


async def test_what_lies_there_at_the_first_look_is_never_read(folders: Folders, source: FaceFolder) -> None:
    show_face(folders, TARO, INSTITUTION)
    for _ in range(3):
        assert await look(source) == []
    assert source._coming == {}


async def test_one_look_is_never_enough_for_a_capture(
    folders: Folders, source: FaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that parses to the end may still change, for example from the person before to the next one."""
    monkeypatch.setattr(face_module, "SETTLED_SECONDS", math.inf)
    await look(source)
    name = show_face(folders, by_key("hanako"), INSTITUTION)
    for _ in range(3):
        assert await look(source) == []
    other = show_face(folders, TARO, INSTITUTION)
    (folders.faces / other).replace(folders.faces / name)
    assert await look(source) == []
    monkeypatch.setattr(face_module, "SETTLED_SECONDS", 0.0)
    (capture,) = await look(source)
    assert [result.name for result in capture.results] == [TARO.name]


async def test_captures_of_no_use_are_not_named_in_the_log(
    folders: Folders, source: FaceFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Some terminals put a patient's number into the name."""
    monkeypatch.setattr(face_module, "GIVEN_UP_SECONDS", 0.0)
    await look(source)
    (folders.faces / "OQSsiquc01res_face_1312345679000canary_20260701093000.xml").write_bytes(b"<XmlMsg>")
    with caplog.at_level(logging.DEBUG):
        async with asyncio.timeout(LIMIT_SECONDS):
            while "capture of no use" not in caplog.text:
                assert await look(source) == []
    assert "canary" not in caplog.text
