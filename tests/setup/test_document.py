"""Answers come into the file, and nothing else of it changes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.setup.document import DocumentError, changed, written

EXAMPLE = (Path(__file__).parents[2] / "config" / "kiosk.example.toml").read_text(encoding="utf-8")


def test_a_key_that_is_only_shown_is_written_where_it_stands() -> None:
    text = changed(EXAMPLE, {"roster": {"required": True}})
    before, after = EXAMPLE.splitlines(), text.splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ("# required = false", "required = true")
    ]


def test_the_key_itself_comes_before_one_in_a_comment() -> None:
    assert changed('[a]\n# k = "x"\nk = "y"\n', {"a": {"k": "z"}}) == '[a]\n# k = "x"\nk = "z"\n'


def test_a_key_of_the_same_name_in_another_table_stays() -> None:
    text = changed('[a]\nname = "1"\n[b]\nname = "2"\n', {"b": {"name": "3"}})
    assert tomllib.loads(text) == {"a": {"name": "1"}, "b": {"name": "3"}}


def test_a_value_over_several_lines_is_replaced_as_a_whole() -> None:
    text = changed("[a]\nlist = [\n  'x', # one\n  'y',\n]\nother = 1\n", {"a": {"list": ("z",)}})
    assert text == '[a]\nlist = ["z"]\nother = 1\n'


def test_a_new_key_and_a_new_table_come_in() -> None:
    text = changed("[a]\nx = 1\n\n[b]\ny = 2\n", {"a": {"z": True}, "c": {"w": "ん"}})
    assert text == '[a]\nx = 1\nz = true\n\n[b]\ny = 2\n\n[c]\nw = "ん"\n'


def test_what_cannot_be_changed_safely_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"a\.k"):
        changed('a = { k = "x" }\n', {"a": {"k": "y"}})


@given(st.one_of(st.booleans(), st.integers(-(2**62), 2**62), st.text(), st.lists(st.text())))
def test_every_value_is_read_back_as_it_was_given(value: bool | int | str | list[str]) -> None:
    assert tomllib.loads(f"k = {written(value)}") == {"k": value}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_in_the_example_is_read_back(value: str) -> None:
    read = tomllib.loads(changed(EXAMPLE, {"site": {"name": value}, "printer": {"device": value}}))
    assert (read["site"]["name"], read["printer"]["device"]) == (value, value)
