"""The simulated terminal on real folders, in every manner, and the captures of its face reader."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.checkin.insurance import ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.gateway.backend import BackendDown, BackendFailure
from kiosk.gateway.command import gateway
from kiosk.gateway.faces.source import Capture, HasFaceReader
from kiosk.gateway.faults import SimulatedFault
from kiosk.gateway.invented_answers import JAPAN
from kiosk.gateway.messages import ReferenceClassification
from kiosk.gateway.oqs import awaited as awaited_module
from kiosk.gateway.oqs import face_folder as face_module
from kiosk.gateway.oqs.face_folder import FaceFolder
from kiosk.gateway.oqs.files import OqsResponse
from kiosk.gateway.oqs.folders import SIMULATOR_MARK, Folders
from kiosk.gateway.oqs.manners import Manner
from kiosk.gateway.oqs.names import RequestKind, request_name, response_name
from kiosk.gateway.oqs.reading import OqsFileError, answer_of_unit, read_response
from kiosk.gateway.oqs.terminal import NotSimulated, SimulatedTerminal, show_face
from kiosk.gateway.oqs.writing import bulk_fetch_octets, bulk_request_octets, request_octets
from kiosk.gateway.people import PEOPLE, Behaviour, by_key
from kiosk.gateway.simulator import Simulator
from tests.gateway.oqs.playing import (
    INSTITUTION,
    LIMIT_SECONDS,
    PACE,
    QUICK,
    TARO,
    answered,
    backend_on,
    folders_in,
    playing,
    query_of,
)
from tests.waiting import until

IDENTIFIER = "20260701093000AAAAAAAAAAAAAAA{}"
VALID = QualificationValidity.VALID
MOST_AT_ONCE = tuple(manner for manner in Manner if manner not in (Manner.ERRORS, Manner.NO_IDENTIFIER))
"""A second file without the identifier would belong to nobody."""


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "oqs")


def put_request(folders: Folders, octets: bytes, kind: RequestKind = RequestKind.SINGLE, tail: str = "1") -> str:
    """Write a request as receipt computers do; the name of its response."""
    name = request_name(kind, IDENTIFIER.format(tail))
    (folders.requests / "x.tmp").write_bytes(octets)
    (folders.requests / "x.tmp").rename(folders.requests / name)
    return response_name(name)


def single(tail: str = "1", person: str = "taro") -> bytes:
    return request_octets(query_of(by_key(person)), INSTITUTION, IDENTIFIER.format(tail))


async def response(folders: Folders, name: str) -> OqsResponse:
    """The response, once it is whole."""
    file = folders.responses / name
    found: list[OqsResponse] = []

    def whole() -> bool:
        try:
            found.append(read_response(file.read_bytes(), name))
        except (FileNotFoundError, OqsFileError):
            return False
        return True

    await until(whole)
    return found[-1]


@pytest.mark.parametrize("inotify", [True, False])
@pytest.mark.parametrize("manners", [(), *[(manner,) for manner in Manner], MOST_AT_ONCE])
async def test_every_manner_gives_everybody_their_own_answer(
    folders: Folders, tmp_path: Path, manners: tuple[Manner, ...], *, inotify: bool
) -> None:
    """Six at once, as six kiosks ask; with errors every third has 異常終了 and nobody's data."""
    people = PEOPLE[:6]
    with playing(folders, *manners):
        async with backend_on(folders, tmp_path / "state", inotify=inotify) as backend:
            answers = await asyncio.gather(*(answered(backend, query_of(person)) for person in people))
    failed = [answer for answer in answers if answer.segment is SegmentOfResult.FAILED]
    assert len(failed) == (2 if Manner.ERRORS in manners else 0)
    for person, answer in zip(people, answers, strict=True):
        if answer not in failed:
            assert [result.name for result in answer.results] == [person.name]


