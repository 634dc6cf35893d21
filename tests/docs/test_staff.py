"""docs/staff.md tells clerks what their screens say."""

from __future__ import annotations

import re

from kiosk.checkin.procedures.procedure import Contact
from kiosk.checkin.reasons import Group
from kiosk.checkin.settlement import LONGEST_NOTE, Settlement
from kiosk.checkin.ways import way_words
from kiosk.ports.board import Level
from kiosk.station.owed_slip import OWED_FOR
from screens.staff.pages import KEYS, STAFF_KEYS
from screens.staff.settle import OTHERS, WAYS
from screens.staff.steering import CHOICES
from screens.staff.words import STANDINGS, settling
from tests.docs.pages import ROOT

TEXT = (ROOT / "docs" / "staff.md").read_text(encoding="utf-8")


def test_words_of_a_screen_are_quoted_as_they_stand_there() -> None:
    """In bold corner brackets: **「職員を呼ぶ」**."""
    sources = [
        file.read_text(encoding="utf-8") for room in ("kiosk", "screens") for file in (ROOT / room).rglob("*.py")
    ]
    quoted = [words.replace("A-012", "{number}") for words in re.findall(r"\*\*「(.+?)」\*\*", TEXT)]
    assert quoted
    assert [words for words in quoted if not any(words in source for source in sources)] == []


def test_every_level_group_and_standing_is_explained() -> None:
    rows = set(re.findall(r"^ *\| (\S+) \|", TEXT, re.M))
    assert {level.word for level in Level} <= rows
    assert {group.value for group in Group} <= rows
    assert {word for _, word, _ in STANDINGS.values()} <= rows


def test_the_call_centre_is_the_one_of_the_binder() -> None:
    assert Contact.CALL_CENTRE.value in TEXT


def test_limits_are_those_of_the_code() -> None:
    assert f"{LONGEST_NOTE}文字" in TEXT
    assert f"{OWED_FOR.total_seconds() / 60:.0f}分以内" in TEXT


def test_the_keys_are_those_of_the_board() -> None:
    rows = re.findall(r"^\| .+ \|$", TEXT.partition("## キーの一覧")[2], re.M)[1:]
    assert rows == [f"| {cap} | {words} |" for cap, words in (*KEYS, *STAFF_KEYS)]


def test_the_ways_to_settle_have_the_keys_of_the_board() -> None:
    rows = re.findall(r"^\| (\d) \| (.+?) \|", TEXT, re.M)
    ways = [(key, f"{way_words(way)}で確認") for key, way in WAYS.items()]
    assert rows == [*ways, *((key, settling(Settlement(one, note="-"))) for key, one in OTHERS.items())]


def test_the_menu_of_the_terminal_is_the_one_of_the_board() -> None:
    rows = re.findall(r"^\| ([a-z]) \| (.+?) \| (.+?) \|$", TEXT, re.M)
    assert rows == [(choice.key, choice.label, choice.hint) for choice in CHOICES]
