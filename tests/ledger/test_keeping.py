"""`kiosk ledger verify|backup|restore|rotate-key|repair|erase`, as they are typed."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from kiosk.ledger.book import Book
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ledger.opening import DATABASE
from kiosk.slip.keys import KEY_FILE, SigningKey
from kiosk.station.wiring import ledger as wired
from kiosk.station.wiring.close_signature import CloseSigner
from tests.ledger.invented import AT_DESK, CONFIRMED, MORNING, StillClock
from tests.ledger.test_privacy import found_in
from tests.ledger.test_verify import tampering

DAY = MORNING.date()


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(wired, "_require_clock", lambda _: None)
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def config(tmp_path: Path, state: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f'[site]\nname = "試験健診センター"\n[terminal]\nstate = "{state}"\nrun = "{tmp_path / "run"}"\n'
        '[printer]\ndevice = "virtual:slips"\n[ledger]\nkeep_days = 30\n',
        encoding="utf-8",
    )
    return file


def record(state: Path, count: int = 1) -> list[str]:
    """Visits of a kiosk that then stops; their numbers."""
    book = Book.open(state, "A", "k01")
    numbers = [str(book.commit(CONFIRMED, MORNING).number) for _ in range(count)]
    book.close()
    return numbers


def run(config: Path, *arguments: str) -> Result:
    answer = CliRunner().invoke(wired.ledger, arguments, obj=config)
    assert "Traceback" not in answer.output
    assert found_in(answer.output.encode()) == []
    return answer


@pytest.fixture
def closed_day(state: Path, clock: StillClock) -> Path:
    """A closed day's signed file."""

    async def close() -> Path:
        signer = CloseSigner(SigningKey.load_or_create(state / KEY_FILE))
        ledger = SqliteLedger(state, "A", "k01", clock, signer=signer)
        await ledger.open()
        for draft in (CONFIRMED, AT_DESK):
            await ledger.commit(draft)
        closed = await ledger.close_day(DAY, "sato")
        await ledger.close()
        return state / closed.export

    return asyncio.run(close())


def test_verify_beside_the_running_kiosk(book: Book, config: Path) -> None:
    book.commit(CONFIRMED, MORNING)
    answer = run(config, "verify")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1] == "sound"
    assert "1 events, 1 visits" in answer.stdout


def test_verify_names_the_row_and_ends_with_one(config: Path, state: Path) -> None:
    record(state)
    with tampering(state) as raw:
        raw.execute("UPDATE visit SET confirmed = 0")
    answer = run(config, "verify", "--json")
    assert answer.exit_code == 1
    told = json.loads(answer.stdout)
    assert (told["sound"], told["problems"][0]["table"], told["problems"][0]["row"]) == (False, "visit", "1")
    assert "altered: visit 1" in run(config, "verify").stdout


@pytest.mark.parametrize("spoil", ["gone", "garbage", "keyless", "config"])
def test_verify_of_what_cannot_be_read_ends_with_three(config: Path, state: Path, spoil: str) -> None:
    record(state)
    match spoil:
        case "gone":
            (state / DATABASE).unlink()
        case "garbage":
            (state / DATABASE).write_bytes(b"no database" * 1000)
        case "keyless":
            (state / "keys" / "ledger.key").unlink()
        case _:
            config.unlink()
    assert run(config, "verify").exit_code == 3


def test_signed_close_belongs_to_the_record(closed_day: Path, config: Path) -> None:
    answer = run(config, "verify", "--json", "--close", str(closed_day))
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["closes"] == [{"file": str(closed_day), "of_this_record": True}]


def test_close_that_was_changed_is_found(closed_day: Path, config: Path) -> None:
    text = closed_day.read_text()
    closed_day.write_text(text.replace('"visits": 2', '"visits": 3'))
    answer = run(config, "verify")
    assert answer.exit_code == 1
    assert "its signature is wrong" in answer.stdout
    closed_day.write_text("{}")
    assert "no close of a day" in run(config, "verify").stdout


