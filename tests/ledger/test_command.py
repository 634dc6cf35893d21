"""`kiosk ledger list` and `kiosk ledger export`, as staff use them."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import InsuredId
from kiosk.checkin.visit import VisitDraft
from kiosk.ledger.book import Book
from kiosk.ledger.command import ledger
from kiosk.ledger.export import GETA, cp932
from kiosk.ports.printer import PrinterFault
from tests.ledger.invented import AT_DESK, CANARY, CLEAN, CONFIRMED, DEFERRED, DISAGREEING, MORNING, NOBODY
from tests.ledger.test_privacy import found_in
from tests.ledger.test_verify import tampering


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def config(tmp_path: Path, state: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f'[site]\nname = "試験健診センター"\n[terminal]\nstate = "{state}"\n[printer]\ndevice = "virtual:slips"\n',
        encoding="utf-8",
    )
    return file


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(ledger, arguments, obj=config)


def record(book: Book, *drafts: VisitDraft) -> None:
    for draft in drafts:
        book.commit(draft, MORNING)


def rows_of(octets: bytes, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(octets.decode(encoding), newline=""), strict=True))


def test_list_while_the_kiosk_writes_shows_masked_names(book: Book, config: Path) -> None:
    book.printed(book.commit(CONFIRMED, MORNING), None, MORNING)
    book.printed(book.commit(AT_DESK, MORNING), PrinterFault.PAPER_OUT, MORNING)
    record(book, NOBODY)
    listed = run(config, "list")
    assert listed.exit_code == 0
    assert [line.split() for line in listed.stdout.splitlines()] == [
        ["A-001", "08:30", "確認済", "C01", "受付票済", "金＊＊", "花＊"],
        ["A-002", "08:30", "窓口", "T02", "受付票失敗", "金＊＊", "花＊"],
        ["A-003", "08:30", "窓口", "N01", "受付票未了"],
    ]
    assert found_in(listed.output.encode()) == []


def test_list_as_json_is_one_object_without_a_name(book: Book, config: Path) -> None:
    record(book, CONFIRMED)
    listed = run(config, "list", "--json", "--day", "2026-11-20")
    answer = json.loads(listed.stdout)
    assert answer["day"] == "2026-11-20"
    assert answer["visits"][0] | {"visit": ""} == {
        "number": "A-001",
        "time": "08:30",
        "confirmed": True,
        "reason": "C01",
        "way": "card",
        "slip": "pending",
        "name": "金＊＊　花＊",
        "unreadable": False,
        "altered": False,
        "visit": "",
        "first_reason": None,
        "settled_at": None,
        "deferred": False,
        "prechecked_at": None,
    }
    assert found_in(listed.output.encode()) == []


def test_list_shows_what_waits_and_what_was_made_up_with_both_codes_and_times(book: Book, config: Path) -> None:
    record(book, DEFERRED, DEFERRED)
    settled = book.awaiting(MORNING.date())
    assert settled is not None
    book.settled_later(settled, CLEAN, CANARY, MORNING + timedelta(days=1, hours=2))
    lines = [line.split() for line in run(config, "list").stdout.splitlines()]
    assert lines == [
        ["A-001", "08:30", "確認済", "C01", "受付票未了", "金＊＊", "花＊", "S01→C01", "11-21", "10:30再照会"],
        ["A-002", "08:30", "窓口", "S01", "受付票未了", "金＊＊", "花＊", "未照会"],
    ]
    answer = json.loads(run(config, "list", "--json").stdout)["visits"]
    assert [(line["reason"], line["first_reason"], line["settled_at"], line["deferred"]) for line in answer] == [
        ("C01", "S01", "2026-11-21T10:30:15+09:00", False),
        ("S01", None, None, True),
    ]


def test_export_has_both_codes_and_both_times_of_a_query_made_up(book: Book, config: Path) -> None:
    record(book, DEFERRED, DEFERRED, CONFIRMED)
    settled = book.awaiting(MORNING.date())
    assert settled is not None
    book.settled_later(settled, DISAGREEING, None, MORNING + timedelta(days=1, hours=2))
    columns = ("受付時刻", "結果", "理由コード", "再照会", "初回理由コード", "再照会日", "再照会時刻")
    rows = rows_of(run(config, "export", "-").stdout_bytes, "utf-8-sig")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("08:30:15", "窓口", "T02", "済", "S01", "2026-11-21", "10:30:15"),
        ("08:30:15", "窓口", "S01", "未", "", "", ""),
        ("08:30:15", "確認済", "C01", "", "", "", ""),
    ]
    assert list(rows[0])[-6:-2] == ["再照会", "初回理由コード", "再照会日", "再照会時刻"]


def test_list_and_export_tell_that_the_answer_was_of_the_evening_before(book: Book, config: Path) -> None:
    prechecked = replace(CONFIRMED, query=DEFERRED.query, prechecked_at=MORNING - timedelta(hours=14))
    record(book, prechecked, prechecked)
    settled = book.awaiting(MORNING.date())
    assert settled is not None
    assert settled.draft == prechecked
    book.settled_later(settled, DISAGREEING, None, MORNING + timedelta(hours=2))
    lines = [line.partition("花＊  ")[2] for line in run(config, "list").stdout.splitlines()]
    assert lines == ["事前11-19 18:30  C01→T02 11-20 10:30再照会", "事前11-19 18:30  未照会"]
    answer = json.loads(run(config, "list", "--json").stdout)["visits"]
    assert [line["prechecked_at"] for line in answer] == ["2026-11-19T18:30:15+09:00"] * 2
    rows = rows_of(run(config, "export", "-").stdout_bytes, "utf-8-sig")
    told = [(*tuple(row.values())[-2:], row["結果"]) for row in rows]
    assert told == [("2026-11-19", "18:30:15", "窓口"), ("2026-11-19", "18:30:15", "確認済")]
    assert book.counts(MORNING.date()).withdrawn == 1


def test_another_day_is_another_list(book: Book, config: Path) -> None:
    record(book, CONFIRMED)
    assert json.loads(run(config, "list", "--json", "--day", "2026-11-19").stdout)["visits"] == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_export_comes_back_as_it_was_recorded(book: Book, config: Path, tmp_path: Path, encoding: str) -> None:
    record(book, CONFIRMED, AT_DESK, NOBODY)
    file = tmp_path / "visits.csv"
    done = run(config, "export", str(file), "--encoding", encoding)
    assert (done.exit_code, done.output) == (0, "")
    octets = file.read_bytes()
    assert octets.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8")
    assert octets.count(b"\r\n") == octets.count(b"\n") == 4
    confirmed, at_desk, nobody = rows_of(octets, "utf-8-sig" if encoding == "utf-8" else "cp932")
    visit_id = confirmed.pop("受付ID")
    assert len(visit_id) == 32
    assert confirmed == {
        "受付番号": "A-001",
        "受付日": "2026-11-20",
        "受付時刻": "08:30:15",
        "端末": "k01",
        "結果": "確認済",
        "理由コード": "C01",
        "確認方法": "マイナンバーカードと番号照会",
        "不一致項目": "",
        "受付票": "未了",
        "整理番号": "26199988877",
        "氏名": "金糸雀　花子",
        "カナ": "カナリア　ハナコ",
        "生年月日": "1961-03-04",
        "性別": "女",
        "住所": "東京都千代田区鶯町９－９－９",
        "保険者番号": "06132013",
        "記号": "",
        "番号": "7766554",
        "枝番": "02",
        "再照会": "",
        "初回理由コード": "",
        "再照会日": "",
        "再照会時刻": "",
        "事前照会日": "",
        "事前照会時刻": "",
    }
    assert (at_desk["結果"], at_desk["不一致項目"]) == ("窓口", "保険者番号、有効期限")
    assert (nobody["氏名"], nobody["整理番号"], nobody["生年月日"]) == ("", "", "")


def test_export_is_for_its_owner_alone_and_leaves_nothing_else(book: Book, config: Path, tmp_path: Path) -> None:
    record(book, CONFIRMED)
    folder = tmp_path / "out"
    folder.mkdir()
    run(config, "export", str(folder / "visits.csv"))
    assert [file.name for file in folder.iterdir()] == ["visits.csv"]
    assert stat.S_IMODE((folder / "visits.csv").stat().st_mode) == 0o600


def test_characters_that_cp932_lacks_are_told_by_place_and_shown_as_geta(book: Book, config: Path) -> None:
    rare = replace(CANARY, name="𠮷田　髙一〜")
    record(book, CONFIRMED, VisitDraft(MORNING, CONFIRMED.outcome, registered=rare))
    done = run(config, "export", "-", "--encoding", "cp932")
    assert done.exit_code == 3
    assert rows_of(done.stdout_bytes, "cp932")[1]["氏名"] == "〓田　髙一～"
    assert "line 3: A-002: 氏名" in done.stderr
    assert "𠮷" not in done.stderr
    assert run(config, "export", "-").exit_code == 0


@given(st.text())
def test_cp932_always_encodes_and_keeps_what_it_has(text: str) -> None:
    written = cp932(text)
    written.encode("cp932")
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return
    assert written == text


def test_separate_voicing_marks_are_no_loss() -> None:
    assert cp932("か\u3099ハ\u309a") == "がパ"
    assert cp932("か\u3099𠮷") == f"が{GETA}"


@pytest.mark.parametrize("symbol", ["=1+1", "+81", "-12", "@SUM(A1)", "＝１", "\t=1"])
def test_fields_that_a_spreadsheet_would_run_are_neutralised(book: Book, config: Path, symbol: str) -> None:
    presented = Presented(CANARY, CANARY.birthdate, insured=InsuredId("1", symbol))
    record(book, VisitDraft(MORNING, CONFIRMED.outcome, presented=presented))
    (row,) = rows_of(run(config, "export", "-").stdout_bytes, "utf-8-sig")
    assert row["記号"] == f"'{symbol}"


def test_export_of_several_days(state: Path, config: Path) -> None:
    book = Book.open(state, "A", "k01")
    for day in (18, 19, 20):
        book.commit(NOBODY, MORNING.replace(day=day))
    book.close()

    def days(*arguments: str) -> list[str]:
        done = run(config, "export", "-", *arguments)
        assert done.exit_code == 0, done.output
        return [row["受付日"][-2:] for row in rows_of(done.stdout_bytes, "utf-8-sig")]

    assert days() == ["20"]
    assert days("--day", "2026-11-18") == ["18"]
    assert days("--from", "2026-11-19") == ["19", "20"]
    assert days("--from", "2026-11-18", "--to", "2026-11-19") == ["18", "19"]
    assert days("--to", "2026-11-18") == ["18"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("list",), 1, "there is no ledger"),
        (("export", "x.csv"), 1, "there is no ledger"),
        (("export", "-", "--day", "2026-11-01", "--from", "2026-11-01"), 2, "give either"),
        (("export", "-", "--from", "2026-11-02", "--to", "2026-11-01"), 2, "--from is after"),
        (("export", "-", "--encoding", "euc-jp"), 2, "euc-jp"),
        (("list", "--day", "yesterday"), 2, "yesterday"),
    ],
)
def test_mistakes_are_told_without_a_traceback(
    config: Path, arguments: tuple[str, ...], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run(config, *arguments)
    assert answer.exit_code == code
    assert words in answer.stderr
    assert "Traceback" not in answer.output
    assert not (tmp_path / "x.csv").exists()


def test_missing_key_and_configuration_are_told(book: Book, config: Path, state: Path, tmp_path: Path) -> None:
    (state / "keys" / "ledger.key").unlink()
    answer = run(config, "list")
    assert (answer.exit_code, "key of the ledger is missing" in answer.stderr) == (1, True)
    answer = run(tmp_path / "none.toml", "list")
    assert (answer.exit_code, "there is no such file" in answer.stderr) == (1, True)


def test_export_that_fails_midway_leaves_the_former_file(state: Path, config: Path, tmp_path: Path) -> None:
    book = Book.open(state, "A", "k01")
    record(book, CONFIRMED, CONFIRMED)
    book.close()
    with tampering(state) as raw:
        raw.execute("UPDATE visit SET personal = 'x' WHERE entry = 2")
        raw.execute("UPDATE seal SET token = 'x'")  # no visit is left out because the key is another ledger's
    file = tmp_path / "visits.csv"
    file.write_text("former")
    answer = run(config, "export", str(file))
    assert (answer.exit_code, file.read_text()) == (1, "former")
    assert not list(tmp_path.glob(".visits*"))


def test_file_that_cannot_be_written_is_told(book: Book, config: Path, tmp_path: Path) -> None:
    answer = run(config, "export", str(tmp_path / "none" / "visits.csv"))
    assert (answer.exit_code, "cannot be written" in answer.stderr) == (1, True)


AS_ANOTHER_USER = """
import os, sys
from pathlib import Path
from click.testing import CliRunner
from kiosk.ledger import command, export, reader
from kiosk.settings import load

command.load = lambda config, settings=load(Path(sys.argv[1])): settings
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
answer = CliRunner().invoke(command.ledger, sys.argv[2:])
print(answer.exit_code, answer.output)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("arguments", [("list",), ("export", "-")])
def test_another_user_is_told_by_whom_it_is_read(
    book: Book, config: Path, state: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    tmp_path.chmod(0o755)
    state.chmod(0o700)
    child = [sys.executable, "-c", AS_ANOTHER_USER, str(config), *arguments]
    told = subprocess.run(child, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.startswith("1 Error: ")
    assert "Permission denied; run this as the kiosk's user or with sudo" in told.stdout
