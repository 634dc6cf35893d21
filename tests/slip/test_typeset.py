"""Japanese lines."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.printout.lines import NEVER_FIRST, NEVER_LAST, balance_lines, break_lines
from kiosk.slip.typeset import GETA, writable

JAPANESE = st.text("あいう健診「」（）、。ー①⑤ 　A9-.:\U00020bb7", max_size=60)


def cells(text: str) -> float:
    """Width as a fixed-width face has it: full width 2, half width 1."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def test_no_line_starts_with_a_comma_or_a_closing_bracket() -> None:
    assert break_lines("受診券を、見る。", 8, cells) == ["受診券", "を、見", "る。"]


def test_no_line_ends_with_an_opening_bracket() -> None:
    assert break_lines("これは「健診」です", 8, cells) == ["これは", "「健診」", "です"]


def test_telephone_numbers_and_times_stay_together() -> None:
    assert break_lines("電話 0800-080-4583 8:00-18:00", 14, cells) == ["電話", "0800-080-4583", "8:00-18:00"]


def test_a_circled_number_stays_with_its_word() -> None:
    assert break_lines("または⑤資格", 8, cells) == ["または", "⑤資格"]


def test_balanced_lines_leave_no_orphan() -> None:
    assert break_lines("ああああああああい", 16, cells) == ["ああああああああ", "い"]
    assert balance_lines("ああああああああい", 16, cells) == ["あああああ", "あああい"]


def test_nothing_gives_one_empty_line() -> None:
    assert break_lines("", 10, cells) == [""]


@given(JAPANESE, st.integers(6, 40))
def test_lines_keep_every_sign_and_fit(text: str, width: int) -> None:
    lines = break_lines(text, width, cells)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cells(line) <= width for line in lines)


@given(JAPANESE, st.integers(6, 40))
def test_balancing_takes_no_more_lines(text: str, width: int) -> None:
    lines = balance_lines(text, width, cells)
    assert len(lines) == len(break_lines(text, width, cells))
    assert all(cells(line) <= width for line in lines)


@given(st.text("あいう健診「」、。", max_size=40))
def test_prohibited_signs_start_and_end_no_line(text: str) -> None:
    """Except in a run of such signs that is wider than the line."""
    lines = break_lines(text, 24, cells)
    for before, after in pairwise(lines):
        if after[0] in NEVER_FIRST or before[-1] in NEVER_LAST:
            run = before[-1] + after
            assert sum(char in NEVER_FIRST | NEVER_LAST for char in before + run) >= 6


def test_unknown_characters_become_geta() -> None:
    assert writable("𠮷野　髙子", lambda char: char != "𠮷") == f"{GETA}野　髙子"


def test_variation_selectors_and_control_characters_do_not_show() -> None:
    assert writable("葛\U000e0100城\n花\x00子\ufe00\u200b", lambda char: char in "葛城花子") == "葛城 花 子 "


def test_decomposed_kana_are_composed() -> None:
    assert writable("か\u3099", lambda char: char == "が") == "が"
