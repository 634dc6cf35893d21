"""Queries that nobody could answer are made up by themselves: a real gateway, a line that is cut, a real ledger."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.checkin.insurance import (
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationQuery,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.outcome import QueryFault
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.precheck import Precheck
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit
from kiosk.checkin.ways import Brought
from kiosk.gateway.people import InventedPerson, by_key
from kiosk.journey import check_in
from kiosk.ledger.ledger import REST_SECONDS, SqliteLedger
from kiosk.ledger.reader import LedgerReader
from kiosk.ports.card import Pin
from kiosk.ports.desk import LedgerFailure
from kiosk.ports.examinee import Answer, AskBrought, AskNumber, AskPin, Confirm, Typed
from kiosk.precheck.held import SealedPrechecks
from kiosk.precheck.store import PrecheckStore
from kiosk.qualifier import HttpQualifier
from kiosk.settings import Gateway, Serve, load
from kiosk.station.clock import SiteClock
from kiosk.station.judgement import summary
from kiosk.station.later import FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, LOOK_SECONDS, PAUSE_SECONDS, LaterQueries
from kiosk.station.status import read_status
from kiosk.station.wiring import terminal
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.relay import Relay
from kiosk.station.wiring.terminal import serve_examinees
from tests.journey.stage import Stage, StageCard
from tests.ledger.invented import CANARIES, DEFERRED, MORNING, StillClock
from tests.ledger.test_full_disk import files_of_at_most
from tests.qualifier.raw import http, raw_gateway, sending
from tests.station.deferred import DAY, TOKEN, draft_of
from tests.station.test_terminal import Waiting

Lines = Callable[[], list[str]]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@dataclass
class Kiosk:
    """The part of a terminal that makes queries up."""

    later: LaterQueries
    ledger: SqliteLedger
    qualifier: HttpQualifier
    serving: bool = False


@asynccontextmanager
async def kiosk_at(url: str, folder: Path, clock: StillClock) -> AsyncIterator[Kiosk]:
    token = folder / "token"
    token.write_text(TOKEN)
    qualifier = HttpQualifier(Gateway(url=url, token_file=token, deadline_seconds=10), poll_seconds=0.01)
    ledger = SqliteLedger(folder / "state", "A", "k01", clock)
    await ledger.open()
    opened = Kiosk(LaterQueries(qualifier, ledger, SitePolicy(), lambda: opened.serving), ledger, qualifier)
    try:
        yield opened
    finally:
        await qualifier.aclose()
        await ledger.close()


@pytest.fixture
async def kiosk(relay: Relay, tmp_path: Path, clock: StillClock) -> AsyncIterator[Kiosk]:
    async with kiosk_at(f"http://127.0.0.1:{relay.port}", tmp_path, clock) as opened:
        yield opened


def visits_in(folder: Path) -> list[Visit]:
    with LedgerReader.open(folder / "state") as reader:
        return [entry.visit for entry in reader.entries(DAY, DAY + timedelta(days=7))]


def stage_for(person: InventedPerson) -> Stage:
    return Stage(
        (AskNumber, Typed(person.ticket(DAY).digits)),
        (AskBrought, Brought.MY_NUMBER_CARD),
        (AskPin, lambda _: Pin(b"1234")),
        (AskNumber, Typed(person.insurer.digits)),
        (AskNumber, Typed(person.insured.symbol)),
        (AskNumber, Typed(person.insured.number)),
        (AskNumber, Typed(person.insured.branch)),
        (Confirm, Answer.YES),
        cards=[StageCard(person=person.person)],
    )


async def test_gateway_down_at_the_visit_and_back_later_confirms_it_with_both_times(
    kiosk: Kiosk, relay: Relay, clock: StillClock, tmp_path: Path
) -> None:
    """The whole way, from the examinee's first answer to the later code."""
    await relay.cut()
    stage = stage_for(by_key("taro"))
    visit = await check_in(replace(stage.ports, ledger=kiosk.ledger, qualifier=kiosk.qualifier), SitePolicy())
    assert visit is not None
    assert (visit.outcome.reason, stage.result.confirmed) == (Reason.UNREACHABLE, False)
    assert await kiosk.later.step() == FIRST_WAIT_SECONDS
    await relay.mend()
    clock.move(timedelta(hours=2))
    assert await kiosk.later.step() == PAUSE_SECONDS
    (settled,) = visits_in(tmp_path)
    assert (settled.outcome.reason, settled.first_reason) == (Reason.CONFIRMED_BY_CARD, Reason.UNREACHABLE)
    assert (settled.at, settled.settled_at) == (MORNING, MORNING + timedelta(hours=2))
    assert (settled.number, settled.id) == (visit.number, visit.id)
    assert settled.draft.registered is not None
    assert settled.draft.registered.name == "見本　太郎"
    assert await kiosk.later.step() == LOOK_SECONDS