@pytest.mark.parametrize("behaviour", Behaviour)
async def test_everybody_shows_the_same_through_folders_as_through_the_simulator(
    folders: Folders, tmp_path: Path, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no file can show, and files of no use, are BackendDown; what never comes is late."""
    monkeypatch.setattr(awaited_module, "UNUSABLE_SECONDS", 0.2)
    person = next(person for person in PEOPLE if person.behaviour is behaviour)
    query = query_of(person)
    try:
        expected = await Simulator(slow_seconds=0).qualify(query, again=True)
    except (BackendFailure, SimulatedFault):
        expected = None
    with playing(folders):
        async with backend_on(folders, tmp_path / "state", replace(PACE, answer=1.5, one_call=1)) as backend:
            try:
                answer = await answered(backend, query)
            except BackendDown:
                assert expected is None
                return
    if expected is None:
        assert answer.segment is SegmentOfResult.FAILED
        return
    same = expected.model_copy(update={"processed_at": answer.processed_at})
    assert answer.model_dump() == same.model_dump()


async def test_restart_answers_the_backlog(folders: Folders, tmp_path: Path) -> None:
    with playing(folders, Manner.RESTART) as terminal:
        async with backend_on(folders, tmp_path / "state") as backend:
            began = time.monotonic()
            await asyncio.gather(*(answered(backend, query_of()) for _ in range(7)))
            assert time.monotonic() - began > QUICK.silence
        assert len(terminal.answered) == 7


async def test_responses_are_shift_jis_unless_it_is_told_otherwise(folders: Folders) -> None:
    for manners, declared, codec in (((), b"Shift_JIS", "cp932"), ((Manner.UTF_8,), b"UTF-8", "utf-8")):
        with playing(folders, *manners):
            tail = codec[0].upper()
            name = put_request(folders, single(tail), tail=tail)
            await response(folders, name)
        octets = (folders.responses / name).read_bytes()
        assert declared in octets.splitlines()[0]
        assert octets.decode(codec).count("\r\n") > 10
        assert TARO.name in octets.decode(codec)


async def test_fast_clock_is_ten_minutes_ahead(folders: Folders) -> None:
    with playing(folders, Manner.CLOCK_FAST):
        name = put_request(folders, single())
        read = await response(folders, name)
        said = datetime.strptime(read.processed_at, "%Y%m%d%H%M%S").replace(tzinfo=JAPAN)
        assert timedelta(minutes=9) < said - datetime.now(JAPAN) < timedelta(minutes=11)
        await until(lambda: (folders.responses / name).stat().st_mtime > time.time() + 500)


async def test_vanishing_responses_are_gone_after_a_while(folders: Folders) -> None:
    with playing(folders, Manner.VANISH):
        name = put_request(folders, single())
        await response(folders, name)
        await until(lambda: not (folders.responses / name).exists())


async def test_bulk_query_has_a_reception_and_then_an_answer_for_everybody(folders: Folders) -> None:
    queries = [query_of(by_key(key), confirmationDate="20260701") for key in ("taro", "hanako", "backend-down")]
    with playing(folders, tempo=replace(QUICK, delay=0.1)):
        uploaded = bulk_request_octets(queries, INSTITUTION, IDENTIFIER.format("1"))
        reception = await response(folders, put_request(folders, uploaded, RequestKind.BULK_UPLOAD))
        assert reception.reception_number
        fetched = None
        for tail in "23456789":
            octets = bulk_fetch_octets(reception.reception_number, INSTITUTION, IDENTIFIER.format(tail))
            fetched = await response(folders, put_request(folders, octets, RequestKind.BULK_FETCH, tail))
            if fetched.segment is SegmentOfResult.DONE:
                break
            assert fetched.segment is SegmentOfResult.PROCESSING
    assert fetched is not None
    by_reference = {unit.asked.identifier: unit for unit in fetched.units if unit.asked}
    answers = [answer_of_unit(fetched, by_reference[query.client_ref], query.client_ref) for query in queries]
    assert [answer.validity for answer in answers] == [VALID, VALID, None]
    assert answers[0].results[0].name == TARO.name
    assert answers[2].status is ProcessingStatus.ERROR


async def test_unknown_reception_is_an_error(folders: Folders) -> None:
    with playing(folders):
        octets = bulk_fetch_octets("1", INSTITUTION, IDENTIFIER.format("1"))
        read = await response(folders, put_request(folders, octets, RequestKind.BULK_FETCH))
    assert read.segment is SegmentOfResult.FAILED


async def test_what_is_no_request_is_put_aside(folders: Folders) -> None:
    with playing(folders):
        for name in ("OQSsiquc01req_1.xml", "note.xml"):
            (folders.requests / name).write_bytes(b"<other/>")
        await until(lambda: len(list(folders.requests.glob("*.refused"))) == 2)
        assert not list(folders.responses.iterdir())


def test_folders_of_a_real_terminal_are_not_touched(tmp_path: Path) -> None:
    real = folders_in(tmp_path / "oqs")
    with pytest.raises(NotSimulated):
        SimulatedTerminal(real)
    with pytest.raises(NotSimulated):
        show_face(real, TARO, INSTITUTION)
    assert not list(real.faces.iterdir())
    assert not (real.root / SIMULATOR_MARK).exists()


def test_simulated_folders_say_so_and_serve_again(folders: Folders) -> None:
    SimulatedTerminal(folders)
    SimulatedTerminal(folders)
    assert "SIMULATOR" in (folders.root / SIMULATOR_MARK).read_text(encoding="utf-8")
    assert folders.space().simulator


# The face reader


def face_folder(folders: Folders, *, inotify: bool = True) -> FaceFolder:
    return FaceFolder(folders.faces, poll_seconds=0.05, look_seconds=LIMIT_SECONDS, inotify=inotify)


class Reading:
    """What a face folder brought so far."""

    def __init__(self, source: FaceFolder) -> None:
        self.captures: list[Capture] = []
        self._source = source
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Reading:
        self._task = asyncio.create_task(self._read())
        await until(lambda: self._source._known is not None)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _read(self) -> None:
        async for capture in self._source.captures():
            self.captures.append(capture)


@pytest.mark.parametrize("inotify", [True, False])
async def test_capture_is_brought_once_and_is_newer_than_the_last_look(folders: Folders, *, inotify: bool) -> None:
    SimulatedTerminal(folders)
    show_face(folders, by_key("hanako"), INSTITUTION)
    before = time.monotonic()
    async with Reading(face_folder(folders, inotify=inotify)) as reading:
        name = show_face(folders, TARO, INSTITUTION)
        await until(lambda: reading.captures)
        await asyncio.wait([reading._task] if reading._task else [], timeout=0.2)
        (capture,) = reading.captures
    assert capture.id == name
    assert before <= capture.arrived <= time.monotonic()
    assert capture.answer.reference_classification is ReferenceClassification.MY_NUMBER_CARD
    assert [result.name for result in capture.results] == [TARO.name]
    assert len(list(folders.faces.iterdir())) == 2


async def test_capture_in_two_parts_is_brought_when_it_is_whole(folders: Folders) -> None:
    SimulatedTerminal(folders)
    name = show_face(folders, TARO, INSTITUTION)
    octets = (folders.faces / name).read_bytes()
    (folders.faces / name).unlink()
    async with Reading(face_folder(folders)) as reading:
        (folders.faces / name).write_bytes(octets[:500])
        await asyncio.wait([reading._task] if reading._task else [], timeout=0.3)
        assert not reading.captures
        with (folders.faces / name).open("ab") as out:
            out.write(octets[500:])
        await until(lambda: reading.captures)


async def test_capture_of_no_use_is_left_out(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(face_module, "GIVEN_UP_SECONDS", 0.1)
    SimulatedTerminal(folders)
    async with Reading(face_folder(folders)) as reading:
        (folders.faces / "OQSsiquc01res_face_1.xml").write_bytes(b"<other/>")
        (folders.faces / "OQSsiquc01res_1.xml").write_bytes(b"<other/>")
        await until(lambda: "capture of no use" in caplog.text)
        show_face(folders, TARO, INSTITUTION)
        await until(lambda: reading.captures)
    assert len(reading.captures) == 1
    assert len(list(folders.faces.iterdir())) == 3


async def test_face_folder_that_goes_may_come_back(folders: Folders, caplog: pytest.LogCaptureFixture) -> None:
    SimulatedTerminal(folders)
    async with Reading(face_folder(folders)) as reading:
        folders.faces.rmdir()
        await until(lambda: "face is not there" in caplog.text)
        folders.faces.mkdir()
        show_face(folders, TARO, INSTITUTION)
        await until(lambda: reading.captures)


async def test_backend_has_the_face_reader(folders: Folders, tmp_path: Path) -> None:
    async with backend_on(folders, tmp_path / "state") as backend:
        assert isinstance(backend, HasFaceReader)


# The command line


def configured(tmp_path: Path, root: Path | None) -> Path:
    file = tmp_path / "kiosk.toml"
    folder = f'folder = "{root}"\n' if root else ""
    file.write_text(f'[site]\nname = "見本"\n[printer]\ndevice = "virtual:slips"\n[serve]\n{folder}', encoding="utf-8")
    return file


def test_face_command_lets_somebody_look_into_the_reader(folders: Folders, tmp_path: Path) -> None:
    SimulatedTerminal(folders)
    config = configured(tmp_path, folders.root)
    result = CliRunner().invoke(gateway, ["face", "taro"], obj=config)
    assert result.exit_code == 0
    read = read_response((folders.faces / result.output.strip()).read_bytes(), result.output.strip())
    assert read.results[0].name == TARO.name


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["face", "nobody"], "kiosk gateway people"),
        (["face", "backend-down"], "brings no capture"),
        (["face", "taro"], "no simulated terminal made"),
        (["--terminal", "simulator"], "no simulated terminal made"),
    ],
)
def test_commands_refuse_in_words(tmp_path: Path, arguments: list[str], says: str) -> None:
    real = folders_in(tmp_path / "oqs")
    if "backend-down" in arguments:
        (real.root / SIMULATOR_MARK).touch()
    result = CliRunner().invoke(gateway, arguments, obj=configured(tmp_path, real.root))
    assert result.exit_code != 0
    assert says in result.output.replace("\n", " ")
    assert "Traceback" not in result.output


def test_terminal_that_may_not_write_does_not_say_that_it_answers(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SimulatedTerminal(folders)
    monkeypatch.setattr(SimulatedTerminal, "run", lambda *_: None)
    if os.geteuid() == 0:  # root may write everywhere
        monkeypatch.setattr(os, "access", lambda path, _: Path(path) != folders.requests)
    else:
        folders.requests.chmod(0o500)
    result = CliRunner().invoke(gateway, ["--terminal", "simulator"], obj=configured(tmp_path, folders.root))
    assert result.exit_code == 1
    assert "answering in" not in result.output
    assert f"serve.folder {folders.root}: cannot be used (Permission denied)" in result.output


def test_playing_a_terminal_needs_the_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(gateway, ["--terminal", "simulator"], obj=configured(tmp_path, None))
    assert result.exit_code == 1
    assert "serve.folder" in result.output
