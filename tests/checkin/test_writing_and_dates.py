"""Folding, masking and 和暦."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.checkin.collation import age_on
from kiosk.checkin.insurance import InvalidNumber, NumberFault
from kiosk.checkin.outcome import certificate_usable
from kiosk.checkin.person import mask_name
from kiosk.checkin.ticket import TicketKind, TicketNumber, fiscal_year
from kiosk.checkin.wareki import Era, NotADate, era_of, era_year, from_wareki, to_wareki
from kiosk.checkin.writing import fold_kana, fold_name, same_kana, same_name


@pytest.mark.parametrize("written", ["ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ　タロウ", "やまだ たろう"])
def test_kana_of_every_width_are_one(written: str) -> None:
    assert same_kana(written, "ヤマダ タロウ")


@pytest.mark.parametrize(
    "spellings",
    [
        ("キョーコ", "キヨ－コ", "ｷﾖｰｺ", "キョウコ", "キヨオコ"),
        ("オオノ", "オーノ", "オウノ", "ｵｰﾉ"),
        ("ケイコ", "ケーコ", "ケエコ"),
        ("ユウ", "ユー", "ユゥ"),
        ("カズコ", "カヅコ"),
        ("ジュン", "ヂユン"),
        ("サヲリ", "サオリ"),
        ("スヰ", "スイ"),
        ("アン-ナ", "アンｰナ"),
        ("ァイ", "ぁい"),
        ("ヶケ", "ゖけ"),
        ("ミツ ヱ", "みつえ"),
    ],
)
def test_small_kana_long_vowels_and_old_kana_are_one(spellings: tuple[str, ...]) -> None:
    assert len({fold_kana(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("オノ", "オオノ"),
        ("タケ", "ダケ"),
        ("ハラ", "バラ"),
        ("イトウ", "サトウ"),
        ("カナ", "カア"),
        ("ヤマダ", "ヤマタ"),
        ("アイ", "アア"),
    ],
)
def test_other_kana_stay_apart(one: str, other: str) -> None:
    assert not same_kana(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邊", "渡辺"),
        ("渡邉", "渡邊"),
        ("齋藤", "斎藤"),
        ("齊藤", "斉藤"),
        ("濵田", "浜田"),
        ("櫻井", "桜井"),
        ("𠮷田", "吉田"),
        ("嶋", "島"),
        ("德永　 真", "徳永 眞"),
        ("葛\U000e0100城", "葛城"),
        ("祐\ufe00", "祐"),
        ("祐\ufe0f", "祐"),
        ("葛\U000e01ef城", "葛城"),
        ("桒原", "桑原"),
    ],
)
def test_old_and_variant_letters_are_one(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("斉藤", "斎藤"), ("太田", "大田"), ("見本", "見木"), ("伊東", "伊藤"), ("林", "小林"), ("", "林")],
)
def test_other_letters_stay_apart(one: str, other: str) -> None:
    assert not same_name(one, other)


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_comparison_of_names_knows_no_order_and_never_fails(one: str, other: str) -> None:
    assert same_name(one, other) is same_name(other, one)
    assert same_name(one, one)


@given(st.text())
@example("R¸")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_kana(fold_kana(text)) == fold_kana(text)
    assert fold_name(fold_name(text)) == fold_name(text)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("見本　太郎", "見＊　太＊"),
        ("見本太郎", "見＊＊＊"),
        ("李", "李"),
        ("", ""),
        ("Anna Maria Test", "A＊＊＊　M＊＊＊＊　T＊＊＊"),
    ],
)
def test_a_mask_leaves_the_first_character_of_each_part(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("era", "parts", "day"),
    [
        (Era.SHOWA, (64, 1, 7), date(1989, 1, 7)),
        (Era.HEISEI, (1, 1, 8), date(1989, 1, 8)),
        (Era.HEISEI, (31, 4, 30), date(2019, 4, 30)),
        (Era.REIWA, (1, 5, 1), date(2019, 5, 1)),
        (Era.SHOWA, (1, 12, 25), date(1926, 12, 25)),
        (Era.SHOWA, (43, 2, 29), date(1968, 2, 29)),
    ],
)
def test_eras_begin_and_end_on_their_days(era: Era, parts: tuple[int, int, int], day: date) -> None:
    assert from_wareki(era, *parts) == day


@pytest.mark.parametrize(
    ("era", "parts"),
    [
        (Era.SHOWA, (64, 1, 8)),
        (Era.HEISEI, (1, 1, 7)),
        (Era.SHOWA, (44, 2, 29)),
        (Era.SHOWA, (0, 5, 5)),
        (Era.HEISEI, (99, 1, 1)),
    ],
)
def test_days_that_an_era_does_not_have_are_refused(era: Era, parts: tuple[int, int, int]) -> None:
    with pytest.raises(NotADate):
        from_wareki(era, *parts)


@given(st.dates(date(1912, 7, 30), date(2099, 12, 31)))
def test_wareki_there_and_back(day: date) -> None:
    assert from_wareki(era_of(day), era_year(day), day.month, day.day) == day


def test_the_first_year_of_an_era_is_gannen() -> None:
    assert to_wareki(date(2019, 5, 1)) == "令和元年5月1日"
    assert to_wareki(date(1970, 1, 2)) == "昭和45年1月2日"


def test_a_fiscal_year_begins_in_april() -> None:
    assert [fiscal_year(day) for day in (date(2026, 3, 31), date(2026, 4, 1))] == [2025, 2026]


def test_a_ticket_number_tells_year_and_kind() -> None:
    number = TicketNumber.parse("２６５00000001")
    assert (number.fiscal_year, number.kind) == (2026, TicketKind.SET)
    assert TicketNumber.parse("26400000001").kind is None


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("2610000000A", NumberFault.CHARACTERS),
        ("٢٦100000001", NumberFault.CHARACTERS),
        ("", NumberFault.CHARACTERS),
        ("2610000001", NumberFault.LENGTH),
        ("261000000012", NumberFault.LENGTH),
    ],
)
def test_a_ticket_number_says_what_is_wrong_with_it(typed: str, fault: NumberFault) -> None:
    with pytest.raises(InvalidNumber) as wrong:
        TicketNumber.parse(typed)
    assert wrong.value.fault is fault


@pytest.mark.parametrize(
    ("end", "last_usable"),
    [
        (date(2026, 8, 15), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2026, 9, 1), date(2026, 12, 31)),
    ],
)
def test_a_certificate_serves_to_the_end_of_the_third_month(end: date, last_usable: date) -> None:
    assert certificate_usable(end, last_usable)
    assert not certificate_usable(end, date.fromordinal(last_usable.toordinal() + 1))


def test_a_birthday_on_29_february_comes_on_1_march() -> None:
    assert [age_on(date(1968, 2, 29), day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [57, 58]
