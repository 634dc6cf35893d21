"""Face sessions on the real folder `face`, which a simulated terminal fills."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.gateway.faces.api import FaceDesk
from kiosk.gateway.faces.messages import FaceSessionRequest
from kiosk.gateway.faces.registry import FaceSession, FaceState
from kiosk.gateway.faces.source import face_source_of
from kiosk.gateway.oqs.face_folder import FaceFolder
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.showing import show_face
from kiosk.gateway.people import by_key
from tests.gateway.oqs.playing import INSTITUTION, backend_on, playing
from tests.waiting import until

REFERENCE = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize("inotify", [True, False], ids=["inotify", "polling"])
async def test_the_capture_of_the_person_is_found_and_left_where_it_is(tmp_path: Path, inotify: bool) -> None:
    """Somebody's capture that already lay there, and another person's, are nobody's."""
    folders, taro = Folders(tmp_path / "oqs"), by_key("taro")
    with playing(folders):
        await until(folders.faces.is_dir)
        show_face(folders, taro, INSTITUTION)
        async with backend_on(folders, tmp_path / "state", inotify=inotify) as backend:
            source = face_source_of(backend)
            assert isinstance(source, FaceFolder)
            desk = FaceDesk(source)
            asked = FaceSessionRequest(birthdate=f"{taro.birthdate:%Y%m%d}", kana=taro.kana, client_ref=REFERENCE)
            session: FaceSession = desk.arm("k01", "key", asked)
            await until(lambda: source._looked_at > session.armed_at)
            show_face(folders, by_key("hanako"), INSTITUTION)
            show_face(folders, taro, INSTITUTION)
            await until(lambda: desk.sessions.state(session) is not FaceState.ARMED)
            message = desk.message(session)
            assert message.state is FaceState.MATCHED
            assert message.answer is not None
            assert message.answer.client_ref == REFERENCE
            assert [result.name for result in message.answer.results] == [taro.name]
            await desk.aclose()
    assert len(list(folders.faces.iterdir())) == 3