@pytest.mark.parametrize(
    ("key", "later", "withdrawn"), [("taro", Reason.CONFIRMED_BY_CARD, 0), ("invalid", Reason.INVALID, 1)]
)
async def test_visit_of_a_precheck_gets_the_live_answer_too(
    kiosk: Kiosk, relay: Relay, clock: StillClock, tmp_path: Path, key: str, later: Reason, withdrawn: int
) -> None:
    """Line down, clean the evening before: confirmed at once; the live answer has the last word."""
    person = by_key(key)
    query = QualificationQuery(person.insurer, person.insured, person.birthdate, DAY)
    result = Qualification(person.insurer, "見本健保", person.insured, person.person)
    valid = QualificationAnswer(SegmentOfResult.DONE, ProcessingStatus.DONE, QualificationValidity.VALID, (result,))
    PrecheckStore(tmp_path / "state").write([Precheck(query, valid, MORNING - timedelta(hours=14))])
    stage = stage_for(person)
    prechecks = SealedPrechecks(tmp_path / "state", timedelta(hours=24), clock, stage.staff)
    await prechecks.look()
    await relay.cut()
    ports = replace(
        stage.ports, ledger=kiosk.ledger, qualifier=kiosk.qualifier, prechecks=prechecks, clock=clock, gateway=None
    )
    visit = await check_in(ports, SitePolicy())
    assert visit is not None
    assert (visit.outcome.reason, stage.result.confirmed) == (Reason.CONFIRMED_BY_CARD, True)
    await relay.mend()
    clock.move(timedelta(hours=2))
    assert await kiosk.later.step() == PAUSE_SECONDS
    (settled,) = visits_in(tmp_path)
    assert (settled.outcome.reason, settled.first_reason) == (later, Reason.CONFIRMED_BY_CARD)
    assert settled.draft.prechecked_at == MORNING - timedelta(hours=14)
    counts = await kiosk.ledger.counts()
    assert (counts.settled_later, counts.withdrawn, counts.confirmed) == (1, withdrawn, 1 - withdrawn)


async def test_several_visits_are_drained_oldest_first_and_one_by_one(
    kiosk: Kiosk, relay: Relay, clock: StillClock, tmp_path: Path
) -> None:
    await relay.cut()
    for key in ("taro", "hanako", "not-found", "several"):
        await kiosk.ledger.commit(draft_of(key))
        clock.move(timedelta(minutes=3))
    assert [await kiosk.later.step() for _ in range(2)] == [20, 40]
    await relay.mend()
    for made_up in range(1, 5):
        clock.move(timedelta(seconds=PAUSE_SECONDS))
        assert await kiosk.later.step() == PAUSE_SECONDS
        assert [visit.settled_at is not None for visit in visits_in(tmp_path)] == [True] * made_up + [False] * (
            4 - made_up
        )
    reasons = [visit.outcome.reason for visit in visits_in(tmp_path)]
    assert reasons == [Reason.CONFIRMED_BY_CARD, Reason.CONFIRMED_BY_CARD, Reason.NOT_FOUND, Reason.SEVERAL]


