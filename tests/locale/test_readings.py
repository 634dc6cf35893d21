"""Furigana: every kanji of the screens' messages has its reading."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

import screens
from kiosk.checkin.language import Language
from kiosk.locale.dates import ERAS
from kiosk.locale.readings import COUNTED, COUNTERS, READINGS, read
from screens.ruby import half_width, lines_of
from tests.locale.catalogues import entries
from tests.locale.catalogues import read as catalogue

ROOM = Path(screens.__file__).parent
NOT_READ = {"tray", "tour"}
"""The demo's table and its tour are no part of the kiosk."""


def messages() -> Iterator[str]:
    """What the screens say in Japanese."""
    yield from ERAS.values()
    for file in sorted([*ROOM.glob("*.py"), *(ROOM / "widgets").glob("*.py")]):
        if file.stem.split("_")[0] not in NOT_READ:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_"):
                    yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def filled(message: str) -> str:
    """With a figure wherever the kiosk puts one."""
    return re.sub(r"\{(?:count|left|tries|hour|minute:02d|year|month|day)\}", "25", message)


def unread(words: Iterable[str]) -> set[tuple[str, str]]:
    """Kanji without a reading, with the message that has them."""
    kanji = re.compile("[一-鿿々]")
    return {
        (part, message) for message in words for part, kana in read(filled(message)) if not kana and kanji.search(part)
    }


def test_every_kanji_has_a_reading() -> None:
    assert unread(messages()) == set()


def test_every_kanji_of_easy_japanese_has_a_reading() -> None:
    assert unread(words for _message, words in entries(catalogue(Language.EASY_JAPANESE))) == set()


def test_what_is_read_is_the_text() -> None:
    for message in messages():
        assert "".join(part for part, _kana in read(message)) == message


def test_readings_are_hiragana() -> None:
    every = [*READINGS.values(), *COUNTERS.values(), *COUNTED.values()]
    assert [kana for kana in every if not re.fullmatch("[ぁ-ゖー]+", kana)] == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1月は「01」です。", [("1", ""), ("月", "がつ"), ("は「01」です。", "")]),
        ("月は01から12です。", [("月", "つき"), ("は01から12です。", "")]),
        ("その年はありません", [("その", ""), ("年", "とし"), ("はありません", "")]),
        ("昭和38年", [("昭和", "しょうわ"), ("38", ""), ("年", "ねん")]),
        ("年・月・日を", [("年", "とし"), ("・", ""), ("月", "つき"), ("・", ""), ("日", "ひ"), ("を", "")]),
        ("年2けた", [("年", "とし"), ("2けた", "")]),
        ("生まれた日", [("生", "う"), ("まれた", ""), ("日", "ひ")]),
        ("顔の写真", [("顔", "かお"), ("の", ""), ("写真", "しゃしん")]),
        ("ハ行", [("ハ", ""), ("行", "ぎょう")]),
        ("持って行き", [("持", "も"), ("って", ""), ("行", "い"), ("き", "")]),
        ("行ってください", [("行", "い"), ("ってください", "")]),
        ("出ました", [("出", "で"), ("ました", "")]),
        ("出してください", [("出", "だ"), ("してください", "")]),
    ],
)
def test_the_words_around_tell_the_reading(text: str, parts: list[tuple[str, str]]) -> None:
    assert list(read(text)) == parts


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        *zip(
            [f"{day}日" for day in range(1, 11)],
            ["ついたち", "ふつか", "みっか", "よっか", "いつか", "むいか", "なのか", "ようか", "ここのか", "とおか"],
            strict=True,
        ),
        ("11日", "11にち"),
        ("14日", "じゅうよっか"),
        ("15日", "15にち"),
        ("17日", "じゅうしちにち"),
        ("19日", "じゅうくにち"),
        ("20日", "はつか"),
        ("24日", "にじゅうよっか"),
        ("27日", "にじゅうしちにち"),
        ("29日", "にじゅうくにち"),
        ("31日", "31にち"),
        ("1月", "1がつ"),
        ("4月", "しがつ"),
        ("7月", "しちがつ"),
        ("9月", "くがつ"),
        ("12月", "12がつ"),
        ("昭和38年4月5日生", "しょうわ38ねんしがついつかうまれ"),
        ("1964年", "196よねん"),
        ("平成元年", "へいせいがんねん"),
        ("3つとも", "みっつとも"),
        ("11けた", "11けた"),
        ("1人", "ひとり"),
        ("3人", "3にん"),
        ("2枚", "2まい"),
        ("10時30分", "10じ3じゅっぷん"),
        ("9時05分", "くじ05ふん"),
        ("14時00分", "1よじれいふん"),
        ("残り25回", "のこり25かい"),
        ("あと20秒で", "あと20びょうで"),
        ("2階の健診センター", "2かいのけんしんセンター"),
        ("3階", "さんがい"),
    ],
)
def test_what_is_counted_is_read_as_people_say_it(text: str, kana: str) -> None:
    assert "".join(reading or part for part, reading in read(text)) == kana


@pytest.mark.parametrize(
    ("place", "kana"),
    [
        ("総合窓口", "そうごうまどぐち"),
        ("2階の受付", "2かいのうけつけ"),
        ("正面入口", "正面入口"),
        ("上田会館", "上田会館"),
        ("本館1番窓口", "本館1ばんまどぐち"),
    ],
)
def test_a_place_that_the_site_named_is_read_right_or_not_at_all(place: str, kana: str) -> None:
    """入 alone is い, and 上 alone is うえ; within a name they are something else."""
    assert "".join(reading or part for part, reading in read(place)) == kana


def test_half_width_kana_are_a_cell_each() -> None:
    assert half_width("じゅしんけん") == "ｼﾞｭｼﾝｹﾝ"
    assert half_width("ぎょう") == "ｷﾞｮｳ"
    assert cell_len(half_width("しかくかくにんしょ")) == 9


@pytest.mark.parametrize("width", [32, 38, 59, 81])
def test_every_message_fits_with_its_readings(width: int) -> None:
    """No row is wider than the screen, no reading runs into the next one, no word is lost."""
    for message in messages():
        lines = lines_of(message, width)
        assert all(cell_len(row) <= width for line in lines for row in line.rows), message
        shown = "".join(line.words for line in lines)
        assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", message)
        kana = [half_width(kana) for _part, kana in read(message) if kana]
        assert "".join("".join(line.readings for line in lines).split()) == "".join(kana)
