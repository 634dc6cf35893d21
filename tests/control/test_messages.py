"""What goes over the socket comes back as it was; whatever else comes is refused without being quoted."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.settlement import LONGEST_NOTE, SETTLING_WAYS, Settlement, Settling
from kiosk.control import messages
from kiosk.control.messages import (
    LONGEST_ANSWER,
    LONGEST_REQUEST,
    PAGE,
    DayAnswer,
    Hello,
    NotUnderstood,
    OpenedAnswer,
    Settle,
    SlipAnswer,
    TerminalAnswer,
    VisitsAnswer,
    read_answer,
    read_greeting,
    read_hello,
    read_request,
    to_line,
)
from kiosk.ports.board import SlipLook, SlipVerdict
from tests.control.desk import CANARY, CLOSE, LINE, OPENED, VIEW, VISIT

SETTLEMENTS = st.one_of(
    st.builds(lambda way: Settlement(Settling.WAY, way), st.sampled_from(SETTLING_WAYS)),
    st.builds(
        lambda kind, note: Settlement(kind, note=note),
        st.sampled_from([Settling.INSURER, Settling.REFUSED, Settling.CANCELLED]),
        st.text(max_size=LONGEST_NOTE).filter(lambda text: text.replace("\n", "").isprintable()),
    ),
    st.builds(lambda entry: Settlement(Settling.UNDONE, undoes=entry), st.uuids().map(lambda one: one.hex)),
)


@pytest.mark.parametrize(
    "answer",
    [
        TerminalAnswer(id=1, view=VIEW),
        VisitsAnswer(id=2, visits=(LINE,), more=True),
        OpenedAnswer(id=3, visit=OPENED),
        SlipAnswer(id=4, look=SlipLook(SlipVerdict.FORGED, None)),
        DayAnswer(id=5, close=CLOSE),
    ],
)
def test_an_answer_comes_back_as_it_was(answer: messages.Answer) -> None:
    line = to_line(answer)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert read_answer(line) == answer


@given(SETTLEMENTS)
def test_a_settlement_comes_back_as_it_was(settlement: Settlement) -> None:
    request = Settle(id=1, visit=VISIT, settlement=settlement)
    line = to_line(request)
    assert len(line) <= LONGEST_REQUEST
    assert read_request(line) == request


def test_a_page_of_visits_fits_into_a_line() -> None:
    assert len(to_line(VisitsAnswer(id=1, visits=(LINE,) * PAGE))) < LONGEST_ANSWER / 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"op": "look"},
        {"op": "look", "id": -1},
        {"op": "look", "id": 1, "more": 1},
        {"op": "dance", "id": 1},
        {"op": "open", "id": 1, "visit": "../../etc/passwd"},
        {"op": "visits", "id": 1, "which": "everything"},
        {"op": "visits", "id": 1, "which": "all", "day": "2026-02-30"},
        {"op": "switch", "id": 1, "service": "explode"},
        {"op": "settle", "id": 1, "visit": VISIT, "settlement": {"settling": "way"}},
        {"op": "settle", "id": 1, "visit": VISIT, "settlement": {"settling": "way", "way": "card query"}},
        {"op": "settle", "id": 1, "visit": VISIT, "settlement": {"settling": "note", "note": "x" * 201}},
        {"op": "settle", "id": 1, "visit": VISIT, "settlement": {"settling": "note", "note": "\x1b[2J"}},
        {"op": "show-slip", "id": 1, "code": "1" * 2000},
        [],
        None,
        "look",
    ],
)
def test_what_is_no_request_is_not_understood(wrong: Any) -> None:
    with pytest.raises(NotUnderstood):
        read_request(json.dumps(wrong).encode())


@given(st.binary(max_size=2000))
def test_random_octets_are_not_understood(octets: bytes) -> None:
    for read in (read_hello, read_request, read_answer, read_greeting):
        with pytest.raises(NotUnderstood):
            read(octets)


def test_deep_nesting_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        read_request(b'{"op":"settle","id":1,"settlement":' + b"[" * 7000)


def test_what_was_sent_stands_in_no_traceback() -> None:
    wrong = {"op": "settle", "id": 1, "visit": VISIT, "settlement": {"settling": "way", "note": CANARY}}
    with pytest.raises(NotUnderstood) as caught:
        read_request(json.dumps(wrong, ensure_ascii=False).encode())
    assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("name", ["", " ", "山田 (root)", "a\nb", "\x1b[31m", "x" * 41, "佐藤（root）", "a\u202eb"])
def test_a_name_that_could_pass_for_a_login_or_a_line_is_none(name: str) -> None:
    with pytest.raises(NotUnderstood):
        read_hello(json.dumps({"op": "hello", "version": 1, "as": name}).encode())


def test_a_later_version_may_say_more_in_its_hello() -> None:
    assert read_hello(b'{"op":"hello","version":2,"as":"x","colour":"blue"}').version == 2


def test_a_repr_shows_no_note_and_no_slip() -> None:
    request = Settle(id=1, visit=VISIT, settlement=Settlement(Settling.NOTE, note=CANARY))
    assert CANARY not in repr(request)
    assert CANARY not in repr(OpenedAnswer(id=1, visit=OPENED))
    assert "as" in json.loads(to_line(Hello(version=1)))
