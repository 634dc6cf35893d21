"""`kiosk gateway face KEY`, whichever simulator stands behind the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.checkin.insurance import QualificationAnswer
from kiosk.gateway.command import gateway
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.terminal import SimulatedTerminal
from kiosk.gateway.people import by_key
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.qualifier import HttpQualifier
from kiosk.qualifier.faces import HttpFaceSession
from kiosk.settings import load
from tests.gateway.conftest import TOKEN
from tests.gateway.oqs.playing import backend_on

LONG = 10.0
"""Seconds; nothing waits that long when it works."""
TARO = by_key("taro")


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
def url(simulator: Simulator) -> Iterator[str]:
    with running_gateway(simulator, Tokens({TOKEN: "k01"})) as address:
        yield address


def configured(folder: Path, url: str, token: str = TOKEN, root: Path | None = None) -> Path:
    """A configuration as a demo has it; with `root` its gateway stands on folders."""
    (folder / "gateway.token").write_text(token, encoding="utf-8")
    file = folder / "kiosk.toml"
    serve = f'[serve]\nfolder = "{root}"\n' if root else ""
    file.write_text(
        f'[site]\nname = "見本"\n[printer]\ndevice = "virtual:slips"\n'
        f'[gateway]\nurl = "{url}"\ntoken_file = "{folder}/gateway.token"\n{serve}',
        encoding="utf-8",
    )
    return file


def face(config: Path, key: str = "taro") -> Result:
    return CliRunner().invoke(gateway, ["face", key], obj=config)


async def test_the_plain_simulators_reader_brings_them(url: str, tmp_path: Path) -> None:
    config = configured(tmp_path, url)
    qualifier = HttpQualifier(load(config).gateway)
    assert (await qualifier.health()).faces
    session = await qualifier.faces.arm(TARO.birthdate, TARO.kana)
    assert isinstance(session, HttpFaceSession)
    told = face(config)
    assert (told.exit_code, told.output.strip()) == (0, url)
    answer = await session.match(LONG)
    assert isinstance(answer, QualificationAnswer)
    assert [result.person.name for result in answer.results] == [TARO.name]
    await qualifier.aclose()


def test_with_folders_it_is_a_file_and_no_gateway_is_needed(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "oqs")
    SimulatedTerminal(folders)
    told = face(configured(tmp_path, "http://127.0.0.1:9", root=folders.root))
    assert told.exit_code == 0
    assert [file.name for file in folders.faces.iterdir()] == [told.output.strip()]


@pytest.mark.parametrize(
    ("key", "code", "says"), [("nobody", 2, "kiosk gateway people"), ("backend-down", 1, "brings no capture")]
)
def test_who_cannot_look_is_told_in_words(url: str, tmp_path: Path, key: str, code: int, says: str) -> None:
    told = face(configured(tmp_path, url), key)
    assert told.exit_code == code
    assert says in told.output.replace("\n", " ")


def test_token_that_the_gateway_does_not_know_is_named(url: str, tmp_path: Path) -> None:
    told = face(configured(tmp_path, url, token="another-token-0000000000"))
    assert told.exit_code == 1
    assert "gateway.token_file" in told.output
    assert "another-token" not in told.output


@pytest.mark.parametrize("token", ["", "\xff"])
def test_token_that_cannot_be_read_is_named(url: str, tmp_path: Path, token: str) -> None:
    told = face(configured(tmp_path, url, token=token))
    assert told.exit_code == 1
    assert "gateway.token_file" in told.output
    assert "Traceback" not in told.output


def test_without_gateway_and_folders_it_says_what_to_start(tmp_path: Path) -> None:
    told = face(configured(tmp_path, "http://127.0.0.1:9"))
    assert told.exit_code == 1
    assert "start kiosk gateway" in told.output.replace("\n", " ")


def test_without_address_it_says_which_one(tmp_path: Path) -> None:
    told = face(configured(tmp_path, ""))
    assert told.exit_code == 1
    assert "gateway.url" in told.output


async def test_real_folders_behind_the_gateway_take_no_commands(tmp_path: Path) -> None:
    """Only the folders' own simulated terminal can let somebody look, and the command says so."""
    folders = Folders(tmp_path / "oqs")
    SimulatedTerminal(folders)
    async with backend_on(folders, tmp_path / "state") as backend:
        with running_gateway(backend, Tokens({TOKEN: "k01"})) as address:
            told = face(configured(tmp_path, address))
    assert told.exit_code == 1
    assert "serve.folder" in told.output
