"""`kiosk printer`: the commands of the person who installs it and of staff, against a printer behind a socket."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hardware.virtual.printer import Condition, PrintedJob, VirtualPrinter
from kiosk.checkin.visit import Visit
from kiosk.cli import cli
from kiosk.ledger.ledger import SqliteLedger
from kiosk.settings import load
from kiosk.slip.keys import KEY_FILE, SigningKey
from kiosk.slip.payload import verify
from kiosk.slip.trial import QR_DIGITS
from kiosk.station.clock import SiteClock
from kiosk.station.heartbeat import StatusFile
from kiosk.station.status import STATUS_NAME
from kiosk.station.wiring.house import configure
from tests.ledger.invented import CONFIRMED


@dataclass
class Counter:
    """A printer in a thread of its own, and a terminal's configuration."""

    machine: VirtualPrinter
    loop: asyncio.AbstractEventLoop
    file: Path

    def run(self, *arguments: str) -> Result:
        result = CliRunner().invoke(cli, ["--config", str(self.file), "printer", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def become(self, condition: Condition) -> None:
        asyncio.run_coroutine_threadsafe(self.machine.become(condition), self.loop).result(10)

    def next_job(self) -> PrintedJob:
        return asyncio.run_coroutine_threadsafe(self.machine.next_job(), self.loop).result(10)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    machine = VirtualPrinter()
    asyncio.run_coroutine_threadsafe(machine.start(), loop).result(10)
    file = configure(tmp_path, gateway="http://127.0.0.1:9", printer=machine.device)
    (tmp_path / "gateway.token").write_text("invented-token-0123456789")
    yield Counter(machine, loop, file)
    asyncio.run_coroutine_threadsafe(machine.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def a_visit(counter: Counter) -> Visit:
    """A visit of today in the terminal's ledger, the key that signs its slip, and the status of a kiosk that ran."""
    settings = load(counter.file)
    StatusFile(settings.terminal.run, SiteClock(settings.zone), kiosk="k01", version="1", simulator=True)
    SigningKey.load_or_create(settings.terminal.state / KEY_FILE)

    async def commit() -> Visit:
        ledger = SqliteLedger(settings.terminal.state, "A", "k01", SiteClock(settings.zone))
        await ledger.open()
        visit = await ledger.commit(CONFIRMED)
        await ledger.close()
        return visit

    return asyncio.run(commit())


@pytest.mark.parametrize(
    ("condition", "code", "words"),
    [
        (Condition.OK, 0, "ready"),
        (Condition.NEAR_END, 0, "near its end"),
        (Condition.SILENT, 0, "does not say"),
        (Condition.OUT, 1, "no paper"),
        (Condition.COVER, 1, "cover is open"),
        (Condition.REFUSES, 1, "cannot be reached"),
    ],
)
def test_status_says_in_words_what_to_do(counter: Counter, condition: Condition, code: int, words: str) -> None:
    counter.become(condition)
    result = counter.run("status")
    assert (result.exit_code, words in result.output) == (code, True)
    told = json.loads(counter.run("status", "--json").output)
    assert words in told["words"]
    assert (told["condition"] == "down") is bool(code)


def test_test_slip_comes_out_and_its_qr_reads(counter: Counter) -> None:
    assert counter.run("test").exit_code == 0
    job = counter.next_job()
    assert job.qr == QR_DIGITS
    assert job.image is not None
    assert job.image.width == 576


@pytest.mark.parametrize(("head", "columns"), [("80", 48), ("58", 32)])
def test_test_slip_as_text_fills_the_line_and_its_qr_reads(counter: Counter, head: str, columns: int) -> None:
    form = f'[printer]\nform = "text"\nhead = {576 if head == "80" else 384}'
    counter.file.write_text(counter.file.read_text().replace("[printer]", form))
    assert counter.run("test").exit_code == 0
    job = counter.next_job()
    assert job.qr == QR_DIGITS
    assert max(len(line.encode("cp932")) for line in job.lines) == columns


def test_test_slip_without_paper_says_so(counter: Counter) -> None:
    counter.become(Condition.OUT)
    result = counter.run("test")
    assert (result.exit_code, "no paper" in result.output) == (1, True)


def test_slip_is_given_once_more_with_the_same_number(counter: Counter) -> None:
    visit = a_visit(counter)
    result = counter.run("again", str(visit.number).lower())
    assert (result.exit_code, result.output) == (0, f"printed: {visit.number}\n")
    key = SigningKey.load(load(counter.file).terminal.state / KEY_FILE)
    assert verify(counter.next_job().qr, [key.public]).number == visit.number


def test_slip_says_that_it_is_a_simulators_also_while_the_gateway_is_away(counter: Counter) -> None:
    visit = a_visit(counter)
    counter.file.write_text(counter.file.read_text().replace("[printer]", '[printer]\nform = "text"'))
    assert counter.run("again", str(visit.number)).exit_code == 0
    assert any("シミュレーター" in line for line in counter.next_job().lines)


def test_without_a_status_nobody_knows_whether_it_is_a_simulators(counter: Counter) -> None:
    visit = a_visit(counter)
    (load(counter.file).terminal.run / STATUS_NAME).unlink()
    result = counter.run("again", str(visit.number))
    assert (result.exit_code, "simulator" in result.output) == (2, True)


def test_test_slip_of_a_centre_with_a_rare_letter_comes_out_as_text(counter: Counter) -> None:
    text = counter.file.read_text().replace("[printer]", '[printer]\nform = "text"').replace("見本健診", "𠮷本健診")
    counter.file.write_text(text)
    assert counter.run("test").exit_code == 0
    assert any("〓本健診" in line for line in counter.next_job().lines)


@pytest.mark.parametrize("arguments", [("A-002",), ("A-001", "--day", "2020-01-01"), ("nonsense",)])
def test_number_that_there_is_not_is_a_clear_error(counter: Counter, arguments: tuple[str, ...]) -> None:
    a_visit(counter)
    result = counter.run("again", *arguments)
    assert (result.exit_code, "there is no such visit" in result.output) == (2, True)


def test_terminal_without_a_ledger_is_a_clear_error(counter: Counter) -> None:
    result = counter.run("again", "A-001")
    assert (result.exit_code, "there is no ledger" in result.output) == (2, True)
    assert date.today().isoformat() not in result.output  # noqa: DTZ011 (only that no day is named)