def test_record_that_was_exchanged_as_a_whole_does_not_fit_the_close(
    closed_day: Path, config: Path, state: Path
) -> None:
    """By somebody who may even make a key for it: the close was signed, and kept elsewhere."""
    (state / "keys" / "ledger.key").unlink()
    (state / DATABASE).unlink()
    record(state)
    answer = run(config, "verify", "--close", str(closed_day))
    assert answer.exit_code == 1
    assert "the record ends before event" in answer.stdout


def test_close_from_before_a_repair_is_told_and_is_no_problem(closed_day: Path, config: Path, state: Path) -> None:
    with tampering(state) as raw:
        raw.execute("DELETE FROM event WHERE kind = 'day closed'")
    assert run(config, "repair", "--salvage", "--yes").exit_code == 0
    answer = run(config, "verify")
    assert (answer.exit_code, "1 closes are not of this record" in answer.stdout) == (0, True)


def test_repair_that_began_a_new_chain_is_told_by_verify(config: Path, state: Path) -> None:
    record(state, 3)
    assert json.loads(run(config, "verify", "--json").stdout)["begun_anew"] is None
    with tampering(state) as raw:
        raw.execute("DELETE FROM event WHERE seq = 3")
    assert "a new chain begins" in run(config, "repair", "--salvage", "--yes").stdout
    record(state)
    answer = run(config, "verify")
    words = "the chain begins anew at 2026-11-20T08:30:15.123456+09:00 (event 4) after a repair;"
    assert (answer.exit_code, words in answer.stdout) == (0, True)
    assert "rows before it are vouched for only by the repair" in answer.stdout
    told = json.loads(run(config, "verify", "--json").stdout)
    assert (told["sound"], told["begun_anew"]) == (True, {"seq": 4, "at": MORNING.isoformat()})


def test_repair_that_kept_the_chain_says_nothing_of_a_new_one(config: Path, state: Path) -> None:
    record(state, 3)
    with tampering(state) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("DELETE FROM visit WHERE entry = 2")
    assert run(config, "repair", "--salvage", "--yes").exit_code == 0
    told = json.loads(run(config, "verify", "--json").stdout)
    assert (told["sound"], told["lost"] > 0, told["begun_anew"]) == (True, True, None)


def test_rotation_tells_of_a_text_that_no_key_opens_and_verify_goes_on_to(config: Path, state: Path) -> None:
    record(state, 3)
    with closing(sqlite3.connect(state / DATABASE)) as raw, raw:
        raw.execute("UPDATE visit SET personal = substr(personal, 2) WHERE entry = 2")
    answer = run(config, "rotate-key")
    assert (answer.exit_code, "2 sealed texts have a new key" in answer.stdout) == (0, True)
    assert "1 sealed texts open with no key and stay as they are: visit 2." in answer.stderr
    assert f"{state / 'keys' / 'ledger.key.old-2026-11-20T083015'}. Remove it" in answer.stderr
    told = run(config, "verify")
    assert "1 sealed texts are kept that open with no key: visit 2" in told.stdout
    assert (told.exit_code, "altered: visit 2" in told.stdout) == (1, True)
    assert json.loads(run(config, "verify", "--json").stdout)["unreadable"] == [["visit", "2"]]


def test_backup_is_made_beside_the_running_kiosk_and_not_put_back_there(
    book: Book, config: Path, tmp_path: Path
) -> None:
    book.commit(CONFIRMED, MORNING)
    answer = run(config, "backup", "--to", str(tmp_path / "usb"), "--json")
    file = json.loads(answer.stdout)["file"]
    assert file == str(tmp_path / "usb" / "ledger-A-2026-11-20T083015.db")
    refused = run(config, "restore", file, "--yes")
    assert (refused.exit_code, "Stop the kiosk first" in refused.stderr) == (1, True)


