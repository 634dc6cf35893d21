"""The sealed file: whole, for the kiosk's user alone, and readable with the ledger's key only."""

from __future__ import annotations

import os
import stat
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import InsuredId, InsurerNumber
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.ledger.book import Book
from kiosk.ledger.opening import DATABASE
from kiosk.roster.problems import RosterUnavailable
from kiosk.roster.store import FILE_NAME, LEDGER_NAME, DayRoster, Store
from kiosk.vault import Vault
from tests.roster.invented import APPOINTMENT, CANARIES, TODAY, told_in

ROSTER = DayRoster((APPOINTMENT,), TODAY)

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
PERSONS = st.builds(Person, name=TEXT, birthdate=st.dates(), sex=st.sampled_from(Sex), kana=TEXT, address=st.just(""))
TICKETS = st.builds(
    Ticket,
    number=st.integers(0, 10**11 - 1).map(lambda number: TicketNumber(f"{number:011}")),
    insurer=st.none() | st.just(InsurerNumber("01130012")),
    person=st.none() | PERSONS,
    insured=st.none() | st.builds(InsuredId, number=TEXT, symbol=TEXT, branch=TEXT),
    expires=st.none() | st.dates(),
)
LINES = st.builds(
    Appointment,
    person=st.none() | PERSONS,
    ticket=st.none() | TICKETS,
    course=TEXT,
    first_place=TEXT,
    day=st.none() | st.dates(),
    at=st.none() | st.times(),
    line=st.integers(0, 10_000),
)


@given(st.lists(LINES, max_size=4), st.dates())
def test_what_was_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Appointment], imported: date
) -> None:
    store = Store(tmp_path_factory.mktemp("state"))
    roster = DayRoster(tuple(lines), imported)
    store.write(roster)
    assert store.read() == roster
    assert [line.line for line in store.read().lines] == [line.line for line in lines]


def test_import_replaces_the_old_roster_as_a_whole(store: Store) -> None:
    store.write(ROSTER)
    before = store.mark()
    other = DayRoster((Appointment(Person("田中　一", date(1960, 1, 1)), at=time(10)),), TODAY)
    store.write(other)
    assert store.read() == other
    assert store.mark() != before


def test_nothing_can_be_read_in_the_sealed_file_and_nothing_else_is_left(store: Store, state: Path) -> None:
    store.write(ROSTER)
    assert {path.name for path in state.iterdir()} == {FILE_NAME, "keys"}
    assert told_in((state / FILE_NAME).read_bytes()) == []
    assert not any(canary in repr(ROSTER) for canary in CANARIES)


def test_every_file_is_for_its_owner_alone(store: Store, state: Path) -> None:
    store.write(ROSTER)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (state, *state.rglob("*"))}
    assert modes == {"state": 0o700, "keys": 0o700, "ledger.key": 0o600, FILE_NAME: 0o600}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_imports_belongs_to_the_kiosk(store: Store, state: Path) -> None:
    state.mkdir(mode=0o700)
    os.chown(state, 54321, 54322)
    store.write(ROSTER)
    store.write(ROSTER)
    owners = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in state.rglob("*")}
    assert owners == dict.fromkeys(("keys", "ledger.key", FILE_NAME), (54321, 54322))


def test_roster_before_the_ledger_and_ledger_before_the_roster(store: Store, state: Path, tmp_path: Path) -> None:
    store.write(ROSTER)
    Book.open(state, "A", "k01").close()
    assert store.read() == ROSTER
    other = tmp_path / "other"
    Book.open(other, "A", "k01").close()
    Store(other).write(ROSTER)
    assert Store(other).read() == ROSTER
    assert DATABASE == LEDGER_NAME


