"""A full disk: the last person still gets a number, then the kiosk says so, and it recovers by itself."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.ledger.book import Book
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE
from kiosk.ledger.reserve import BALLAST_BYTES, Ballast
from kiosk.ports.desk import LedgerFailure
from tests.ledger.invented import CONFIRMED, MORNING, StillClock
from tests.parts import namespaces_allowed

REPOSITORY = Path(__file__).parents[2]


@contextmanager
def files_of_at_most(octets: int) -> Iterator[None]:
    """No file of this process grows beyond that: what a full disk is, for anybody who may not mount one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(not namespaces_allowed(), reason="no user namespaces here, so no small disk can be mounted")
def test_last_person_gets_a_number_on_a_full_disk_and_a_read_only_one_can_be_exported(tmp_path: Path) -> None:
    script = f'mount -t tmpfs -o size=4m tmpfs "$0" && exec {sys.executable} -m tests.ledger.filling "$0"'
    filling = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(tmp_path)]
    answer = subprocess.run(filling, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.count("Read-only file system") == 2


async def test_commit_that_finds_no_room_leaves_nothing_and_the_next_one_fits(
    ledger: SqliteLedger, state: Path
) -> None:
    await ledger.commit(CONFIRMED)
    with files_of_at_most((state / f"{DATABASE}-wal").stat().st_size + 512):
        with pytest.raises(LedgerFailure, match=r"SQLITE_IOERR_WRITE|SQLITE_FULL"):
            await ledger.commit(CONFIRMED)
        ready_when_full = ledger.ready
        await ledger.unprinted()
        still_full = ledger.ready
    await ledger.unprinted()
    assert (ready_when_full, still_full, ledger.ready) == (False, False, True)
    assert (await ledger.commit(CONFIRMED)).number.sequence == 2
    assert (await ledger.counts()).outbox == 2


async def test_start_without_room_for_the_ballast_is_not_ready_until_there_is(state: Path, clock: StillClock) -> None:
    ledger = SqliteLedger(state, "A", "k01", clock)
    with files_of_at_most(BALLAST_BYTES // 2):
        await ledger.open()
        low = ledger.space_low
        assert not ledger.ready
    assert await ledger.unprinted() is None
    assert (low, ledger.space_low) == (True, False)
    await ledger.close()


def test_ballast_takes_up_blocks_and_gives_them_back_once(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast")
    assert ballast.hold()
    assert (tmp_path / "ballast").stat().st_blocks * 512 >= BALLAST_BYTES
    assert ballast.give_back()
    assert not (tmp_path / "ballast").exists()
    assert not ballast.give_back()


def test_commit_needs_far_less_room_than_the_ballast_keeps(state: Path) -> None:
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING)
    assert (state / f"{DATABASE}-wal").stat().st_size < BALLAST_BYTES // 10
    book.close()
