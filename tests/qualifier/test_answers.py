"""Reading: what is forgiven, and what is never."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import (
    InsurerNumber,
    ProcessingStatus,
    QualificationAnswer,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.outcome import decide
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.ways import Way
from kiosk.qualifier.answers import JAPAN, NotAnAnswer, read_answer

REFERENCE = "0b8f7a52-6c62-4d0e-9a3f-0d6f0f9b4a11"
RESULT: dict[str, Any] = {
    "insurerNumber": "  138057",
    "insurerName": "見本市国民健康保険",
    "symbol": "１１",
    "number": "１００００１",
    "branch": "01",
    "name": "見本　太郎",
    "nameKana": "ﾐﾎﾝ ﾀﾛｳ",
    "sex1": "1",
    "birthdate": "19700102",
    "qualificationDate": "20150401",
    "disqualificationDate": "",
    "cardValidDate": None,
    "cardExpirationDate": "20270731",
    "cardClassification": "01",
    "reasonOfLoss": None,
}
ANSWER: dict[str, Any] = {
    "clientRef": REFERENCE,
    "segment": "1",
    "status": "1",
    "validity": "1",
    "referenceClassification": "2",
    "processedAt": "20260701093001",
    "code": None,
    "message": None,
    "results": [RESULT],
}
TODAY = date(2026, 7, 1)
TARO = Person("見本　太郎", date(1970, 1, 2), Sex.MALE)


def read(**other: Any) -> QualificationAnswer:
    return read_answer(json.dumps(ANSWER | other).encode(), REFERENCE)


def read_result(**other: Any) -> QualificationAnswer:
    return read(results=[RESULT | other])


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ANSWER.items() if name not in names}


def test_whole_answer_becomes_what_the_rules_take() -> None:
    answer = read()
    assert (answer.segment, answer.status) == (SegmentOfResult.DONE, ProcessingStatus.DONE)
    assert answer.validity is QualificationValidity.VALID
    assert answer.processed_at == datetime(2026, 7, 1, 9, 30, 1, tzinfo=JAPAN)
    (only,) = answer.results
    assert only.insurer == InsurerNumber("00138057")
    assert (only.insured.symbol, only.insured.number, only.insured.branch) == ("１１", "１００００１", "01")
    assert only.person == Person("見本　太郎", date(1970, 1, 2), Sex.MALE, "ﾐﾎﾝ ﾀﾛｳ")
    assert only.qualification_date == date(2015, 4, 1)
    assert only.disqualification_date is None
    assert only.card_valid_from is None
    assert only.card_valid_until == date(2027, 7, 31)
    assert only.card_classification == "01"


def test_it_confirms() -> None:
    """Proof that the property below could fail: the whole answer does confirm."""
    assert confirms(read())


def test_what_other_gateways_add_or_leave_out_is_forgiven() -> None:
    lean = {key: RESULT[key] for key in ("insurerNumber", "name", "birthdate", "sex1")}
    fat = ANSWER | {"results": [RESULT | {"postNumber": "0000000", "unknown": {"deep": []}}], "extra": 1}
    for message in (fat, without("processedAt", "code", "message", "referenceClassification") | {"results": [lean]}):
        assert read_answer(json.dumps(message).encode(), REFERENCE).results[0].person.name == "見本　太郎"


def test_gateway_that_does_not_echo_the_reference_is_believed() -> None:
    assert read_answer(json.dumps(without("clientRef")).encode(), REFERENCE).results


@pytest.mark.parametrize("echoed", ["0b8f7a52-6c62-4d0e-9a3f-0d6f0f9b4a12", "x", 1, ["x"]])
def test_answer_to_another_query_is_none(echoed: object) -> None:
    with pytest.raises(NotAnAnswer):
        read(clientRef=echoed)


@pytest.mark.parametrize("missing", ["segment", "status", "validity"])
def test_missing_header_is_no_answer(missing: str) -> None:
    with pytest.raises(NotAnAnswer):
        read_answer(json.dumps(without(missing)).encode(), REFERENCE)


@pytest.mark.parametrize("missing", ["insurerNumber", "name", "birthdate", "sex1"])
def test_missing_part_of_a_result_is_no_answer(missing: str) -> None:
    for broken in (RESULT | {missing: None}, {key: value for key, value in RESULT.items() if key != missing}):
        with pytest.raises(NotAnAnswer):
            read(results=[broken])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("segment", "3"),
        ("segment", 1),
        ("status", "0"),
        ("validity", "7"),
        ("validity", True),
        ("results", {}),
        ("results", "x"),
    ],
)
def test_unknown_code_is_no_answer(field: str, value: object) -> None:
    with pytest.raises(NotAnAnswer):
        read(**{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("insurerNumber", "06132014"),
        ("insurerNumber", "138"),
        ("insurerNumber", "ABCDEFGH"),
        ("insurerNumber", 6132013),
        ("birthdate", "1970-01-02"),
        ("birthdate", "19700231"),
        ("birthdate", "１９７００１０２"),
        ("qualificationDate", "99999999"),
        ("sex1", "9"),
        ("name", "　 "),
        ("name", "見本\x1b[2J太郎"),
        ("name", "見" * 201),
        ("nameKana", ["ﾐﾎﾝ"]),
    ],
)
def test_result_that_cannot_be_is_no_answer(field: str, value: object) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        read_result(**{field: value})
    assert str(value) not in str(refused.value)


@pytest.mark.parametrize(
    "validity", [code for code in QualificationValidity if code is not QualificationValidity.VALID]
)
def test_other_answers_name_nobody(validity: QualificationValidity) -> None:
    """Not even when their results could not be read: the desk is where they lead in any case."""
    unreadable: tuple[list[dict[str, Any]], ...] = ([RESULT], [RESULT | {"insurerNumber": "06132014"}], [{}])
    for results in unreadable:
        answer = read(validity=validity.value, results=results)
        assert (answer.validity, answer.results) == (validity, ())


def test_failed_segment_needs_no_more() -> None:
    answer = read_answer(b'{"segment":"9","code":"E-1","message":"line 1\\nline 2\\u001b[31m"}', REFERENCE)
    assert (answer.segment, answer.status, answer.validity) == (SegmentOfResult.FAILED, None, None)
    assert (answer.code, answer.message) == ("E-1", "line 1 line 2 [31m")


def test_status_error_keeps_the_code_for_staff() -> None:
    answer = read(status="2", validity=None, code="X" * 999, results=None)
    assert (answer.status, answer.validity, len(answer.code)) == (ProcessingStatus.ERROR, None, 200)


@pytest.mark.parametrize("at", ["2026-07-01T09:30:01+09:00", 5, "", None, "20261399999999"])
def test_time_in_another_form_is_left_out(at: object) -> None:
    answer = read(processedAt=at)
    assert answer.processed_at is None
    assert answer.results


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe{}", b"[" * 100_000])
def test_body_that_is_no_object_is_no_answer(body: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        read_answer(body, REFERENCE)


def confirms(answer: QualificationAnswer) -> bool:
    ticket = Ticket(TicketNumber("26100000001"))
    presented = Presented(TARO, TARO.birthdate)
    return decide(Way.CARD_QUERY, ticket, presented, answer, SitePolicy(), TODAY).confirmed


def read_or_none(body: bytes) -> QualificationAnswer | None:
    try:
        return read_answer(body, REFERENCE)
    except NotAnAnswer:
        return None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*ANSWER, *RESULT, "x"]), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(st.binary(max_size=400))
def test_any_bytes_never_confirm(body: bytes) -> None:
    answer = read_or_none(body)
    assert answer is None or not confirms(answer)


@given(st.dictionaries(st.sampled_from([*ANSWER, "x"]), json_values))
def test_any_object_never_confirms(message: dict[str, Any]) -> None:
    answer = read_or_none(json.dumps(message).encode())
    assert answer is None or not confirms(answer)


SETTLING = ["segment", "status", "validity", "results"]


@given(st.sampled_from(SETTLING), json_values)
def test_whole_answer_with_anything_else_in_one_place_never_confirms(place: str, value: Any) -> None:
    answer = read_or_none(json.dumps({**ANSWER, place: value}).encode())
    assert value == ANSWER[place] or answer is None or not confirms(answer)


@given(st.sampled_from(["name", "birthdate", "sex1", "insurerNumber"]), json_values)
def test_another_person_never_confirms(place: str, value: Any) -> None:
    """Whatever stands in the place of the name, the birth date, the sex or the insurer's number."""
    answer = read_or_none(json.dumps({**ANSWER, "results": [{**RESULT, place: value}]}).encode())
    assert answer is None or not confirms(answer) or (place == "sex1" and value in ("1", "3")) or _same(place, value)


def _same(place: str, value: Any) -> bool:
    """Whether folding makes the two the same after all, which is meant."""
    return isinstance(value, str) and "".join(value.split()) == "".join(RESULT[place].split())
