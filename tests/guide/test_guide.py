"""`kiosk guide`: the right portal, the steps, and what has lapsed on which day."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from kiosk.cli import cli
from kiosk.guide.content import LIMITS, STAGES, Kind
from kiosk.guide.page import Reader, as_json, guide_page
from kiosk.printout.html import render_html
from kiosk.printout.text import render_text
from tests.printout.reading import read

DAY = date(2026, 11, 20)
MEDICAL_PORTAL, OTHER_PORTAL = "医療機関等向け総合ポータルサイト", "施術所等向け総合ポータルサイト"
ON_THE_NOTICE = (
    "0800-080-4583",
    "8:00-18:00",
    "8:00-16:00",
    "03-5253-1111(内線3180)",
    "03-5253-1111(内線3126)",
    "tekiseika01@mhlw.go.jp",
    "suisin@mhlw.go.jp",
)
"""As the notice of October 2025 and its leaflets print them."""


def reader(day: date = DAY) -> Reader:
    return Reader(day, "9.9", Path("/etc/kiosk/kiosk.toml"))


def page_of(kind: Kind | None, day: date = DAY) -> str:
    return read(render_html(guide_page(reader(day), kind))).text


def run(*arguments: str | Path, config: Path | None = None) -> Result:
    """`kiosk [--config FILE] guide …`; no command may end in a traceback."""
    before = ["--config", str(config)] if config else []
    result = CliRunner().invoke(cli, [*before, "guide", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(
    ("kind", "portal", "not_this"),
    [
        (Kind.MEDICAL, MEDICAL_PORTAL, OTHER_PORTAL),
        (Kind.OTHER, OTHER_PORTAL, MEDICAL_PORTAL),
    ],
)
def test_each_kind_is_sent_to_its_own_portal(kind: Kind, portal: str, not_this: str) -> None:
    page = page_of(kind)
    assert portal in page
    assert not_this not in page


def test_without_a_kind_both_are_named_with_the_way_on() -> None:
    page = page_of(None)
    for words in (MEDICAL_PORTAL, OTHER_PORTAL, "kiosk guide --kind medical", "kiosk guide --kind other"):
        assert words in page


@pytest.mark.parametrize("kind", [None, *Kind])
def test_contacts_ways_app_and_settings_are_always_there(kind: Kind | None) -> None:
    page = page_of(kind)
    for words in (
        *ON_THE_NOTICE,
        *LIMITS,
        "マイナ資格確認アプリ",
        "① オンライン資格確認(既存型)",
        "⑤ 資格確認書",
        "[site] face_reader",
        "[site] limited_app",
        "[provisional] agreed",
        "kiosk config check",
        "令和7年10月",
    ):
        assert words in page


@pytest.mark.parametrize("kind", Kind)
def test_every_task_of_every_stage_is_there(kind: Kind) -> None:
    page = page_of(kind)
    for words in ("利用開始申請", "2日から1週間", "Android・Windows・iOS", "アクティベーション", "汎用カードリーダー"):
        assert words in page
    assert all(stage.title in page for stage in STAGES)


@pytest.mark.parametrize("kind", [None, *Kind])
@pytest.mark.parametrize(
    ("day", "holds", "over"),
    [
        (date(2025, 12, 1), "令和7年12月1日まで", "令和7年12月2日から"),
        (date(2026, 1, 15), "令和8年1月15日まで", "令和8年1月15日で終了"),
        (date(2026, 3, 31), "令和8年3月31日まで", "令和8年3月31日で終了"),
    ],
)
def test_what_lapses_is_marked_from_the_next_day_on(kind: Kind | None, day: date, holds: str, over: str) -> None:
    before, after = page_of(kind, day), page_of(kind, date.fromordinal(day.toordinal() + 1))
    assert (holds in before, over in before) == (True, False)
    assert (holds in after, over in after) == (False, True)


def test_a_lapsed_subsidy_is_no_longer_something_to_do() -> None:
    assert "補助を、" in page_of(Kind.OTHER, date(2026, 1, 15))
    assert "補助を、" not in page_of(Kind.OTHER, date(2026, 1, 16))


@pytest.mark.parametrize("kind", [None, *Kind])
def test_no_line_is_wider_than_eighty_columns(kind: Kind | None) -> None:
    lines = render_text(guide_page(reader(), kind)).splitlines()
    assert max(map(cell_len, lines)) <= 80


@pytest.mark.parametrize("day", [date(2025, 11, 1), DAY])
def test_no_sentence_is_long(day: date) -> None:
    for kind in (None, *Kind):
        said = json.dumps(as_json(reader(day), kind), ensure_ascii=False)
        sentences = re.findall(r"[^\"。]+。", said)
        assert sentences
        assert max(map(len, sentences)) <= 60


def test_a_site_sees_what_it_has_set(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(
        '[site]\nname = "見本"\nlimited_app = true\n[printer]\ndevice = "virtual:slips"\n', encoding="utf-8"
    )
    answer = json.loads(run("--json", config=file).stdout)
    values = {key: setting["value"] for key, setting in answer["settings"].items()}
    assert values == {"site.face_reader": False, "site.limited_app": True, "provisional.agreed": False}
    assert str(file) in run(config=file).stdout.replace("\n", "").replace("   ", "")


def test_the_command_tells_one_kind_or_both() -> None:
    assert set(json.loads(run("--json").stdout)["institutions"]) == {"medical", "other"}
    assert set(json.loads(run("--json", "--kind", "other").stdout)["institutions"]) == {"other"}
    assert OTHER_PORTAL in run("--kind", "other").stdout


def test_the_page_is_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "guide.html"
    assert run("--kind", "medical", "--html", file).exit_code == 0
    assert MEDICAL_PORTAL in read(file.read_text(encoding="utf-8")).text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--kind", "dental"), 2), (("--html", "-", "--json"), 2), (("--html", "nowhere/x.html"), 1)],
)
def test_a_wrong_call_ends_with_its_code(arguments: tuple[str, ...], code: int) -> None:
    assert run(*arguments).exit_code == code


def test_a_configuration_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    result = run(config=tmp_path / "missing.toml")
    assert (result.exit_code, "there is no such file" in result.stderr) == (1, True)
