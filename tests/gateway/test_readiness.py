"""systemd learns when the gateway takes connections, and not before."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk.gateway.readiness import tell_ready
from kiosk.station.wiring.house import configure, new_token

PATIENCE = 60.0
"""Seconds; nothing takes so long when it works."""


@pytest.fixture
def systemd() -> Iterator[tuple[socket.socket, str]]:
    """A socket as systemd's, and its address."""
    with TemporaryDirectory(prefix="notify-") as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.settimeout(PATIENCE)
        ear.bind(address := f"{folder}/notify")
        yield ear, address


def test_a_gateway_that_says_so_takes_connections(tmp_path: Path, systemd: tuple[socket.socket, str]) -> None:
    ear, address = systemd
    new_token(tmp_path)
    config = configure(tmp_path, gateway="http://127.0.0.1:9", printer=f"virtual:{tmp_path}")
    command = [sys.executable, "-I", "-m", "kiosk", "--config", str(config), "gateway", "--port", "0"]
    environment = {**os.environ, "NOTIFY_SOCKET": address}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as gateway:
        try:
            assert ear.recv(100) == b"READY=1"
            assert gateway.stdout is not None
            port = re.search(r":(\d+)$", gateway.stdout.readline())
            assert port
            with socket.create_connection(("127.0.0.1", int(port[1])), timeout=PATIENCE) as line:
                line.sendall(b"GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert line.recv(100).startswith(b"HTTP/1.1 4")
        finally:
            gateway.terminate()


@pytest.mark.parametrize("name", ["path", "abstract"])
def test_it_is_said_once_and_no_child_can_say_it(systemd: tuple[socket.socket, str], name: str) -> None:
    ear, address = systemd
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as abstract:
        abstract.settimeout(PATIENCE)
        abstract.bind("")  # the kernel gives a free name
        where = address if name == "path" else "@" + abstract.getsockname()[1:].decode()
        environment = {"NOTIFY_SOCKET": where}
        tell_ready(environment)
        assert (ear if name == "path" else abstract).recv(100) == b"READY=1"
        assert environment == {}


def test_without_systemd_nobody_is_told() -> None:
    tell_ready({})


def test_a_systemd_that_cannot_be_told_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tell_ready({"NOTIFY_SOCKET": str(tmp_path / "gone")})
    assert "systemd cannot be told" in caplog.text
