"""Starting and stopping, as an installer meets it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner

from kiosk.gateway.command import gateway
from kiosk.gateway.people import PEOPLE, by_key
from kiosk.gateway.serve import is_loopback, serve
from kiosk.gateway.tokens import line_for
from kiosk.settings import Serve, SettingsError
from tests.gateway.conftest import OTHER_TOKEN, TOKEN, body_of, client_of, put

COMMAND = "from kiosk.gateway.command import gateway; gateway()"


@pytest.fixture
def tokens_file(tmp_path: Path) -> Path:
    file = tmp_path / "gateway.tokens"
    file.write_text(f"{TOKEN} k01\n")
    return file


def configured(tmp_path: Path, tokens_file: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f'[site]\nname = "見本健診センター"\n[printer]\ndevice = "virtual:slips"\n'
        f'[serve]\ntokens_file = "{tokens_file}"\nport = 1\n'
    )
    return file


def test_command_serves_on_a_free_port_until_it_is_stopped(tmp_path: Path, tokens_file: Path) -> None:
    command = [sys.executable, "-I", "-c", COMMAND, "--backend", "simulator", "--port", "0"]
    environment = os.environ | {"KIOSK_CONFIG": str(configured(tmp_path, tokens_file))}
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        announced = process.stdout.readline()
        assert "SIMULATOR" in announced
        with client_of(announced.split()[-1]) as client:
            assert put(client, body_of(by_key("taro"))).json()["validity"] == "1"
        process.send_signal(signal.SIGTERM)
        _, written = process.communicate(timeout=15)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in written
    assert "request method=POST status=200" in written
    assert by_key("taro").insured.number not in written


def test_line_taken_out_shuts_its_terminal_out_at_once_and_a_signal_reads_too(
    tmp_path: Path, tokens_file: Path
) -> None:
    """The process itself: what it does on SIGHUP would otherwise be to die."""
    command = [sys.executable, "-I", "-c", COMMAND, "--port", "0"]
    environment = os.environ | {"KIOSK_CONFIG": str(configured(tmp_path, tokens_file))}
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        with client_of(url) as client, client_of(url, OTHER_TOKEN) as other:
            assert client.get("/v1/capabilities").status_code == 200
            tokens_file.write_text(line_for(OTHER_TOKEN, "k02") + "\n")
            process.send_signal(signal.SIGHUP)
            assert other.get("/v1/capabilities").status_code == 200
            assert client.get("/v1/capabilities").status_code == 401
            tokens_file.write_text("")
            assert other.get("/v1/capabilities").status_code == 200
        process.send_signal(signal.SIGTERM)
        _, written = process.communicate(timeout=15)
    assert f"{tokens_file}: line 1: the token of k01 stands in clear" in written
    assert "kiosk gateway token k01 --add" in written
    assert "the old ones stay" in written
    assert TOKEN not in written
    assert "Traceback" not in written


def ask_until_nothing_comes(url: str) -> None:
    with client_of(url) as client:
        while True:
            client.get("/v1/capabilities", timeout=1)


def test_signal_in_the_middle_of_a_line_to_the_log_reads_the_tokens_after_it(tmp_path: Path, tokens_file: Path) -> None:
    """Nobody reads the log, so that the gateway comes to stand in the middle of a line."""
    tokens_file.write_text(line_for(TOKEN, "k01") + "\n")
    command = [sys.executable, "-I", "-c", COMMAND, "--port", "0"]
    environment = os.environ | {"KIOSK_CONFIG": str(configured(tmp_path, tokens_file))}
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        fcntl.fcntl(process.stderr, fcntl.F_SETPIPE_SZ, 4096)
        url = process.stdout.readline().split()[-1]
        with pytest.raises(httpx.ReadTimeout):
            ask_until_nothing_comes(url)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        _, written = process.communicate(timeout=15)
    assert "tokens read again terminals=1" in written
    assert "Traceback" not in written


@pytest.mark.parametrize("arguments", [[], ["--port", "0"]])
def test_without_tokens_the_command_refuses_and_says_how_to_make_one(tmp_path: Path, arguments: list[str]) -> None:
    file = configured(tmp_path, tmp_path / "nowhere")
    result = CliRunner().invoke(gateway, arguments, obj=file)
    assert result.exit_code == 1
    assert "kiosk gateway token" in result.output
    assert "Traceback" not in result.output


def test_without_configuration_the_command_says_what_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(gateway, [], obj=tmp_path / "nowhere.toml")
    assert result.exit_code == 1
    assert "there is no such file" in result.output


def test_port_in_use_is_said(tokens_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match=r"serve\.port"):
        serve(Serve(tokens_file=tokens_file, port=taken.getsockname()[1]))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "gateway.example"])  # noqa: S104 - refused, not bound
def test_other_machines_are_served_only_with_a_certificate(tokens_file: Path, host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(SettingsError, match=r"serve\.certificate"):
        serve(Serve(tokens_file=tokens_file, host=host, port=0))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_this_machine_needs_no_certificate(host: str) -> None:
    assert is_loopback(host)


def test_certificate_without_key_is_refused(tokens_file: Path) -> None:
    with pytest.raises(SettingsError, match="give both"):
        serve(Serve(tokens_file=tokens_file, port=0, certificate=tokens_file))


def test_certificate_that_is_none_is_refused(tokens_file: Path) -> None:
    with pytest.raises(SettingsError, match="PEM"):
        serve(Serve(tokens_file=tokens_file, port=0, certificate=tokens_file, key=tokens_file))


def test_people_are_listed_for_reading_and_for_programs() -> None:
    shown = CliRunner().invoke(gateway, ["people"])
    assert shown.exit_code == 0
    listed = json.loads(CliRunner().invoke(gateway, ["people", "--json"]).output)
    assert [person["key"] for person in listed] == [person.key for person in PEOPLE]
    for person in PEOPLE:
        assert person.name in shown.output
        assert person.shows in shown.output


def test_help_has_examples() -> None:
    assert "kiosk gateway people" in CliRunner().invoke(gateway, ["--help"]).output
    assert isinstance(gateway, click.Group)


def test_listing_the_commands_does_not_load_the_web_framework() -> None:
    seen = "import sys, kiosk.gateway.command; print(sorted({'fastapi', 'uvicorn', 'httpx'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-I", "-c", seen], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