def test_restore_asks_and_lets_the_numbers_go_on(config: Path, state: Path) -> None:
    record(state, 2)
    file = run(config, "backup").stdout.split()[0]
    record(state, 2)
    assert run(config, "restore", file).exit_code == 1  # nobody said yes
    done = run(config, "restore", file, "--yes")
    assert (done.exit_code, "replaced" in done.stdout) == (0, True)
    assert record(state) == ["A-005"]
    assert run(config, "verify").exit_code == 0


def test_rotated_key_and_the_first_backup_of_it(config: Path, state: Path) -> None:
    record(state, 2)
    old = (state / "keys" / "ledger.key").read_bytes()
    former = run(config, "backup", "--to", str(state.parent / "usb")).stdout.split()[0]
    answer = run(config, "rotate-key")
    assert (answer.exit_code, "2 sealed texts" in answer.stdout) == (0, True)
    assert old not in (state / "keys" / "ledger.key").read_bytes()
    refused = run(config, "restore", former, "--yes")
    assert (refused.exit_code, "key" in refused.stderr) == (1, True)
    assert run(config, "verify").exit_code == 0


def test_repair_leaves_a_sound_ledger_alone_and_asks_what_to_do_with_another(config: Path, state: Path) -> None:
    record(state, 3)
    assert "Nothing was done" in run(config, "repair").stdout
    run(config, "backup")
    (state / DATABASE).write_bytes(b"no database" * 1000)
    asked = run(config, "repair")
    assert (asked.exit_code, "Choose" in asked.stderr, "ledger-A-2026-11-20" in asked.stderr) == (1, True, True)
    assert (state / DATABASE).read_bytes().startswith(b"no database")
    assert "--last-number" in run(config, "repair", "--from-backup", "--yes").stderr
    done = run(config, "repair", "--from-backup", "--yes", "--last-number", "3")
    assert done.exit_code == 0
    assert record(state) == ["A-004"]
    assert run(config, "repair", "--salvage", "--from-backup").exit_code == 2


def test_repair_says_what_it_looked_at_and_that_verify_sees_the_middle(config: Path, state: Path) -> None:
    record(state, 3)
    with tampering(state) as raw:
        raw.execute("UPDATE event SET body = '{}' WHERE seq = 2")
    told = run(config, "repair")
    assert told.exit_code == 0
    assert "The rows before the end were not looked at: `kiosk ledger verify` compares each of them" in told.stdout
    assert run(config, "verify").exit_code == 1


def test_repair_of_what_is_no_database_any_more_says_so(config: Path, state: Path) -> None:
    record(state, 3)
    (state / DATABASE).write_bytes(b"no database" * 1000)
    answer = run(config, "repair", "--salvage", "--yes", "--last-number", "3")
    assert answer.exit_code == 1
    assert "put a backup back" in answer.stderr
    assert (state / DATABASE).read_bytes().startswith(b"no database")


def test_erase_tells_of_how_many_visits_when_no_kiosk_runs(config: Path, state: Path) -> None:
    book = Book.open(state, "A", "k01")
    book.commit(CONFIRMED, MORNING - timedelta(days=31))
    book.commit(CONFIRMED, MORNING)
    book.close()
    answer = run(config, "erase", "--json")
    assert json.loads(answer.stdout) == {"erased": 1, "before": "2026-10-21"}
    with closing(sqlite3.connect(state / DATABASE)) as raw:
        assert raw.execute("SELECT count(*) FROM visit WHERE personal IS NULL").fetchone() == (1,)
    assert run(config, "verify").exit_code == 0


def test_erase_asks_the_running_kiosk_and_says_when_it_does_not_answer(book: Book, config: Path) -> None:
    answer = run(config, "erase")
    assert answer.exit_code == 1
    assert book.commit(CONFIRMED, MORNING).number.sequence == 1
