"""When a file is the answer, look by look."""

from __future__ import annotations

import logging

import pytest

from kiosk.checkin.insurance import ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.gateway.oqs.awaited import (
    SETTLED_CLOSED_SECONDS,
    SETTLED_SECONDS,
    UNUSABLE_SECONDS,
    Awaited,
    Found,
    Trouble,
)
from kiosk.gateway.oqs.reading import OqsFault, OqsResponse

IDENTIFIER = "20260701093000AAAAAAAAAAAAAAAA"
EXACT = f"OQSsiquc01res_{IDENTIFIER}.xml"
LOOSE = f"OQSsiquc01res_{IDENTIFIER}_1.xml"
SOON = 0.001


def found(
    digest: bytes = b"1",
    identifier: str = IDENTIFIER,
    segment: SegmentOfResult = SegmentOfResult.DONE,
    validity: QualificationValidity = QualificationValidity.VALID,
) -> Found:
    response = OqsResponse("x", identifier, segment=segment, status=ProcessingStatus.DONE, validity=validity)
    return Found(digest, response)


def taken(awaited: Awaited) -> bool:
    """Whether there is an answer."""
    return awaited.response is not None


@pytest.fixture
def awaited() -> Awaited:
    return Awaited(f"OQSsiquc01req_{IDENTIFIER}.xml", IDENTIFIER)


def test_one_look_is_never_enough(awaited: Awaited) -> None:
    awaited.take({EXACT: found()}, (), 100.0)
    assert not taken(awaited)
    assert awaited.due == 100.0 + SETTLED_SECONDS
    awaited.take({EXACT: found()}, (), awaited.due - SOON)
    assert not taken(awaited)
    awaited.take({EXACT: found()}, (), 100.0 + SETTLED_SECONDS)
    assert taken(awaited)
    assert awaited.news.is_set()
    assert awaited.answered.is_set()


def test_word_of_the_kernel_shortens_the_wait(awaited: Awaited) -> None:
    awaited.take({EXACT: found()}, {EXACT}, 100.0)
    assert awaited.due == 100.0 + SETTLED_CLOSED_SECONDS
    awaited.take({EXACT: found()}, (), awaited.due)
    assert taken(awaited)


def test_file_that_changes_has_to_settle_anew(awaited: Awaited) -> None:
    awaited.take({EXACT: found(b"1", validity=QualificationValidity.NOT_FOUND)}, (), 100.0)
    awaited.take({EXACT: found(b"2")}, (), 101.0)
    assert not taken(awaited)
    awaited.take({EXACT: None}, (), 102.0)
    assert awaited.due is None
    awaited.take({EXACT: found(b"2")}, (), 103.0)
    assert not taken(awaited)
    awaited.take({EXACT: found(b"2")}, (), 104.0)
    assert taken(awaited)


def test_looks_for_others_do_not_make_a_file_settle_late(awaited: Awaited) -> None:
    awaited.take({EXACT: found()}, (), 100.0)
    other = Awaited(awaited.request, IDENTIFIER)
    other.take({EXACT: found()}, (), 200.0)
    assert awaited.due == 100.0 + SETTLED_SECONDS


@pytest.mark.parametrize(
    ("name", "identifier", "ours"),
    [
        (EXACT, IDENTIFIER, True),
        (EXACT.lower(), IDENTIFIER, True),
        (EXACT, "", True),
        (EXACT, f" {IDENTIFIER} ", True),
        (EXACT, "20260701093000AAAAAAAAAAAAAAAB", False),
        (LOOSE, IDENTIFIER, True),
        (LOOSE, "", False),
    ],
)
def test_name_and_identifier_must_agree_where_both_are(
    awaited: Awaited, name: str, identifier: str, *, ours: bool
) -> None:
    for moment in (100.0, 101.0):
        awaited.take({name: found(identifier=identifier)}, (), moment)
    assert (awaited.response is not None) == ours
    assert awaited.trouble is None


def test_response_that_is_not_accepted_is_left_alone() -> None:
    awaited = Awaited(f"OQSsiquc01req_{IDENTIFIER}.xml", IDENTIFIER, lambda _: False)
    for moment in (100.0, 101.0, 110.0):
        awaited.take({EXACT: found()}, (), moment)
    assert (awaited.response, awaited.trouble) == (None, None)


def test_processing_is_no_answer(awaited: Awaited) -> None:
    for moment in (100.0, 101.0):
        awaited.take({EXACT: found(segment=SegmentOfResult.PROCESSING)}, (), moment)
    assert awaited.processing
    assert not taken(awaited)
    assert not awaited.news.is_set()


def test_second_file_is_waited_for_before_the_first_is_taken(awaited: Awaited) -> None:
    awaited.take({EXACT: found()}, (), 100.0)
    awaited.take({EXACT: found(), LOOSE: found(b"2", validity=QualificationValidity.INVALID)}, (), 101.0)
    assert not taken(awaited)
    awaited.take({EXACT: found(), LOOSE: found(b"2", validity=QualificationValidity.INVALID)}, (), 102.0)
    assert not taken(awaited)
    assert str(awaited.trouble) == str(Trouble.TWO_ANSWERS)
    assert awaited.news.is_set()
    awaited.take({EXACT: found(), LOOSE: None}, (), 103.0)
    assert taken(awaited)
    assert awaited.trouble is None


def test_file_of_no_use_is_trouble_after_a_while_and_said_once(
    awaited: Awaited, caplog: pytest.LogCaptureFixture
) -> None:
    cut = Found(b"1", fault=OqsFault.NOT_COMPLETE)
    with caplog.at_level(logging.WARNING):
        for moment in (100.0, 100.0 + UNUSABLE_SECONDS - SOON):
            awaited.take({EXACT: cut}, (), moment)
            assert not awaited.trouble
        for moment in (101.0 + UNUSABLE_SECONDS, 102.0 + UNUSABLE_SECONDS):
            awaited.take({EXACT: cut}, (), moment)
            assert awaited.trouble is Trouble.UNREADABLE
    assert caplog.text.count("NOT_COMPLETE") == 1
    awaited.take({EXACT: found(b"2")}, (), 200.0)
    assert not awaited.news.is_set()
    awaited.take({EXACT: found(b"2")}, (), 201.0)
    assert taken(awaited)
