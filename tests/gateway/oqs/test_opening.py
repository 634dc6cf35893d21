"""From the configuration to the folders."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from kiosk.config_command import config
from kiosk.gateway.backend import GatewayWay
from kiosk.gateway.oqs.opening import folders_of, open_folders, within
from kiosk.settings import Backend, Serve, SettingsError, TidyRequests
from tests.gateway.oqs.playing import INSTITUTION, LIMIT_SECONDS, folders_in

FILE = '[site]\nname = "見本"\n[printer]\ndevice = "virtual:slips"\n[serve]\nbackend = "folders"\n'


@pytest.mark.parametrize("institution", ["1312345679", "0110113719", "2610307411", "5521111111"])
def test_institutions_with_a_right_check_digit_are_taken(institution: str) -> None:
    assert Serve(institution=institution).institution == institution


@pytest.mark.parametrize(
    "institution", ["1312345678", "3112345679", "131234567", "13123456790", "13123４5679", "131234567X", " 1312345679"]
)
def test_other_institutions_are_refused(institution: str) -> None:
    with pytest.raises(ValidationError, match=r"医療機関コード|last digit"):
        Serve(institution=institution)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (f'institution = "{INSTITUTION}"', "serve.folder"),
        ('folder = "oqs"', "serve.institution"),
        ('folder = "oqs"\ninstitution = "1312345678"', "serve.institution: the last digit"),
        (f'folder = "oqs"\ninstitution = "{INSTITUTION}"\ntidy_requests = "burn"', "serve.tidy_requests"),
        (f'folder = "oqs"\ninstitution = "{INSTITUTION}"\npoll_seconds = 0', "serve.poll_seconds"),
    ],
)
def test_config_check_names_what_the_folders_need(tmp_path: Path, keys: str, says: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(FILE + keys, encoding="utf-8")
    result = CliRunner().invoke(config, ["check", "--json"], obj=file)
    assert result.exit_code == 1
    assert any(says in error for error in json.loads(result.output)["errors"])


def test_options_cannot_leave_out_what_the_folders_need(tmp_path: Path) -> None:
    """`--backend folders` goes before the file, whose checks then did not see it."""
    chosen = Serve(state=tmp_path / "state").model_copy(update={"backend": Backend.FOLDERS})
    with pytest.raises(SettingsError, match=r"serve\.folder"):
        open_folders(chosen)
    with pytest.raises(SettingsError, match=r"serve\.folder"):
        folders_of(chosen)
    with pytest.raises(SettingsError, match=r"serve\.institution"):
        open_folders(chosen.model_copy(update={"folder": tmp_path}))


def test_state_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    chosen = Serve(backend=Backend.FOLDERS, folder=tmp_path, institution=INSTITUTION, state=tmp_path / "file" / "state")
    with pytest.raises(SettingsError, match=r"serve\.state"):
        open_folders(chosen)


def test_share_that_is_down_does_not_keep_the_gateway_from_starting_and_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = Serve(
        backend=Backend.FOLDERS, folder=tmp_path / "nowhere", institution=INSTITUTION, state=tmp_path / "state"
    )
    backend = open_folders(chosen)
    assert backend.health().folder_writable is False
    assert f"serve.folder {tmp_path / 'nowhere'}: req is not there; is the share mounted?" in caplog.text
    backend._outbox._journal.close()


def test_folders_that_are_right_are_not_worth_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folders_in(tmp_path / "oqs")
    chosen = Serve(backend=Backend.FOLDERS, folder=tmp_path / "oqs", institution=INSTITUTION, state=tmp_path / "state")
    open_folders(chosen)._outbox._journal.close()
    assert not caplog.text


def test_settings_reach_the_backend(tmp_path: Path) -> None:
    folders_in(tmp_path / "oqs")
    chosen = Serve(
        backend=Backend.FOLDERS,
        folder=tmp_path / "oqs",
        institution=INSTITUTION,
        state=tmp_path / "state",
        poll_seconds=2,
        answer_seconds=60,
        bulk_seconds=90,
        tidy_requests=TidyRequests.KEEP,
    )
    backend = open_folders(chosen)
    pace = backend._singles._pace
    assert (pace.poll, pace.answer, pace.bulk, backend._outbox._remove_requests) == (2, 60, 90, False)
    assert (backend.health().folder_writable, backend.simulator) == (True, False)
    assert GatewayWay.FACE in backend.ways
    backend._outbox._journal.close()


def test_first_look_is_not_waited_for_longer_than_said() -> None:
    go = threading.Event()
    assert within(0.01, lambda: go.wait(LIMIT_SECONDS)) is None
    go.set()
    assert within(LIMIT_SECONDS, lambda: "seen") == "seen"
