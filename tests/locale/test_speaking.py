"""One language at the screen, any for what is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from kiosk.checkin.language import Language
from kiosk.checkin.outcome import Hint
from kiosk.locale import N_, _, in_language, speak, spoken
from kiosk.locale.dates import ERAS, in_words, with_weekday
from kiosk.locale.hints import HINTS
from kiosk.locale.names import OWN_NAMES, STAFF_NAMES

DAY = date(1970, 1, 2)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    before = spoken()
    yield
    speak(before)


def test_the_screen_speaks_one_language_until_it_is_changed() -> None:
    for language, words in (
        (Language.ENGLISH, "Back"),
        (Language.VIETNAMESE, "Quay lại"),
        (Language.JAPANESE, "もどる"),
    ):
        speak(language)
        assert (spoken(), _(N_("もどる"))) == (language, words)


def test_what_is_written_names_its_language() -> None:
    speak(Language.KOREAN)
    assert in_language(Language.ENGLISH)("もどる") == "Back"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.JAPANESE, "昭和45年1月2日"),
        (Language.EASY_JAPANESE, "1970年1月2日"),
        (Language.ENGLISH, "1970-01-02"),
        (Language.KOREAN, "1970년 1월 2일"),
        (Language.PORTUGUESE, "02/01/1970"),
    ],
)
def test_days_are_written_as_people_do(language: Language, words: str) -> None:
    speak(language)
    assert in_words(DAY) == in_words(DAY, language) == words


def test_a_day_before_the_eras_is_written_all_the_same() -> None:
    assert in_words(date(1905, 3, 4), Language.JAPANESE) == "1905年3月4日"
    assert with_weekday(DAY, Language.JAPANESE) == "昭和45年1月2日（金）"
    assert with_weekday(DAY, Language.ENGLISH) == "1970-01-02"


def test_every_language_and_hint_has_its_words() -> None:
    assert set(OWN_NAMES) == set(STAFF_NAMES) == set(Language)
    assert set(HINTS) == set(Hint)
    assert all(in_language(Language.ENGLISH)(words) != words for words in ERAS.values())
