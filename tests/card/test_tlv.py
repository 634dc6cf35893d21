"""The TLV of 券面AP, and the four items in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card.four_items import MOST_BYTES, parse_person, size_of
from hardware.card.tlv import HEADER_BYTES, TlvError, parse_objects
from hardware.virtual.card_contents import four_items
from kiosk.checkin.person import Person, Sex
from tests.card.people import HANAKO

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=400)
PEOPLE = st.builds(
    Person,
    name=TEXTS.filter(lambda name: bool(name.strip())),
    birthdate=st.dates(date(1900, 1, 1), date(2020, 12, 31)),
    sex=st.sampled_from(Sex),
    address=TEXTS,
).filter(lambda person: len(four_items(person)) <= MOST_BYTES)


@given(person=PEOPLE, stray=st.integers(0, 2), filler=st.binary(max_size=3).map(lambda octets: b"\xff" * len(octets)))
def test_what_is_written_is_read(person: Person, stray: int, filler: bytes) -> None:
    file = b"\x00" * stray + four_items(person) + filler
    assert size_of(file[:HEADER_BYTES]) == stray + len(four_items(person))
    assert parse_person(file) == person


def test_name_keeps_its_ideographic_space() -> None:
    assert parse_person(four_items(HANAKO)).name == "検診　花子"


def test_sex_nine_is_unset() -> None:
    file = four_items(replace(HANAKO, sex=Sex.UNSET))
    assert file.endswith(b"\xdf\x25\x019")
    assert parse_person(file).sex is Sex.UNSET


def test_cut_file_is_an_error() -> None:
    file = four_items(HANAKO)
    for cut in range(len(file)):
        with pytest.raises(TlvError):
            parse_person(file[:cut])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"19700102", b"19700000"),
        (b"19700102", b"1970 102"),
        (b"19700102", "１９７０".encode()[:8]),
        ("検診　花子".encode(), b"\xff" * 15),
        ("検診　花子".encode(), b" " * 15),
        (b"\xdf\x22", b"\xdf\x26"),
        (b"\xdf\x23", b"\xdf\x22"),
        (b"\xff\x20", b"\xff\x21"),
    ],
    ids=["no such day", "blank in date", "wide date", "not UTF-8", "blank name", "no name", "two names", "other file"],
)
def test_other_content_is_an_error(before: bytes, after: bytes) -> None:
    with pytest.raises(TlvError):
        parse_person(four_items(HANAKO).replace(before, after, 1))


def test_error_holds_nothing_of_the_person() -> None:
    broken = four_items(HANAKO).replace(b"19700102", b"19709902")
    with pytest.raises(TlvError) as caught:
        parse_person(broken)
    assert "1970" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.binary(max_size=300))
def test_hostile_bytes_raise_only_the_typed_error(data: bytes) -> None:
    for parse in (parse_objects, parse_person, size_of):
        try:
            parse(data)
        except TlvError:
            continue


@given(st.binary(max_size=120))
def test_hostile_container_raises_only_the_typed_error(content: bytes) -> None:
    try:
        parse_person(b"\xff\x20\x81" + bytes((len(content),)) + content)
    except TlvError:
        return
