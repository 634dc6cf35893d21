"""`kiosk precheck` against a real gateway with the simulator."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.checkin.appointment import Appointment
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.precheck.store import PrecheckStore
from kiosk.roster.command import roster
from kiosk.roster.store import DayRoster, Store
from kiosk.settings import Settings, load
from kiosk.station.clock import SiteClock
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.precheck import precheck
from tests.precheck.invented import TOKYO, appointment_of

TOKEN = "token-of-k01-000000000000"
NOW = SiteClock(TOKYO).now()
TOMORROW = NOW.date() + timedelta(days=1)
FAST = ("--single", "--rate", "4")


class Counting(Simulator):
    """The simulator, and how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        self.asked.append(query.number)
        return await super().qualify(query, again=again)


@pytest.fixture
def simulator() -> Counting:
    return Counting()


@pytest.fixture
def config(tmp_path: Path, simulator: Counting) -> Iterator[Path]:
    new_token(tmp_path)
    (tmp_path / "gateway.token").write_text(TOKEN)
    with running_gateway(simulator, Tokens({TOKEN: "k01"})) as url:
        yield configure(tmp_path, gateway=url, printer="virtual:slips", deadline=2)


def settings_of(config: Path) -> Settings:
    return load(config)


def put(config: Path, *lines: Appointment) -> None:
    Store(settings_of(config).terminal.state).write(DayRoster(lines, NOW.date()))


def line(key: str, **changed: object) -> Appointment:
    return appointment_of(key, TOMORROW, **changed)


