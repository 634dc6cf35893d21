"""`kiosk procedures`: every code, for paper and for the terminal, with or without a site."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from rich.cells import cell_len

from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Group, Reason
from kiosk.cli import cli
from kiosk.printout.html import render_html
from kiosk.printout.text import render_text
from kiosk.procedures.binder import OVER, Edition, binder
from kiosk.settings import load
from tests.printout.reading import read

DAY = date(2026, 11, 20)
CALL_CENTRE = "0800-080-4583"
HOURS = "月〜金 8:00-18:00、土 8:00-16:00、祝日を除く"


def site(folder: Path, more: str = "") -> Path:
    file = folder / "kiosk.toml"
    file.write_text(
        f"""
        [site]
        name = "架空<健診>センター"
        desk = "３番窓口"
        {more}
        [printer]
        device = "virtual:slips"
        """,
        encoding="utf-8",
    )
    return file


def run(*arguments: str | Path, config: Path | None = None) -> Result:
    """`kiosk [--config FILE] procedures …`; no command may end in a traceback."""
    before = ["--config", str(config)] if config else []
    result = CliRunner().invoke(cli, [*before, "procedures", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def text_of(day: date = DAY, config: Path | None = None) -> str:
    return render_text(binder(Edition(day, "9.9", load(config) if config else None)))


def in_one_line(text: str) -> str:
    return "".join(line.strip() for line in text.splitlines())


@pytest.mark.parametrize("reason", Reason)
def test_every_code_is_there_with_all_that_the_table_holds(reason: Reason) -> None:
    document = binder(Edition(DAY, "9.9"))
    page, text = read(render_html(document)), in_one_line(render_text(document)).replace(" ", "")
    assert reason.value in page.ids
    assert reason.value in page.links
    procedure = PROCEDURES[reason]
    for words in (procedure.title, *procedure.steps, procedure.note, *(each.value for each in procedure.contacts)):
        assert words in page.text
        assert words.replace(" ", "") in text


def test_the_front_holds_groups_ways_days_and_version() -> None:
    page = read(render_html(binder(Edition(DAY, "9.9")))).text
    assert "令和8年11月20日現在 kenshin-kiosk 9.9" in page
    for group in Group:
        assert f"{group.value} " in page
    for name in (
        "① オンライン資格確認(既存型)",
        "② オンライン資格確認(資格確認限定型)",
        "③ マイナンバーカードと、マイナポータルの保険資格画面",
        "④ マイナンバーカードと、資格情報のお知らせ",
        "⑤ 資格確認書",
        CALL_CENTRE,
        HOURS,
    ):
        assert name in page


def test_no_line_is_wider_than_eighty_columns(tmp_path: Path) -> None:
    for config in (None, site(tmp_path, "face_reader = true")):
        lines = text_of(config=config).splitlines()
        assert max(map(cell_len, lines)) <= 80
        assert not [line for line in lines if line != line.rstrip()]


@pytest.mark.parametrize(
    ("day", "mark"), [(date(2026, 3, 31), "令和8年3月31日まで"), (date(2026, 4, 1), "令和8年3月31日で終了")]
)
def test_the_provisional_rule_is_marked_by_the_day(day: date, mark: str) -> None:
    text = text_of(day)
    assert f"【{mark}】" in text
    over = mark.endswith("終了")
    assert (text.count(OVER) == 3) is over
    assert ("暫定 保険者への照会" in text) is not over


def test_a_site_is_named_and_offered_only_its_own_ways(tmp_path: Path) -> None:
    text = text_of(config=site(tmp_path))
    assert "架空<健診>センター" in text
    assert "「３番窓口」に来た人" in text
    assert "方法: ① 既存型(顔認証)" not in text
    assert "方法: ⑤ 資格確認書" in text
    assert "方法: ① 既存型(顔認証)" in text_of(config=site(tmp_path, "face_reader = true"))


def test_a_site_that_did_not_agree_is_told_so_while_the_rule_holds(tmp_path: Path) -> None:
    refused = text_of(date(2026, 1, 10), site(tmp_path))
    assert "合意なしと設定している" in refused
    assert refused.count(OVER) == 3
    assert "方法: 暫定" not in refused
    agreed = text_of(date(2026, 1, 10), site(tmp_path, "[provisional]\nagreed = true"))
    assert "合意ありと設定している" in agreed
    assert OVER not in agreed
    assert "方法: 暫定 番号での照会" in agreed


def test_one_code_and_a_group_are_printed_alone() -> None:
    chosen = run("--code", "q04", "--group", "h").stdout
    assert "Q04  " in chosen
    assert "H01  " in chosen
    assert "Q05  " not in chosen
    assert "使い方" not in chosen


def test_as_json() -> None:
    answer = json.loads(run("--json").stdout)
    assert {code["code"] for code in answer["codes"]} == {reason.value for reason in Reason}
    (card,) = (code for code in answer["codes"] if code["code"] == "K08")
    assert [way["way"] for way in card["ways"]] == ["4", "5"]
    assert answer["site"] is None


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "binder.html"
    result = run("--html", file, config=site(tmp_path))
    assert result.exit_code == 0
    assert "架空<健診>センター" in read(file.read_text(encoding="utf-8")).text
    assert run("--html", "-").stdout.startswith("<!DOCTYPE html>")


def test_the_day_is_the_sites_own() -> None:
    with time_machine.travel(datetime(2026, 3, 31, 15, 30, tzinfo=UTC), tick=False):
        assert "令和8年4月1日現在" in run().stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--code", "Q99"), "Q99: there is no such code; known are Q02 Q03"),
        (("--code", ""), "known are C.."),
        (("--group", "Z"), "Z: there is no such group; known are C Q T P D K S H N"),
        (("--html", "-", "--json"), "give only one of"),
        (("--text", "--json"), "give only one of"),
    ],
)
def test_a_wrong_call_is_told_what_is_known(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_wrong_configuration_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = run(config=tmp_path / "missing.toml")
    assert (missing.exit_code, "there is no such file" in missing.stderr) == (1, True)
    monkeypatch.setenv("KIOSK_CONFIG", str(site(tmp_path, "face_raeder = true")))
    wrong = run()
    assert (wrong.exit_code, "site.face_raeder" in wrong.stderr) == (1, True)
