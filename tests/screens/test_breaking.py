"""Where words go on in the next line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from screens.breaking import broken, torn

SIGNS = st.text(alphabet="あいカード資格確認書、。「」 abcXYZ1234가나ếô\n!", max_size=60)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("職員を呼ぶ", 8, ["職員を", "呼ぶ"]),
        ("全部けす", 6, ["全部", "けす"]),
        ("カードをお取りください。", 16, ["カードを", "お取りください。"]),
        ("ご本人の確認です", 10, ["ご本人の", "確認です"]),
        ("わかりません", 9, ["わかり", "ません"]),
        ("1  ア行\nアイウエオ", 8, ["1  ア行", "アイウ", "エオ"]),
        ("Chamar um atendente", 10, ["Chamar um", "atendente"]),
        ("暗証番号を入れてください", 24, ["暗証番号を入れてください"]),
        ("", 5, [""]),
    ],
)
def test_a_label_goes_on_where_a_reader_breathes(text: str, width: int, lines: list[str]) -> None:
    assert broken(text, width) == lines


def test_no_line_begins_with_a_stop() -> None:
    text = "受診券のバーコードを、かざしてください。「もどる」を押すと、前の画面にもどります。"
    for width in range(8, 60):
        assert [line for line in broken(text, width) if line[0] in "、。」"] == [], width


def test_lines_are_about_equally_long() -> None:
    one, two = broken("お店のバーコードのようです。受診券のバーコードをかざしてください。", 60)
    assert abs(cell_len(one) - cell_len(two)) <= 16


@given(SIGNS, st.integers(4, 60))
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    lines = broken(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_only_words_of_letters_are_torn() -> None:
    assert torn("Chamar atendente", 8) == ["atendente"]
    assert torn("わかりません 모르겠습니다 資格確認書", 4) == []