def ask(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(precheck, [*FAST, *arguments], obj=config)


def answers_in(config: Path) -> int:
    store = PrecheckStore(settings_of(config).terminal.state)
    return len(store.read().entries) if store.mark() else 0


def test_clean_roster_is_zero_and_kept_for_the_day_of_the_appointment(config: Path) -> None:
    put(config, line("taro"), line("hanako"))
    done = ask(config)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "2 clean, 0 with a problem, 0 without an answer, 0 without the numbers" in done.stderr
    assert "SIMULATOR" in done.stderr
    entries = PrecheckStore(settings_of(config).terminal.state).read().entries.values()
    assert {entry.query.confirmation_date for entry in entries} == {TOMORROW}
    now = SiteClock(TOKYO).now()
    assert all(abs((entry.asked_at - now).total_seconds()) < 600 for entry in entries)


def test_problems_are_listed_with_code_and_ticket_and_with_names_only_when_asked_for(config: Path) -> None:
    put(config, line("taro"), line("not-found", line=7), line("several"))
    done = ask(config)
    assert done.exit_code == 3
    assert [row.split()[0] for row in done.stdout.splitlines()] == ["Q04", "Q05"]
    ticket = line("not-found").ticket
    assert ticket is not None
    assert str(ticket.number) in done.stdout
    person = line("not-found").person
    assert person is not None
    assert person.name not in done.output
    told = json.loads(ask(config, "--json").stdout)
    assert (told["clean"], told["stopped"]) == (1, "")
    assert [(problem["code"], problem["line"], "name" in problem) for problem in told["problems"]] == [
        ("Q04", "7", False),  # where `kiosk roster check` saw it
        ("Q05", "4", False),  # from no file: as if line 1 named the columns
    ]
    rows = list(csv.DictReader(io.StringIO(ask(config, "--csv", "--names").stdout_bytes.decode("utf-8-sig"))))
    assert [(row["理由コード"], row["予約時刻"]) for row in rows] == [("Q04", "09:00"), ("Q05", "09:00")]
    assert rows[0]["氏名"] == person.name


def test_what_was_asked_today_is_not_asked_again_unless_one_wants_to(config: Path, simulator: Counting) -> None:
    put(config, line("taro"), line("hanako"), line("taro"))
    assert ask(config).exit_code == 0
    assert len(simulator.asked) == 2  # the same query of two lines is asked once
    put(config, line("taro"), line("hanako"), line("alias"))
    ask(config)
    assert len(simulator.asked) == 3
    ask(config, "--again")
    assert len(simulator.asked) == 6
    assert answers_in(config) == 3


def test_answer_of_another_evening_is_asked_for_again(config: Path, simulator: Counting) -> None:
    put(config, line("taro"))
    ask(config)
    store = PrecheckStore(settings_of(config).terminal.state)
    store.write([replace(entry, asked_at=NOW - timedelta(days=1)) for entry in store.read().entries.values()])
    ask(config)
    assert len(simulator.asked) == 2


def test_lines_without_numbers_are_counted_and_not_asked(config: Path, simulator: Counting) -> None:
    whole = line("taro")
    assert whole.ticket is not None
    put(config, replace(whole, ticket=None), replace(whole, ticket=replace(whole.ticket, insured=None)), line("hanako"))
    done = ask(config)
    assert "1 clean, 0 with a problem, 0 without an answer, 2 without the numbers" in done.stderr
    assert (done.exit_code, len(simulator.asked)) == (0, 1)


def test_only_the_day_that_is_asked_for(config: Path, simulator: Counting) -> None:
    later = TOMORROW + timedelta(days=1)
    put(config, line("taro"), appointment_of("hanako", later), appointment_of("alias", None))
    done = ask(config, "--day", later.isoformat())
    assert done.exit_code == 0
    asked = {
        e.query.confirmation_date for e in PrecheckStore(settings_of(config).terminal.state).read().entries.values()
    }
    assert (asked, len(simulator.asked)) == ({later}, 2)  # a line without a day is of any
    nobody = ask(config, "--day", (later + timedelta(days=9)).isoformat())
    assert (nobody.exit_code, len(simulator.asked)) == (0, 3)


def test_what_nobody_can_answer_is_not_kept_and_asked_again(config: Path, simulator: Counting) -> None:
    put(config, line("segment-failed"), line("taro"))
    done = ask(config)
    assert (done.exit_code, answers_in(config)) == (4, 1)
    assert "run it again" in done.stderr
    ask(config)
    assert len(simulator.asked) == 3


def test_line_that_is_down_ends_it_and_nothing_is_lost(config: Path, tmp_path: Path) -> None:
    put(config, line("taro"), line("hanako"))
    assert ask(config).exit_code == 0
    down = configure(tmp_path, gateway="http://127.0.0.1:9", printer="virtual:slips")
    put(down, line("taro"), line("alias"))
    done = ask(down)
    assert (done.exit_code, "Traceback" in done.output) == (4, False)
    assert "1 clean, 0 with a problem, 1 without an answer" in done.stderr
    assert "down (unreachable)" in done.stderr
    assert answers_in(down) == 2


def test_token_that_is_refused_is_named_with_both_files(config: Path) -> None:
    put(config, line("taro"))
    settings_of(config).gateway.token_file.write_text("a-token-of-another-gateway")
    done = ask(config)
    assert done.exit_code == 4
    assert "gateway.token_file here and serve.tokens_file there" in done.stderr


@pytest.mark.parametrize("arguments", [("--rate", "9"), ("--csv", "--json"), ("--day", "tomorrow")])
def test_wrong_usage_is_two(config: Path, arguments: tuple[str, ...]) -> None:
    put(config, line("taro"))
    assert ask(config, *arguments).exit_code == 2


def test_without_a_roster_it_says_what_to_do(config: Path) -> None:
    done = ask(config)
    assert (done.exit_code, "kiosk roster import" in done.output) == (1, True)


def test_erasing_the_roster_erases_the_answers(config: Path) -> None:
    put(config, line("taro"))
    ask(config)
    assert answers_in(config) == 1
    assert CliRunner().invoke(roster, ["erase"], obj=config).exit_code == 0
    assert answers_in(config) == 0


def test_interrupted_by_hand_it_keeps_what_it_has(config: Path, simulator: Counting) -> None:
    put(config, line("taro"), line("hanako"), line("alias"), line("renew"))
    command = [sys.executable, "-m", "kiosk", "--config", str(config), "precheck", "--single", "--rate", "1"]
    heeds = ["env", "--default-signal=INT"]  # also where the tests run in the background
    with subprocess.Popen([*heeds, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asking:
        end = time.monotonic() + 20
        while len(simulator.asked) < 2 and time.monotonic() < end:
            time.sleep(0.01)
        os.kill(asking.pid, signal.SIGINT)
        _, told = asking.communicate(timeout=20)
    assert (asking.returncode, "Traceback" in told) == (4, False)
    assert "stopped by hand" in told
    assert answers_in(config) in (1, 2)  # the second answer may have been on its way
