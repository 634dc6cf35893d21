"""The uploads of a 一括照会: each on disk before it is handed in, kept as long as it may bring something."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.precheck import key_of
from kiosk.ports.desk import Flag
from kiosk.precheck.answers import Answers
from kiosk.precheck.asking import Asking
from kiosk.precheck.candidates import candidates
from kiosk.precheck.held import SealedPrechecks
from kiosk.precheck.store import Kept, PrecheckStore, PrecheckUnavailable
from kiosk.precheck.uploads import MOST_QUERIES, uploads_of
from kiosk.sealed.file import PRECHECK_NAME, packed
from kiosk.vault import Vault
from tests.precheck.invented import ANSWER, EVENING, MORNING, PRECHECK, QUERY, TODAY, TOMORROW, appointment_of
from tests.roster.invented import Flags, StillClock


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