async def test_waiting_visits_survive_a_restart_also_in_the_middle_of_a_query(
    relay: Relay, tmp_path: Path, clock: StillClock
) -> None:
    asked = asyncio.Event()

    async def silent(_: object, __: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    async with raw_gateway(silent) as gateway, kiosk_at(gateway.url, tmp_path, clock) as kiosk:
        for key in ("taro", "hanako"):
            await kiosk.ledger.commit(draft_of(key))
        asking = asyncio.create_task(kiosk.later.keep_asking())
        await asked.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    async with kiosk_at(f"http://127.0.0.1:{relay.port}", tmp_path, clock) as again:
        await again.later.step()
        await again.later.step()
    assert [visit.outcome.reason for visit in visits_in(tmp_path)] == [Reason.CONFIRMED_BY_CARD] * 2


async def test_query_is_made_for_the_day_of_the_visit(tmp_path: Path, clock: StillClock) -> None:
    """Also when the first one was made before midnight and the visit recorded after it."""
    draft = draft_of("taro", DAY - timedelta(days=1))
    async with raw_gateway(sending(b"{}")) as gateway, kiosk_at(gateway.url, tmp_path, clock) as kiosk:
        await kiosk.ledger.commit(draft)
        clock.move(timedelta(days=3))
        await kiosk.later.step()
    (request,) = gateway.requests
    assert json.loads(request.body)["confirmationDate"] == "20261120"


async def test_collation_uses_the_day_of_the_visit(kiosk: Kiosk, clock: StillClock, tmp_path: Path) -> None:
    """Made up in the next fiscal year, a ticket of this one is still right."""
    clock.time = datetime(2027, 3, 31, 16, 0, tzinfo=MORNING.tzinfo)
    await kiosk.ledger.commit(draft_of("taro", clock.time.date()))
    clock.move(timedelta(days=1))
    await kiosk.later.step()
    assert await kiosk.ledger.awaiting() is None
    assert (await kiosk.ledger.counts()).settled_later == 1
    with LedgerReader.open(tmp_path / "state") as reader:
        (entry,) = reader.entries(date(2027, 3, 31), date(2027, 3, 31))
    assert entry.visit.outcome.reason is Reason.CONFIRMED_BY_CARD


@pytest.mark.parametrize("key", ["segment-failed", "status-error", "backend-down", "http-500", "html", "huge"])
async def test_answer_that_is_none_leaves_the_visit_waiting(kiosk: Kiosk, tmp_path: Path, key: str) -> None:
    visit = await kiosk.ledger.commit(draft_of(key))
    assert await kiosk.later.step() == FIRST_WAIT_SECONDS
    assert visits_in(tmp_path) == [visit]


async def test_waits_double_up_to_two_minutes_and_are_short_again_after_an_answer(
    tmp_path: Path, clock: StillClock
) -> None:
    garbage = True

    async def sometimes(request: object, writer: asyncio.StreamWriter) -> None:
        body = {"clientRef": getattr(request, "reference", ""), "segment": "1", "status": "1", "validity": "4"}
        writer.write(http(b"<html>garbage" if garbage else json.dumps(body | {"results": []}).encode()))

    async with raw_gateway(sometimes) as gateway, kiosk_at(gateway.url, tmp_path, clock) as kiosk:
        await kiosk.ledger.commit(draft_of("taro"))
        waits = [await kiosk.later.step() for _ in range(8)]
        assert waits == [20, 40, 80, 120, 120, 120, 120, LONGEST_WAIT_SECONDS]
        garbage = False
        assert await kiosk.later.step() == PAUSE_SECONDS
        garbage = True
        await kiosk.ledger.commit(draft_of("taro"))
        assert await kiosk.later.step() == FIRST_WAIT_SECONDS
    assert visits_in(tmp_path)[0].outcome.reason is Reason.NOT_FOUND


async def test_visit_without_an_answer_steps_behind_the_others(kiosk: Kiosk, tmp_path: Path) -> None:
    for key in ("html", "taro", "segment-failed", "hanako"):
        await kiosk.ledger.commit(draft_of(key))
    waits = [await kiosk.later.step() for _ in range(4)]
    assert waits == [20, PAUSE_SECONDS, 20, PAUSE_SECONDS]
    assert [visit.outcome.reason.value for visit in visits_in(tmp_path)] == ["S01", "C01", "S01", "C01"]
    assert await kiosk.later.step() == 20  # the first one has its turn again


async def test_nobody_is_asked_for_while_somebody_is_served(kiosk: Kiosk, tmp_path: Path) -> None:
    await kiosk.ledger.commit(draft_of("taro"))
    kiosk.serving = True
    assert await kiosk.later.step() == PAUSE_SECONDS
    assert visits_in(tmp_path)[0].settled_at is None
    kiosk.serving = False
    await kiosk.later.step()
    assert visits_in(tmp_path)[0].settled_at is not None


async def test_visit_older_than_a_week_is_left_alone(kiosk: Kiosk, clock: StillClock, tmp_path: Path) -> None:
    visit = await kiosk.ledger.commit(draft_of("taro"))
    clock.move(timedelta(days=8))
    assert await kiosk.later.step() == LOOK_SECONDS
    assert visits_in(tmp_path) == [visit]


async def test_full_ledger_while_settling_is_tried_again(kiosk: Kiosk, tmp_path: Path) -> None:
    visit = await kiosk.ledger.commit(draft_of("taro"))
    with files_of_at_most((tmp_path / "state" / "ledger.db-wal").stat().st_size + 512):
        assert await kiosk.later.step() == FIRST_WAIT_SECONDS
        assert kiosk.ledger.ready
    assert visits_in(tmp_path) == [visit]
    assert await kiosk.later.step() == PAUSE_SECONDS
    assert visits_in(tmp_path)[0].outcome.reason is Reason.CONFIRMED_BY_CARD


class Crashing:
    """A qualifier with a mistake in it, which quotes a person."""

    async def query(self, query: QualificationQuery) -> QualificationAnswer | QueryFault:
        raise ValueError(f"金糸雀 {query.insured.number}")


async def test_log_tells_what_happened_and_nobodys_name(kiosk: Kiosk, relay: Relay, tmp_path: Path, log: Lines) -> None:
    policy = SitePolicy()
    visit = await kiosk.ledger.commit(DEFERRED)
    assert await LaterQueries(Crashing(), kiosk.ledger, policy, lambda: False).step() == FIRST_WAIT_SECONDS
    await relay.cut()
    await kiosk.later.step()
    await relay.mend()
    with files_of_at_most((tmp_path / "state" / "ledger.db-wal").stat().st_size + 512):
        await kiosk.later.step()
    await kiosk.later.step()
    lines = [line for line in log() if "logger=kiosk." not in line]
    assert [line.partition("event=")[2] for line in lines] == [
        lines[0].partition("event=")[2],
        f'"query still not answered" visit={visit.id} reason=S01 seconds=20.0',
        '"query cannot be made up" error=OperationalError seconds=40.0',
        f'"query made up" visit={visit.id} reason=Q04',
    ]
    assert "crash error=ValueError" in lines[0]
    assert not [canary for canary in CANARIES if canary in "".join(log())]


async def test_ledger_that_cannot_be_opened_ends_nothing(tmp_path: Path, clock: StillClock) -> None:
    place = tmp_path / "state"
    place.write_text("in the way")
    passed = [1000.0]
    ledger = SqliteLedger(place, "A", "k01", clock, now=lambda: passed[0])
    with pytest.raises(LedgerFailure):
        await ledger.open()
    later = LaterQueries(Crashing(), ledger, SitePolicy(), lambda: False)
    assert [await later.step() for _ in range(2)] == [20, 40]
    place.unlink()
    passed[0] += REST_SECONDS
    await ledger.open()
    assert await later.step() == LOOK_SECONDS
    await ledger.close()


async def test_it_goes_on_for_ever_and_waits_as_long_as_each_step_says(kiosk: Kiosk) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 4:
            raise asyncio.CancelledError

    for key in ("taro", "html"):
        await kiosk.ledger.commit(draft_of(key))
    later = LaterQueries(kiosk.qualifier, kiosk.ledger, SitePolicy(), lambda: False, sleep)
    with pytest.raises(asyncio.CancelledError):
        await later.keep_asking()
    assert waits == [PAUSE_SECONDS, 20, 40, 80]


async def test_line_that_is_down_is_asked_once_in_two_minutes_and_no_more(kiosk: Kiosk, tmp_path: Path) -> None:
    """Where only an answer can tell that somebody answers again, one query has to go out."""
    await kiosk.ledger.commit(draft_of("html"))
    await kiosk.ledger.commit(draft_of("taro"))
    online = False
    later = LaterQueries(kiosk.qualifier, kiosk.ledger, SitePolicy(), lambda: False, online=lambda: online)
    waits = [await later.step() for _ in range(4)]
    assert waits == [LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, PAUSE_SECONDS]
    online = True
    assert await later.step() == FIRST_WAIT_SECONDS  # the broken one; nothing else waits


async def test_line_that_comes_back_wakes_it_at_once(kiosk: Kiosk, tmp_path: Path) -> None:
    await kiosk.ledger.commit(draft_of("taro"))
    online = False
    looked = asyncio.Event()

    def is_online() -> bool:
        looked.set()
        return online

    later = LaterQueries(kiosk.qualifier, kiosk.ledger, SitePolicy(), lambda: False, online=is_online)
    asking = asyncio.create_task(later.keep_asking())
    await looked.wait()
    assert visits_in(tmp_path)[0].settled_at is None
    online = True
    later.wake()
    async with asyncio.timeout(10):
        while await kiosk.ledger.awaiting() is not None:
            await asyncio.sleep(0.01)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


def test_rate_is_below_what_a_gateway_takes_of_one_terminal() -> None:
    assert PAUSE_SECONDS * Serve().queries_per_second > 2


async def test_terminal_makes_up_what_its_ledger_holds_and_its_status_tells(
    relay: Relay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "BEAT_SECONDS", 0.02)
    new_token(tmp_path)
    (tmp_path / "gateway.token").write_text(TOKEN)
    settings = load(
        configure(tmp_path, gateway=f"http://127.0.0.1:{relay.port}", printer=f"virtual:{tmp_path / 'slips'}")
    )
    clock = SiteClock(settings.zone)
    today = clock.now().date()
    before = SqliteLedger(settings.terminal.state, "A", "k01", clock)
    await before.open()
    await before.commit(draft_of("taro", today))
    await before.commit(draft_of("html", today))
    await before.close()
    examinee = Waiting()
    serving = asyncio.create_task(serve_examinees(settings, examinee, lambda _: None))
    async with asyncio.timeout(20):
        await examinee.shown.get()
        while not serving.done():
            status = read_status(settings.terminal.run)
            if (status.today.deferred, status.today.settled_later) == (1, 1):
                break
            await asyncio.sleep(0.01)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert (status.today.confirmed, status.today.desk) == (1, 1)
    assert summary(status).endswith("本日2件(確認1・窓口1)、照会待ち1・再照会済1")
