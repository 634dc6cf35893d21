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
from kiosk.locale.readings import READINGS, read
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


def unread(words: Iterable[str]) -> set[tuple[str, str]]:
    """Kanji without a reading, with the message that has them."""
    kanji = re.compile("[一-鿿々]")
    return {(part, message) for message in words for part, kana in read(message) if not kana and kanji.search(part)}


def test_every_kanji_has_a_reading() -> None:
    assert unread(messages()) == set()


def test_every_kanji_of_easy_japanese_has_a_reading() -> None:
    assert unread(words for _message, words in entries(catalogue(Language.EASY_JAPANESE))) == set()


def test_what_is_read_is_the_text() -> None:
    for message in messages():
        assert "".join(part for part, _kana in read(message)) == message


def test_readings_are_hiragana() -> None:
    assert [kana for kana in READINGS.values() if not re.fullmatch("[ぁ-ゖー]+", kana)] == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1月は「01」です。", [("1", ""), ("月", "がつ"), ("は「01」です。", "")]),
        ("月は01から12です。", [("月", "つき"), ("は01から12です。", "")]),
        ("その年はありません", [("その", ""), ("年", "とし"), ("はありません", "")]),
        ("昭和38年", [("昭和", "しょうわ"), ("38", ""), ("年", "ねん")]),
        ("ハ行", [("ハ", ""), ("行", "ぎょう")]),
        ("持って行き", [("持", "も"), ("って", ""), ("行", "い"), ("き", "")]),
        ("行ってください", [("行", "い"), ("ってください", "")]),
        ("出ました", [("出", "で"), ("ました", "")]),
        ("出してください", [("出", "だ"), ("してください", "")]),
    ],
)
def test_the_words_around_tell_the_reading(text: str, parts: list[tuple[str, str]]) -> None:
    assert list(read(text)) == parts


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
