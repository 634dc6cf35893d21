"""`kiosk slip verify` beside the terminal's ledger."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from kiosk.cli import cli
from kiosk.ledger.book import Book
from kiosk.settings import load
from kiosk.slip.keys import KEY_FILE, SigningKey
from kiosk.slip.payload import sign
from kiosk.station.wiring.house import configure
from tests.ledger.invented import CLEAN, CONFIRMED, DEFERRED, MORNING


def said(file: Path, text: str, *options: str) -> str:
    answer = CliRunner().invoke(cli, ["--config", str(file), "slip", "verify", *options, text])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_what_a_later_query_brought_is_said(tmp_path: Path) -> None:
    file = configure(tmp_path, gateway="", printer=f"virtual:{tmp_path / 'slips'}")
    state = load(file).terminal.state
    key = SigningKey.load_or_create(state / KEY_FILE)
    book = Book.open(state, "A", "k01")
    answered, waiting = book.commit(CONFIRMED, MORNING), book.commit(DEFERRED, MORNING)
    assert "再照会" not in said(file, sign(answered, key))
    assert "再照会    まだ答えがありません" in said(file, sign(waiting, key))
    at = MORNING + timedelta(hours=1)
    book.settled_later(waiting, CLEAN, None, at)
    book.close()
    assert f"再照会    確認済  C01  {at:%Y-%m-%d %H:%M:%S}" in said(file, sign(waiting, key))
    told = json.loads(said(file, sign(waiting, key), "--json"))
    assert (told["outcome"], told["code"], told["settled_code"]) == ("desk", "S01", "C01")


def test_without_a_ledger_the_slip_is_checked_all_the_same(tmp_path: Path) -> None:
    file = configure(tmp_path, gateway="", printer=f"virtual:{tmp_path / 'slips'}")
    key = SigningKey.load_or_create(load(file).terminal.state / KEY_FILE)
    book = Book.open(tmp_path / "elsewhere", "A", "k01")
    visit = book.commit(CONFIRMED, MORNING)
    book.close()
    assert "本物の受付票です" in said(file, sign(visit, key))
