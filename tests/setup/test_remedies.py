"""Whatever can be wrong with an answer is explained in Japanese, with what to type instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.settings import Settings
from kiosk.settings.section import Section
from kiosk.setup.questions import CA_FILE, QUESTIONS, wrong_with
from kiosk.setup.remedies import words_for, words_for_no_toml

SOUND: dict[str, dict[str, Any]] = {"site": {"name": "ためし健診センター"}, "printer": {"device": "virtual:/slips"}}
SHAPES: tuple[object, ...] = ("", "☃", "relative", 7, -1.5, 10**9, True, [], ["("], {"x": 1}, "x" * 99, "http://far:1")
"""Of every kind that a file can hold; hardly a key takes all of them."""
ENGLISH = re.compile(r"\b(give|write|should|must|input|value|needs?|digits?|characters?|valid|expected)\b", re.I)


def all_keys() -> Iterator[tuple[str, str]]:
    for table, field in Settings.model_fields.items():
        section = field.annotation
        assert isinstance(section, type)
        assert issubclass(section, Section)
        yield from ((table, key) for key in section.model_fields)


def require_japanese(words: str) -> None:
    assert re.search(r"[ぁ-ん]", words), words
    assert not ENGLISH.search(re.sub(r"[a-z]+[._][a-z_.]+|/\S+|`[^`]*`|\{|'[^']*'", "", words)), words


def refusals(data: object) -> list[str]:
    try:
        Settings.model_validate(data)
    except ValidationError as wrong:
        return [words_for(error) for error in wrong.errors(include_url=False)]
    return []


@pytest.mark.parametrize(("table", "key"), sorted(all_keys()))
def test_every_key_explains_a_wrong_value_in_japanese(table: str, key: str) -> None:
    said = [words for value in SHAPES for words in refusals({**SOUND, table: {**SOUND.get(table, {}), key: value}})]
    assert said, "no shape is wrong for it"
    for words in said:
        require_japanese(words)


@pytest.mark.parametrize(
    "data",
    [
        {**SOUND, "gateway": {"url": "https://gateway.example"}},
        {**SOUND, "voice": {"quiet_from": "12:00"}},
        {**SOUND, "serve": {"backend": "folders"}},
        {**SOUND, "site": 3},
        {**SOUND, "sites": {}},
        {**SOUND, "site": {"name": "x", "nmae": "y"}},
        {**SOUND, "site": {"name": "x", "letter": "A"}},
        {**SOUND, "site": {"name": "x", "zzzzzz": "A"}},
        {},
    ],
)
def test_what_belongs_together_and_what_is_unknown_is_explained_in_japanese(data: object) -> None:
    assert refusals(data)
    for words in refusals(data):
        require_japanese(words)


@pytest.mark.parametrize(
    ("table", "key", "value", "example"),
    [
        ("terminal", "letter", "あ", "例: A"),
        ("terminal", "name", "K01", "例: k01"),
        ("gateway", "url", "gateway.example", "https://gateway.example:8460"),
        ("gateway", "url", "http://gateway.example", "http://127.0.0.1:8460"),
        ("printer", "device", "192.168.1.50", "tcp:192.168.1.50:9100"),
        ("printer", "device", "tcp:192.168.1.50", "tcp:192.168.1.50:9100"),
        ("printer", "head", 80, "384, 576"),
        ("scanner", "device", "ttyACM0", "kiosk scanner list"),
        ("site", "next_place", "あ" * 21, "20文字まで"),
        ("site", "name", "", "1文字以上"),
        ("card", "reader", "(", "リーダーの名前の一部"),
        ("screen", "idle_seconds", 5, "30 以上の数字"),
        ("screen", "warning_seconds", 5, "20 以上の数字"),
        ("screen", "result_seconds", 5, "20 以上の数字"),
    ],
)
def test_the_words_show_what_to_type(table: str, key: str, value: object, example: str) -> None:
    words = wrong_with({**SOUND, table: {**SOUND.get(table, {}), key: value}}, table, key)
    assert words
    assert example in words


def test_a_letter_that_is_missed_is_named() -> None:
    assert any("name のこと" in words for words in refusals({**SOUND, "site": {"name": "x", "nmae": "y"}}))
    assert any("[terminal]" in words for words in refusals({**SOUND, "site": {"name": "x", "letter": "A"}}))


@pytest.mark.parametrize(("text", "place"), [('a = 1\nb = "x\n', "2行目の"), ("[site", "TOML")])
def test_the_place_where_a_file_stops_being_toml_is_told(text: str, place: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as wrong:
        tomllib.loads(text)
    words = words_for_no_toml(wrong.value)
    assert place in words
    require_japanese(words)


def test_every_question_has_words_of_its_own_for_what_its_type_does_not_say() -> None:
    for question in (*QUESTIONS, CA_FILE):
        assert (question.table, question.key) in set(all_keys())
