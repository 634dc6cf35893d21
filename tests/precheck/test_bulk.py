"""`kiosk precheck` in bulk: handed in once, fetched after any break, one by one for whoever has no answer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.precheck import key_of
from kiosk.gateway.backend import BackendAway, BackendDown, GatewayWay, StillProcessing
from kiosk.gateway.bulk.messages import BulkAnswerMessage, BulkQueryMessage
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.ports.desk import Flag
from kiosk.precheck.answers import Answers
from kiosk.precheck.asking import Asking
from kiosk.precheck.candidates import candidates
from kiosk.precheck.held import SealedPrechecks
from kiosk.precheck.store import Kept, PrecheckStore, PrecheckUnavailable
from kiosk.precheck.uploads import MOST_QUERIES, Upload, uploads_of
from kiosk.qualifier import bulk as bulk_module
from kiosk.roster.store import DayRoster, Store
from kiosk.sealed.file import PRECHECK_NAME, packed
from kiosk.settings import load
from kiosk.station.clock import SiteClock
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.precheck import precheck
from kiosk.vault import Vault
from tests.precheck.invented import ANSWER, EVENING, MORNING, PRECHECK, QUERY, TODAY, TOKYO, TOMORROW, appointment_of
from tests.roster.invented import Flags, StillClock

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


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


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
        until(lambda: behind.bulks)
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


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_was_handed_in_is_fetched_after_a_break_and_never_handed_in_again(
    config: Path, behind: Bulky, how: signal.Signals
) -> None:
    put(config, line("taro"), line("hanako"))
    behind.held.set()
    with asking(config) as process:
        until(lambda: behind.bulks)
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


# Without a gateway


class Scripted:
    """Answers bulks and single queries as it is told, and notes what lay on the disk then."""

    def __init__(self, store: PrecheckStore, *outcomes: Callable[[Mapping[str, QualificationQuery]], object]) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[tuple[str, Mapping[str, QualificationQuery]]] = []
        self.on_disk: list[tuple[str, ...]] = []
        self._store = store

    async def ask(
        self, reference: str, queries: Mapping[str, QualificationQuery], waiting: Callable[[], None]
    ) -> Mapping[str, QualificationAnswer] | QueryFault:
        waiting()
        self.asked.append((reference, queries))
        self.on_disk.append(tuple(upload.reference for upload in self._store.read().uploads))
        outcome = self.outcomes.pop(0)(queries)
        assert isinstance(outcome, QueryFault | dict)
        return outcome

    async def query(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        self.asked.append(("", {"": query}))
        return ANSWER


def everybody(queries: Mapping[str, QualificationQuery]) -> dict[str, QualificationAnswer]:
    return dict.fromkeys(queries, ANSWER)


class Steps:
    def __init__(self) -> None:
        self.steps: list[int] = []
        self.waited: list[tuple[int, float]] = []

    def step(self, count: int) -> None:
        self.steps.append(count)

    def wait_for(self, count: int, seconds: float) -> None:
        self.waited.append((count, seconds))


@pytest.fixture
def store(tmp_path: Path) -> PrecheckStore:
    return PrecheckStore(tmp_path / "state")


def many(count: int, day_of: Callable[[int], timedelta] = lambda _: timedelta()) -> list[QualificationQuery]:
    return [
        replace(
            QUERY,
            insured=replace(QUERY.insured, number=f"{place + 1:06d}"),
            confirmation_date=TOMORROW + day_of(place),
        )
        for place in range(count)
    ]


def asking_for(queries: list[QualificationQuery], store: PrecheckStore) -> tuple[Asking, Answers, Steps]:
    lines = []
    for query in queries:
        whole = appointment_of("taro", query.confirmation_date)
        assert whole.ticket is not None
        assert whole.person is not None
        person = replace(whole.person, birthdate=query.birthdate)
        ticket = replace(whole.ticket, insurer=query.insurer, insured=query.insured, person=person)
        lines.append(replace(whole, ticket=ticket, person=person))
    missing = {found.key: found for found in candidates(lines, TODAY, TODAY) if found is not None}
    assert len(missing) == len(queries)
    answers, steps = Answers(store, TODAY), Steps()
    return Asking(missing, answers, SitePolicy(), lambda: EVENING, steps), answers, steps


def test_uploads_are_of_one_day_and_of_so_many_as_a_gateway_takes() -> None:
    queries = many(2 * MOST_QUERIES + 3, lambda place: timedelta(days=place % 2))
    uploads = list(uploads_of(queries, EVENING))
    assert [(upload.day, len(upload.queries)) for upload in uploads] == [
        (TOMORROW, MOST_QUERIES),
        (TOMORROW, 2),
        (TOMORROW + timedelta(days=1), MOST_QUERIES),
        (TOMORROW + timedelta(days=1), 1),
    ]
    assert sorted(key_of(query) for upload in uploads for query in upload.queries.values()) == sorted(
        map(key_of, queries)
    )
    assert len({reference for upload in uploads for reference in upload.queries}) == len(queries)
    assert QUERY.insured.number not in repr(uploads[0]) + str(uploads[0])


async def test_each_upload_is_on_disk_before_it_is_handed_in(store: PrecheckStore) -> None:
    queries = many(3, lambda place: timedelta(days=place))
    asking, answers, steps = asking_for(queries, store)
    bulk = Scripted(store, everybody, everybody, everybody)
    assert await asking.in_bulk(bulk) is None
    assert [references == (asked,) for references, (asked, _) in zip(bulk.on_disk, bulk.asked, strict=True)] == [
        True
    ] * 3
    assert (store.read().uploads, set(answers.by_key())) == ((), set(map(key_of, queries)))
    assert {entry.asked_at for entry in store.read().entries.values()} == {EVENING}
    assert (steps.steps, steps.waited) == ([1, 1, 1], [(1, 0.0)] * 3)


@pytest.mark.parametrize("fault", QueryFault)
async def test_upload_is_kept_as_long_as_it_may_bring_something(store: PrecheckStore, fault: QueryFault) -> None:
    queries = many(2, lambda place: timedelta(days=place))
    asking, answers, _ = asking_for(queries, store)
    bulk = Scripted(store, everybody, lambda _: fault)
    assert await asking.in_bulk(bulk) is fault
    answers.save()
    down = (QueryFault.UNREACHABLE, QueryFault.UNTRUSTED, QueryFault.TIMED_OUT)
    interrupted = fault in (*down, QueryFault.STILL_PROCESSING)
    assert [upload.reference for upload in store.read().uploads] == [bulk.asked[1][0]] * interrupted
    rest, answers, _ = asking_for(queries[1:], store)
    again = Scripted(store, everybody)
    assert await rest.in_bulk(again) is None
    assert (again.asked == bulk.asked[1:]) is interrupted
    assert len(store.read().entries) == 2


async def test_whoever_is_left_over_is_asked_singly_and_counted_once(store: PrecheckStore) -> None:
    queries = many(5)
    asking, answers, steps = asking_for(queries, store)
    bulk = Scripted(store, lambda asked: dict.fromkeys(list(asked)[:3], ANSWER))
    assert await asking.in_bulk(bulk) is None
    await asking.singly(bulk, 1000, lambda: True)
    assert [query.insured.number for _, asked in bulk.asked[1:] for query in asked.values()] == ["000004", "000005"]
    assert (len(answers.by_key()), steps.steps) == (5, [3, 1, 1])


async def test_answers_for_people_who_left_the_roster_are_not_kept(store: PrecheckStore) -> None:
    queries = many(3)
    store.write([], list(uploads_of(queries, EVENING)))
    asking, answers, _ = asking_for(queries[:1], store)
    assert await asking.in_bulk(Scripted(store, everybody)) is None
    assert set(answers.by_key()) == {key_of(queries[0])}


def test_uploads_are_sealed_with_the_answers_and_read_back(store: PrecheckStore, tmp_path: Path) -> None:
    uploads = list(uploads_of(many(3), EVENING))
    store.write([PRECHECK], uploads)
    assert store.read() == Kept({key_of(QUERY): PRECHECK}, tuple(uploads))
    sealed = (tmp_path / "state" / PRECHECK_NAME).read_bytes()
    assert not any(text in sealed for text in (b"000001", b"1970-01-02", b"01130012", uploads[0].reference.encode()))


def test_file_without_all_its_uploads_is_refused(store: PrecheckStore, tmp_path: Path) -> None:
    store.write([])
    head = b'{"precheck": 1, "entries": 0, "uploads": 1}'
    (tmp_path / "state" / PRECHECK_NAME).write_text(Vault.open(tmp_path / "state", create=False).seal(packed([head])))
    with pytest.raises(PrecheckUnavailable, match="kiosk precheck --again"):
        store.read()


async def test_running_kiosk_leaves_an_upload_without_answers_until_its_day_is_over(
    store: PrecheckStore, tmp_path: Path
) -> None:
    store.write([], list(uploads_of([QUERY], EVENING)))
    clock, staff = StillClock(MORNING), Flags()
    prechecks = SealedPrechecks(tmp_path / "state", timedelta(hours=24), clock, staff)
    await prechecks.look()
    assert (store.mark() is not None, prechecks.answers_today, staff.raised) == (True, None, set[Flag]())
    clock.time += timedelta(days=1)
    await prechecks.look()
    assert await asyncio.to_thread(store.mark) is None