def test_ledger_that_lost_its_key_gets_no_new_one_from_an_import(store: Store, state: Path) -> None:
    Book.open(state, "A", "k01").close()
    (state / "keys" / "ledger.key").unlink()
    with pytest.raises(RosterUnavailable, match="key of the ledger is missing"):
        store.write(ROSTER)
    assert not (state / "keys" / "ledger.key").exists()
    assert store.mark() is None


def test_key_that_came_in_between_is_kept(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes make the first key: both must seal with the same one."""
    theirs = Fernet.generate_key()
    generate = Fernet.generate_key

    def while_another_process_does(key: bytes = theirs) -> bytes:
        (state / "keys" / "ledger.key").write_bytes(key)
        return generate()

    monkeypatch.setattr(Fernet, "generate_key", while_another_process_does)
    assert Vault([theirs]).unseal(Vault.open(state, create=True).seal(b"x")) == b"x"
    assert [path.name for path in (state / "keys").iterdir()] == ["ledger.key"]


def test_other_key_is_refused_and_loses_nothing(store: Store, state: Path) -> None:
    store.write(ROSTER)
    key = state / "keys" / "ledger.key"
    kept = key.read_bytes()
    key.write_bytes(Fernet.generate_key())
    with pytest.raises(RosterUnavailable, match="sealed with another key") as refused:
        store.read()
    assert told_in(str(refused.value).encode()) == []
    key.write_bytes(kept)
    assert store.read() == ROSTER


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_damaged_file_is_refused(store: Store, state: Path, cut: int) -> None:
    store.write(ROSTER)
    octets = (state / FILE_NAME).read_bytes()
    (state / FILE_NAME).write_bytes(octets[:cut])
    with pytest.raises(RosterUnavailable, match="import the roster again"):
        store.read()


@pytest.mark.parametrize("plain", [b"", b"{}", b"something else of the ledger's"])
def test_what_the_key_opens_but_is_no_roster_is_refused(store: Store, state: Path, plain: bytes) -> None:
    store.write(ROSTER)
    (state / FILE_NAME).write_text(Vault.open(state, create=False).seal(plain))
    with pytest.raises(RosterUnavailable, match="import the roster again") as refused:
        store.read()
    assert refused.value.__cause__ is None


def test_folder_that_cannot_be_written_leaves_the_old_roster(state: Path) -> None:
    state.write_text("in the way")
    with pytest.raises(RosterUnavailable, match="check the disk"):
        Store(state).write(ROSTER)
    assert state.read_text() == "in the way"


def test_failed_import_leaves_the_old_roster_and_no_draft(
    store: Store, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(ROSTER)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RosterUnavailable, match="No space left"):
        store.write(DayRoster((), TODAY))
    assert store.read() == ROSTER
    assert {path.name for path in state.iterdir()} == {FILE_NAME, "keys"}


def test_what_a_killed_import_left_is_swept_away(store: Store, state: Path) -> None:
    store.write(ROSTER)
    for act in (lambda: store.write(ROSTER), store.erase):
        (state / f".{FILE_NAME}.0123456789abcdef").write_bytes(b"half")
        act()
        assert not list(state.glob(".*"))


def test_erase_takes_only_the_roster_that_was_meant(store: Store) -> None:
    assert not store.erase()
    store.write(ROSTER)
    yesterdays = store.mark()
    store.write(DayRoster((APPOINTMENT, APPOINTMENT), TODAY))
    assert not store.erase(yesterdays)
    assert len(store.read().lines) == 2
    assert store.erase(store.mark())
    assert store.mark() is None


@pytest.mark.parametrize(
    ("days", "last"),
    [([], 0), ([None], 0), ([-1], -1), ([3, 1], 3), ([None, -1], 0), ([None, 2], 2)],
)
def test_last_day_is_the_latest_or_the_day_of_the_import(days: list[int | None], last: int) -> None:
    lines = [Appointment(day=None if ahead is None else TODAY + timedelta(days=ahead)) for ahead in days]
    assert DayRoster(tuple(lines), TODAY).last_day == TODAY + timedelta(days=last)
