"""The sealed answers: whole, for the kiosk's user alone, held by the running kiosk and gone with their last day."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from kiosk.checkin.precheck import key_of
from kiosk.ports.desk import Flag, Prechecks
from kiosk.precheck.answers import SAVED_EVERY, Answers
from kiosk.precheck.held import SealedPrechecks
from kiosk.precheck.store import PrecheckStore, PrecheckUnavailable
from kiosk.sealed.file import PRECHECK_NAME
from kiosk.vault import Vault
from tests.precheck.invented import ANSWER, EVENING, MORNING, PRECHECK, QUERY, TODAY, TOKYO, TOMORROW
from tests.roster.invented import Flags, StillClock

LONGEST = timedelta(hours=24)
KEY = key_of(QUERY)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def store(state: Path) -> PrecheckStore:
    return PrecheckStore(state)


def test_what_was_written_is_read_back_and_nothing_can_be_read_on_disk(store: PrecheckStore, state: Path) -> None:
    store.write([PRECHECK])
    assert store.read().entries == {KEY: PRECHECK}
    sealed = (state / PRECHECK_NAME).read_bytes()
    assert not any(text.encode() in sealed for text in ("高橋", "4567890123", "1970-01-02", "01130012"))
    assert stat.S_IMODE((state / PRECHECK_NAME).stat().st_mode) == 0o600
    assert {path.name for path in state.iterdir()} == {PRECHECK_NAME, "keys"}


@pytest.mark.parametrize("plain", [b"", b"{}", b"something else of the ledger's"])
def test_what_is_no_answers_is_refused(store: PrecheckStore, state: Path, plain: bytes) -> None:
    store.write([PRECHECK])
    (state / PRECHECK_NAME).write_text(Vault.open(state, create=False).seal(plain))
    with pytest.raises(PrecheckUnavailable, match="kiosk precheck --again") as refused:
        store.read()
    assert refused.value.__cause__ is None


def test_answers_are_saved_every_so_often_and_at_the_end(store: PrecheckStore) -> None:
    answers = Answers(store, TODAY)
    for count in range(1, SAVED_EVERY + 2):
        other = replace(QUERY, insured=replace(QUERY.insured, number=str(count)))
        answers.add(other, replace(ANSWER, code="E1", message="for staff"), EVENING)
        assert len(store.read().entries if store.mark() else {}) == (SAVED_EVERY if count >= SAVED_EVERY else 0)
    answers.save()
    assert len(store.read().entries) == SAVED_EVERY + 1
    assert {(entry.answer.code, entry.answer.message) for entry in store.read().entries.values()} == {("", "")}


def test_answers_of_days_that_are_over_are_left_out(store: PrecheckStore) -> None:
    over = replace(PRECHECK, query=replace(QUERY, confirmation_date=TODAY - timedelta(days=1)))
    store.write([over, PRECHECK])
    answers = Answers(store, TODAY)
    assert answers.by_key() == {KEY: ANSWER}
    assert answers.asked_on(KEY, TODAY, TOKYO)
    assert not answers.asked_on(KEY, TOMORROW, TOKYO)


async def test_running_kiosk_takes_new_answers_and_counts_those_of_today(store: PrecheckStore, state: Path) -> None:
    clock, staff = StillClock(MORNING), Flags()
    prechecks = SealedPrechecks(state, LONGEST, clock, staff)
    port: Prechecks = prechecks
    await prechecks.look()
    assert (port.found(QUERY, MORNING), prechecks.answers_today) == (None, None)
    store.write([PRECHECK, replace(PRECHECK, query=replace(QUERY, confirmation_date=TOMORROW + timedelta(days=1)))])
    await prechecks.look()
    assert (port.found(QUERY, MORNING), prechecks.answers_today) == (PRECHECK, 1)
    assert port.found(QUERY, EVENING + timedelta(hours=25)) is None
    assert port.found(replace(QUERY, birthdate=TODAY), MORNING) is None


async def test_zero_hours_switch_it_off(store: PrecheckStore, state: Path) -> None:
    store.write([replace(PRECHECK, asked_at=MORNING)])
    prechecks = SealedPrechecks(state, timedelta(0), StillClock(MORNING), Flags())
    await prechecks.look()
    assert (prechecks.found(QUERY, MORNING), prechecks.answers_today) == (None, None)


async def test_answers_are_gone_when_their_last_day_is_over(store: PrecheckStore, state: Path) -> None:
    store.write([PRECHECK])
    clock = StillClock(MORNING)
    prechecks = SealedPrechecks(state, LONGEST, clock, Flags())
    await prechecks.look()
    assert store.mark() is not None
    clock.time += timedelta(days=1)
    await prechecks.look()
    assert store.mark() is None
    assert prechecks.found(QUERY, MORNING) is None


async def test_unreadable_answers_are_told_to_staff_and_stop_nothing(store: PrecheckStore, state: Path) -> None:
    store.write([PRECHECK])
    key = state / "keys" / "ledger.key"
    kept = key.read_bytes()
    key.write_bytes(Fernet.generate_key())
    staff = Flags()
    prechecks = SealedPrechecks(state, LONGEST, StillClock(MORNING), staff)
    await prechecks.look()
    assert (prechecks.found(QUERY, MORNING), staff.raised) == (None, {Flag.PRECHECK})
    key.write_bytes(kept)
    await prechecks.look()
    assert (prechecks.found(QUERY, MORNING), staff.raised) == (PRECHECK, set())
