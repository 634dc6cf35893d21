"""Whoever writes the units of a 一括照会, in whatever order: nobody gets the answer of somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.insurance import ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.checkin.person import Sex
from kiosk.gateway.messages import PersonMessage, ResultMessage
from kiosk.gateway.oqs.files import BulkUnit, OqsResponse, SearchInfo
from kiosk.gateway.oqs.matching import answers_of

INSURERS = ("06132013", "00138057")


def person(place: int, **other: str | None) -> PersonMessage:
    """People whose numbers differ in few signs; the twins of a family differ in the branch number alone."""
    asked: dict[str, str | None] = {
        "insurer_number": INSURERS[place // 2 % 2],
        "symbol": "11",
        "number": f"{100001 + place // 2}",
        "branch": f"{place % 2 + 1:02d}",
        "birthdate": "19700102",
        "client_ref": str(UUID(int=place)),
    }
    return PersonMessage.model_validate(asked | other)


def echo_of(query: PersonMessage, **other: str | None) -> SearchInfo:
    """As a terminal repeats it: padded as OQS does, 番号 in full width."""
    whole = SearchInfo(
        query.insurer_number.removeprefix("00"),
        query.symbol,
        "".join(chr(ord(digit) + 0xFEE0) for digit in query.number),
        query.branch,
        query.birthdate,
        query.client_ref,
    )
    return replace(whole, **other)  # type: ignore[arg-type]  # the tests name fields of SearchInfo


def unit_of(query: PersonMessage, asked: SearchInfo | None = None) -> BulkUnit:
    """The right answer to that query: its person has the clientRef for a name, so that a swap is seen."""
    result = ResultMessage(
        insurer_number="06132013", insurer_name="", name=query.client_ref, sex1=Sex.MALE, birthdate=query.birthdate
    )
    return BulkUnit(asked or echo_of(query), ProcessingStatus.DONE, QualificationValidity.VALID, results=(result,))


def response_of(units: Sequence[BulkUnit]) -> OqsResponse:
    return OqsResponse(
        "OQSmuquc02res_1.xml",
        confirmation_date=date(2026, 7, 1),
        processed_at="20260701093000",
        segment=SegmentOfResult.DONE,
        units=tuple(units),
    )


def names(queries: Sequence[PersonMessage], units: Sequence[BulkUnit]) -> dict[str, str]:
    """By clientRef, the name of the person that each answer shows."""
    return {answer.client_ref: answer.results[0].name for answer in answers_of(queries, response_of(units))}


PLAYS = st.lists(
    st.sampled_from(["whole", "missing", "twice", "anonymous", "bare", "foreign", "wrong", "faulty", "shouting"]),
    min_size=1,
    max_size=10,
)


@given(plays=PLAYS, data=st.data())
def test_nobody_ever_gets_the_answer_of_another(plays: list[str], data: st.DataObject) -> None:
    queries = [person(place) for place in range(len(plays))]
    units: list[BulkUnit] = []
    for place, (play, query) in enumerate(zip(plays, queries, strict=True)):
        neighbour = queries[(place + 1) % len(queries)]
        units += {
            "whole": [unit_of(query)],
            "missing": [],
            "twice": [unit_of(query), unit_of(query)],
            "anonymous": [unit_of(query, echo_of(query, identifier=""))],
            "bare": [unit_of(query, echo_of(query, identifier="", branch=None))],
            "foreign": [unit_of(query, echo_of(query, identifier=str(UUID(int=9999))))],
            # Our person's answer with the neighbour's clientRef, but with our numbers.
            "wrong": [unit_of(query, echo_of(query, identifier=neighbour.client_ref))],
            "faulty": [BulkUnit(asked=echo_of(query), fault="Birthdate")],
            "shouting": [unit_of(query, echo_of(query, identifier=query.client_ref.upper()))],
        }[play]
    found = names(queries, data.draw(st.permutations(units)))
    assert all(reference == name for reference, name in found.items())
    claimed = {queries[(place + 1) % len(queries)].client_ref for place, play in enumerate(plays) if play == "wrong"}
    for play, query in zip(plays, queries, strict=True):
        if play in ("whole", "shouting", "anonymous") and query.client_ref not in claimed:
            assert query.client_ref in found
        if play in ("missing", "twice", "foreign", "faulty"):
            assert query.client_ref not in found


TWINS = [person(0), person(1)]


def test_twins_are_told_apart_by_the_branch_number_alone() -> None:
    anonymous = [unit_of(twin, echo_of(twin, identifier="")) for twin in TWINS]
    assert names(TWINS, anonymous[::-1]) == {twin.client_ref: twin.client_ref for twin in TWINS}


def test_twins_of_whom_the_branch_number_is_not_repeated_have_no_answer() -> None:
    """Also when only one of them is repeated, who might be either."""
    bare = [unit_of(twin, echo_of(twin, identifier="", branch=None)) for twin in TWINS]
    assert [names(TWINS, units) for units in (bare, bare[:1], bare[1:])] == [{}, {}, {}]


@pytest.mark.parametrize(
    "changed",
    [
        {"insurer_number": "01130012"},
        {"birthdate": "19700103"},
        {"number": "100009"},
        {"symbol": "12"},
        {"branch": "02"},
    ],
)
def test_reference_with_the_numbers_of_somebody_else_is_no_answer(changed: dict[str, str]) -> None:
    query = person(0)
    assert names([query], [unit_of(query, echo_of(query, **changed))]) == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"insurer_number": None},
        {"number": None},
        {"birthdate": None},
        {"symbol": "12"},
        {"branch": "02"},
    ],
)
def test_repetition_without_reference_has_to_be_whole_and_right(changed: dict[str, str | None]) -> None:
    query = person(0)
    assert names([query], [unit_of(query, echo_of(query, identifier="", **changed))]) == {}


def test_parts_that_were_never_asked_for_are_nobodys() -> None:
    """A unit with a branch number does not belong to the query that had none."""
    query = person(0, branch=None)
    assert names([query], [unit_of(query, echo_of(query, identifier="", branch="01"))]) == {}
    assert names([query], [unit_of(query, echo_of(query, identifier=""))]) != {}


def test_reference_alone_is_enough() -> None:
    query = person(0)
    assert names([query], [unit_of(query, SearchInfo(identifier=query.client_ref))]) != {}


def test_answers_have_the_order_of_the_queries_and_what_is_nobodys_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queries = [person(place) for place in range(5)]
    units = [unit_of(query) for query in queries[:0:-1]]
    units.append(unit_of(person(7)))
    units.append(BulkUnit(fault="Birthdate"))
    found = answers_of(queries, response_of(units))
    assert [answer.client_ref for answer in found] == [query.client_ref for query in queries[1:]]
    assert "4 of 5 queries have an answer of their own, 2 units belong to none" in caplog.text


def test_error_of_one_is_its_answer() -> None:
    query = person(0)
    failed = BulkUnit(echo_of(query), ProcessingStatus.ERROR, code="E1", message="x")
    (answer,) = answers_of([query], response_of([failed]))
    assert (answer.status, answer.validity, answer.code) == (ProcessingStatus.ERROR, None, "E1")
