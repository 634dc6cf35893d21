"""Prefix, suffix and length of a code, whatever it comes through."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.ticket_code import MOST_CHARACTERS
from kiosk.ports.framing import Framing, Gathering

BODY = st.text(string.ascii_letters + string.digits + "\x1d-", min_size=1, max_size=60)
FRAME = st.text(
    st.characters(codec="ascii", exclude_characters=string.ascii_letters + string.digits + "\x1d-"), max_size=4
)


def gathered(framing: Framing, text: str) -> tuple[Gathering, list[int]]:
    """What came of the text, and after which characters it was whole."""
    gathering = Gathering(framing)
    return gathering, [place for place, character in enumerate(text) if gathering.add(character)]


@given(FRAME, BODY, FRAME.filter(bool))
def test_what_stands_between_prefix_and_suffix_comes_out(prefix: str, body: str, suffix: str) -> None:
    sent = prefix + body + suffix
    gathering = Gathering(Framing(prefix, suffix))
    for character in sent:
        if gathering.add(character) and len(gathering.text) == len(sent):
            break
    assert gathering.code(ended=True) == body


@given(BODY, st.sampled_from("\r\n\t"))
def test_without_a_suffix_any_end_does(body: str, end: str) -> None:
    gathering, ends = gathered(Framing(), body + end)
    assert ends == [len(body)]
    assert gathering.code(ended=True) == body


@given(BODY)
def test_a_pause_ends_a_code_only_where_no_suffix_is_configured(body: str) -> None:
    for suffix, code in ((None, body), ("", body), ("\r", None)):
        gathering, ends = gathered(Framing(suffix=suffix), body)
        assert ends == []
        assert gathering.code(ended=False) == code


def test_where_a_pause_alone_ends_it_an_enter_belongs_to_the_code() -> None:
    gathering, ends = gathered(Framing(suffix=""), "1\r2")
    assert ends == []
    assert gathering.code(ended=False) == "1\r2"


@given(BODY)
def test_a_code_with_a_lost_part_is_none(body: str) -> None:
    gathering, _ = gathered(Framing(), body)
    gathering.spoil()
    gathering.add("\r")
    assert gathering.code(ended=True) is None
    gathering.clear()
    assert not gathering.begun


@pytest.mark.parametrize("framing", [Framing(), Framing("~~", "\r\n"), Framing("", "")])
@pytest.mark.parametrize("length", [MOST_CHARACTERS - 1, MOST_CHARACTERS, MOST_CHARACTERS + 1, 10 * MOST_CHARACTERS])
def test_a_code_too_long_stays_too_long(framing: Framing, length: int) -> None:
    end = "\r" if framing.suffix is None else framing.suffix
    gathering, _ = gathered(framing, framing.prefix + "9" * length + end)
    code = gathering.code(ended=bool(end))
    assert code == "9" * min(length, MOST_CHARACTERS + 1)
    assert len(gathering.text) <= MOST_CHARACTERS + 10
