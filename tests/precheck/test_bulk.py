"""`kiosk precheck` in bulk: handed in once, fetched after any break, one by one for whoever has no answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import QualificationQuery
from kiosk.gateway.backend import BackendAway, BackendDown, GatewayWay, StillProcessing
from kiosk.gateway.bulk.messages import BulkAnswerMessage, BulkQueryMessage
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.precheck.candidates import candidates
from kiosk.precheck.store import Kept, PrecheckStore
from kiosk.precheck.uploads import Upload
from kiosk.qualifier import bulk as bulk_module
from kiosk.roster.store import DayRoster, Store
from kiosk.settings import load
from kiosk.station.clock import SiteClock
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.precheck import precheck
from tests.precheck.invented import TOKYO, appointment_of
from tests.waiting import wait_until

TOKEN = "token-of-k01-000000000000"
NOW = SiteClock(TOKYO).now()
THE_DAY = NOW.date() + timedelta(days=1)
LIMIT_SECONDS = 20.0


class Bulky(Simulator):
    """The simulator, and what it was asked. `held` keeps the bulk processed; `failure` is what it ends with."""

    def __init__(self) -> None:
        super().__init__()
        self.singly: list[str] = []
        self.bulks: list[BulkQueryMessage] = []
        self.held = threading.Event()
        self.failure: Exception | None = None

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        self.singly.append(query.number)
        return await super().qualify(query, again=again)

    async def qualify_bulk(self, query: BulkQueryMessage, *, again: bool) -> BulkAnswerMessage:
        if query not in self.bulks:
            self.bulks.append(query)
        if self.failure is not None:
            raise self.failure
        if self.held.is_set():
            raise StillProcessing
        return await super().qualify_bulk(query, again=again)


@pytest.fixture
def behind() -> Bulky:
    return Bulky()


@pytest.fixture
def config(tmp_path: Path, behind: Bulky) -> Iterator[Path]:
    new_token(tmp_path)
    (tmp_path / "gateway.token").write_text(TOKEN)
    with running_gateway(behind, Tokens({TOKEN: "k01"})) as url:
        yield configure(tmp_path, gateway=url, printer="virtual:slips", deadline=2)


def put(config: Path, *lines: Appointment) -> None:
    Store(load(config).terminal.state).write(DayRoster(lines, NOW.date()))


def line(key: str) -> Appointment:
    return appointment_of(key, THE_DAY)


def ask(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(precheck, ["--rate", "4", *arguments], obj=config)


def kept(config: Path) -> Kept:
    store = PrecheckStore(load(config).terminal.state)
    return store.read() if store.mark() else Kept()


def test_all_are_asked_at_once_and_nobody_singly(config: Path, behind: Bulky) -> None:
    put(config, line("taro"), line("hanako"), line("not-found"), line("taro"))
    done = ask(config)
    assert done.exit_code == 3
    assert "3 clean, 1 with a problem, 0 without an answer, 0 without the numbers" in done.stderr
    assert [row.split()[0] for row in done.stdout.splitlines()] == ["Q04"]
    assert ([len(bulk.queries) for bulk in behind.bulks], behind.singly) == ([3], [])
    assert (len(kept(config).entries), kept(config).uploads) == (3, ())
    assert {f"{THE_DAY:%Y%m%d}"} == {bulk.confirmation_date for bulk in behind.bulks}


def test_report_is_the_same_as_of_single_queries(config: Path) -> None:
    put(config, *(line(key) for key in ("taro", "hanako", "not-found", "several", "segment-failed")))
    in_bulk = ask(config, "--json", "--names")
    singly = ask(config, "--json", "--names", "--again", "--single")
    assert json.loads(in_bulk.stdout) == json.loads(singly.stdout)
    assert in_bulk.exit_code == singly.exit_code == 4


def test_who_has_no_answer_in_bulk_is_asked_singly(config: Path, behind: Bulky) -> None:
    put(config, line("taro"), line("backend-down"), line("segment-failed"))
    done = ask(config)
    assert "1 clean, 0 with a problem, 2 without an answer" in done.stderr
    assert len(behind.bulks[0].queries) == 3
    assert len(behind.singly) == 2
    assert len(kept(config).entries) == 1


def test_single_by_option_and_by_configuration_and_bulk_over_it(config: Path, behind: Bulky) -> None:
    put(config, line("taro"))
    ask(config, "--single")
    assert (len(behind.bulks), len(behind.singly)) == (0, 1)
    text = config.read_text(encoding="utf-8")
    config.write_text(f'{text}\n[roster]\nprecheck = "single"\n', encoding="utf-8")
    ask(config, "--again")
    assert (len(behind.bulks), len(behind.singly)) == (0, 2)
    ask(config, "--again", "--bulk")
    assert (len(behind.bulks), len(behind.singly)) == (1, 2)


class Singly:
    """A gateway that cannot do it."""

    name, simulator, ways = "singly", True, (GatewayWay.NUMBER,)

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        return await Simulator().qualify(query, again=again)


def test_gateway_without_bulk_is_asked_singly(tmp_path: Path) -> None:
    new_token(tmp_path)
    (tmp_path / "gateway.token").write_text(TOKEN)
    with running_gateway(Singly(), Tokens({TOKEN: "k01"})) as url:
        config = configure(tmp_path, gateway=url, printer="virtual:slips", deadline=2)
        put(config, line("taro"))
        done = ask(config, "--bulk")
    assert done.exit_code == 0
    assert "cannot do 一括照会" in done.stderr


def test_bulk_that_fails_falls_back_to_single_queries_and_is_not_fetched_again(config: Path, behind: Bulky) -> None:
    put(config, line("taro"), line("hanako"))
    behind.failure = BackendDown()
    done = ask(config)
    assert (done.exit_code, len(behind.singly)) == (0, 2)
    assert "一括照会 failed (server error): asking one by one" in done.stderr
    assert kept(config).uploads == ()


def test_gateway_that_cannot_look_now_is_asked_for_the_same_later(
    config: Path, behind: Bulky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_module, "CALL_SECONDS", 0.1)
    monkeypatch.setattr(bulk_module, "OUTAGE_SECONDS", 0.0)
    put(config, line("taro"), line("hanako"))
    behind.failure = BackendAway()
    away = ask(config)
    assert (away.exit_code, behind.singly, len(kept(config).uploads)) == (4, [], 1)
    assert "一括照会 has no answers yet" in away.stderr
    behind.failure = None
    monkeypatch.undo()
    assert (ask(config).exit_code, behind.singly, len(behind.bulks)) == (0, [], 1)


def test_second_one_asks_nobody_while_the_first_is_running(config: Path, behind: Bulky) -> None:
    put(config, line("taro"), line("hanako"))
    behind.held.set()
    with asking(config) as first:
        wait_until(lambda: behind.bulks)
        second = ask(config, "--single")
        assert (second.exit_code, behind.singly, len(behind.bulks)) == (1, [], 1)
        assert "another kiosk precheck is running" in second.stderr
        behind.held.clear()
        assert first.wait(LIMIT_SECONDS) == 0
    assert (ask(config).exit_code, len(behind.bulks), len(kept(config).entries)) == (0, 1, 2)


@contextmanager
def asking(config: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`kiosk precheck` as a process."""
    # A test run in the background ignores Ctrl-C, and so would its children.
    listens = ["env", "--default-signal=INT"]
    command = [*listens, sys.executable, "-m", "kiosk", "--config", str(config), "precheck", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_was_handed_in_is_fetched_after_a_break_and_never_handed_in_again(
    config: Path, behind: Bulky, how: signal.Signals
) -> None:
    put(config, line("taro"), line("hanako"))
    behind.held.set()
    with asking(config) as process:
        wait_until(lambda: behind.bulks)
        os.kill(process.pid, how)
        _, told = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == (4 if how is signal.SIGINT else -signal.SIGKILL)
    assert ("stopped by hand" in told, "Traceback" in told) == (how is signal.SIGINT, False)
    (upload,) = kept(config).uploads
    assert (upload.reference, len(kept(config).entries)) == (behind.bulks[0].client_ref, 0)
    behind.held.clear()
    put(config, line("taro"), line("hanako"), line("alias"))  # somebody came to the roster in between
    done = ask(config)
    assert (done.exit_code, behind.singly) == (0, [])
    assert [len(bulk.queries) for bulk in behind.bulks] == [2, 1]
    assert (len(kept(config).entries), kept(config).uploads) == (3, ())


def test_again_forgets_what_was_handed_in(config: Path, behind: Bulky) -> None:
    put(config, line("taro"))
    state = load(config).terminal.state
    earlier = Upload("0b9d3c1e-52f4-4a0e-9a55-6f1f3a8f2d10", NOW, {"x": _query("taro")})
    PrecheckStore(state).write([], [earlier])
    assert ask(config, "--again").exit_code == 0
    assert [bulk.client_ref == earlier.reference for bulk in behind.bulks] == [False]
    assert kept(config).uploads == ()


def _query(key: str) -> QualificationQuery:
    (candidate,) = candidates([line(key)], NOW.date(), NOW.date())
    assert candidate is not None
    return candidate.query


@pytest.mark.parametrize("stale", ["yesterday", "nobody"])
def test_upload_of_yesterday_or_of_nobody_who_is_missing_is_dropped(config: Path, behind: Bulky, stale: str) -> None:
    put(config, line("taro"))
    at = NOW - timedelta(days=1) if stale == "yesterday" else NOW
    query = _query("taro" if stale == "yesterday" else "hanako")
    PrecheckStore(load(config).terminal.state).write([], [Upload("x", at, {"y": query})])
    assert ask(config).exit_code == 0
    assert ([len(bulk.queries) for bulk in behind.bulks], kept(config).uploads) == ([1], ())
    assert len(kept(config).entries) == 1
