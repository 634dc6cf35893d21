"""`kiosk gateway` as a process on real folders, also when it is killed."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.names import response_name
from tests.gateway.conftest import body_of, client_of
from tests.gateway.oqs.by_hand import put, response_to
from tests.gateway.oqs.machine import Machine
from tests.gateway.oqs.playing import LIMIT_SECONDS, TARO, requests_in


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def ask(url: str, body: dict[str, str], key: str) -> httpx.Response:
    with client_of(url.split()[-1]) as client:
        client.timeout = httpx.Timeout(LIMIT_SECONDS)
        return client.post("/v1/qualifications", json=body, headers={"Idempotency-Key": key})


def test_gateway_killed_in_the_middle_of_a_query_asks_nothing_twice(machine: Machine, folders: Folders) -> None:
    machine.configure(folders.root)
    body, key = body_of(TARO), str(uuid4())
    with machine.gateway() as (process, said):
        asking = threading.Thread(target=lambda: suppressed(ask, said, body, key))
        asking.start()
        end = time.monotonic() + LIMIT_SECONDS
        while not requests_in(folders) and time.monotonic() < end:
            time.sleep(0.01)
        (request,) = requests_in(folders)
        process.send_signal(signal.SIGKILL)
        process.wait(LIMIT_SECONDS)
        asking.join(LIMIT_SECONDS)
    put(folders, response_name(request.name), response_to(request))
    octets = request.read_bytes()
    with machine.gateway() as (_, said):
        answer = ask(said, body, key).json()
        assert (answer["validity"], answer["clientRef"]) == ("1", body["clientRef"])
    assert not [file for file in requests_in(folders) if file.read_bytes() != octets]


def test_query_that_no_request_can_say_is_invalid(machine: Machine, folders: Folders) -> None:
    machine.configure(folders.root)
    with machine.gateway() as (_, said):
        response = ask(said, body_of(TARO, symbol="한글"), str(uuid4()))
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, "invalid")


def suppressed(work: object, *arguments: object) -> None:
    try:
        assert callable(work)
        work(*arguments)
    except httpx.HTTPError:
        pass


def test_gateway_and_simulated_terminal_work_together_as_processes(machine: Machine, tmp_path: Path) -> None:
    machine.configure(tmp_path / "oqs")
    manners = ("--manner", "half-written", "--manner", "processing-first", "--delay", "0.05")
    with machine.gateway("--terminal", "simulator", *manners) as (_, terminal), machine.gateway() as (_, said):
        assert "SIMULATOR" in terminal
        url = said.split()[-1]
        answer = ask(url, body_of(TARO), str(uuid4())).json()
        assert answer["results"][0]["name"] == TARO.name
        with client_of(url) as client:
            assert client.get("/v1/capabilities").json()["simulator"] is True
