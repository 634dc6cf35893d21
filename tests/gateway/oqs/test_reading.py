"""Responses are read by element name, and a bad value is named but never shown."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.checkin.insurance import ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.checkin.person import Sex
from kiosk.gateway.messages import ReferenceClassification
from kiosk.gateway.oqs.reading import OqsFault, OqsFileError, answer_of, answer_of_unit, read_response
from kiosk.qualifier.answers import read_answer
from tests.gateway.oqs.render import (
    DONE,
    HEADER,
    PERSON,
    Content,
    bulk,
    response,
    result,
    shift_jis,
    unit,
    utf_8,
    with_values,
)

NAME = "OQSsiquc01res_A1B2C3.xml"
REF = "5f0c7a52-3b1e-4c7e-9a55-0f6d3f1f2a11"


def _fault(octets: bytes) -> OqsFileError:
    with pytest.raises(OqsFileError) as raised:
        read_response(octets, NAME)
    return raised.value


def test_a_single_response_is_read_with_the_fields_that_a_checkup_needs() -> None:
    read = read_response(shift_jis(response()), NAME)
    assert (read.identifier, read.confirmation_date, read.processed_at) == (
        "A1B2C3",
        date(2026, 7, 1),
        "20260701093000",
    )
    assert (read.segment, read.status, read.validity) == (
        SegmentOfResult.DONE,
        ProcessingStatus.DONE,
        QualificationValidity.VALID,
    )
    assert read.reference_classification is ReferenceClassification.INSURED_NUMBER
    (person,) = read.results
    assert person.model_dump(exclude_none=True) == {
        "insurer_number": "  138057",
        "insurer_name": "架空国民健康保険",
        "symbol": "１２－３４",
        "number": "５６７８",
        "branch": "01",
        "name": "見本　髙子",
        "name_kana": "ﾐﾎﾝ ﾀｶｺ",
        "sex1": Sex.FEMALE,
        "birthdate": "19700102",
        "qualification_date": "20150401",
        "card_valid_date": "20250801",
        "card_expiration_date": "20260731",
        "card_classification": "01",
    }


def test_terminals_understand_the_answer() -> None:
    answer = answer_of(read_response(shift_jis(response()), NAME), REF)
    (qualification,) = read_answer(answer.model_dump_json(by_alias=True).encode(), REF).results
    assert qualification.insurer.digits == "00138057"
    assert qualification.person.name == "見本　髙子"


def test_nothing_else_is_kept_of_a_person() -> None:
    kept = read_response(shift_jis(response()), NAME).results[0].model_dump_json()
    assert "架空市" not in kept
    assert "0000000" not in kept


def test_no_repr_shows_anything() -> None:
    read = read_response(shift_jis(bulk(unit("1"))), NAME)
    assert "見本" not in repr((read, read.units, read.units[0].asked, read.units[0].results))


def test_the_status_may_come_after_the_results() -> None:
    late = response(body=[("ResultList", [result()]), *DONE])
    assert read_response(utf_8(late), NAME).validity is QualificationValidity.VALID


@pytest.mark.parametrize("body", [None, "", [("ProcessingResultStatus", "")]])
def test_a_failed_response_needs_no_body(body: Content | None) -> None:
    header = with_values(HEADER, SegmentOfResult="9", ErrorCode="OQS00001", ErrorMessage="処理を\r\n中止しました")
    parts: list[tuple[str, Content]] = [("MessageHeader", header)]
    read = read_response(shift_jis(("XmlMsg", parts if body is None else [*parts, ("MessageBody", body)])), NAME)
    answer = answer_of(read, REF)
    assert (answer.segment, answer.status, answer.results) == (SegmentOfResult.FAILED, None, ())
    assert (answer.code, answer.message) == ("OQS00001", "処理を 中止しました")


def test_a_response_under_way_is_an_answer_of_segment_2() -> None:
    header = with_values(HEADER, SegmentOfResult="2")
    answer = answer_of(read_response(shift_jis(("XmlMsg", [("MessageHeader", header)])), NAME), REF)
    assert (answer.segment, answer.validity) == (SegmentOfResult.PROCESSING, None)


def test_an_error_of_the_processing_keeps_its_code_and_message() -> None:
    body = [("ProcessingResultStatus", "2"), ("ProcessingResultCode", "E1"), ("ProcessingResultMessage", "該当なし")]
    answer = answer_of(read_response(shift_jis(response(body=body)), NAME), REF)
    assert (answer.status, answer.validity, answer.code, answer.message) == (
        ProcessingStatus.ERROR,
        None,
        "E1",
        "該当なし",
    )


def test_a_loss_of_qualification_comes_with_its_reason() -> None:
    gone = response(body=[DONE[0], ("QualificationValidity", "2"), ("ResultList", [result(ReasonOfLoss="01")])])
    read = read_response(shift_jis(gone), NAME)
    assert (read.validity, read.results[0].reason_of_loss) == (QualificationValidity.INVALID, "01")


def test_an_invalid_qualification_needs_no_whole_person() -> None:
    bare = ("ResultOfQualificationConfirmation", [("ReasonOfLoss", "03")])
    gone = response(body=[DONE[0], ("QualificationValidity", "3"), ("ResultList", [bare])])
    assert read_response(shift_jis(gone), NAME).results[0].reason_of_loss == "03"


def test_two_results_in_two_lists_are_two() -> None:
    lists: Content = [*DONE, ("ResultList", [result()]), ("ResultList", [result(InsuredBranchNumber="02")])]
    assert [one.branch for one in read_response(shift_jis(response(body=lists)), NAME).results] == ["01", "02"]


def test_a_known_name_in_an_unknown_element_is_not_read() -> None:
    strange: Content = [*PERSON, ("MedicalTicketInfo", [("InsurerNumber", "12345"), ("Name", "別人　某")])]
    read = read_response(
        shift_jis(response(body=[*DONE, ("ResultList", [("ResultOfQualificationConfirmation", strange)])])), NAME
    )
    assert read.results[0].name == "見本　髙子"


def test_an_unknown_element_within_a_text_adds_nothing_to_it() -> None:
    octets = shift_jis(response()).replace("髙子</Name>".encode("cp932"), "髙子<b>!</b></Name>".encode("cp932"))
    assert read_response(octets, NAME).results[0].name == "見本　髙子"


def test_zero_padding_of_an_insurer_number_stays_as_it_came() -> None:
    padded = response(body=[*DONE, ("ResultList", [result(InsurerNumber="00138057")])])
    assert read_response(shift_jis(padded), NAME).results[0].insurer_number == "00138057"


@pytest.mark.parametrize("place", ["MessageHeader", "MessageBody", None])
def test_an_upload_is_answered_with_a_reception_number_wherever_it_stands(place: str | None) -> None:
    number = ("ReceptionNumber", " 2026070100000001 ")
    time = ("ReceptionDateTime", "20260701093000")
    message: Content = [number, time] if place is None else [(place, [time, number])]
    read = read_response(shift_jis(("XmlMsg", message)), "OQSmuquc01res_1.xml")
    assert (read.reception_number, read.segment) == ("2026070100000001", None)
    with pytest.raises(OqsFileError, match="is no response of OQS"):
        answer_of(read, REF)


def test_bulk_units_are_answers_of_their_own() -> None:
    read = read_response(shift_jis(bulk(unit("one"), unit("two", validity="4"))), "OQSmuquc02res_1.xml")
    assert [one.asked.identifier for one in read.units if one.asked] == ["one", "two"]
    assert answer_of_unit(read, read.units[0], REF).results[0].name == "見本　髙子"
    assert answer_of_unit(read, read.units[1], REF).validity is QualificationValidity.NOT_FOUND


@pytest.mark.parametrize("header", [HEADER, [*HEADER, ("ReceptionNumber", "1")]])
def test_a_bulk_response_is_not_the_answer_to_one_query(header: list[tuple[str, Content]]) -> None:
    read = read_response(shift_jis(response(header, [unit("one")])), "OQSmuquc02res_1.xml")
    with pytest.raises(OqsFileError) as raised:
        answer_of(read, REF)
    assert raised.value.fault is OqsFault.NOT_A_RESPONSE


def test_a_bad_value_in_one_unit_spoils_only_that_unit() -> None:
    octets = shift_jis(bulk(unit("one", Birthdate="19700230"), unit("two")))
    spoilt, good = read_response(octets, "OQSmuquc02res_1.xml").units
    assert (spoilt.fault, good.fault) == ("Birthdate", "")
    assert spoilt.asked is not None
    assert spoilt.asked.identifier == "one"
    read = read_response(octets, "OQSmuquc02res_1.xml")
    with pytest.raises(OqsFileError) as raised:
        answer_of_unit(read, spoilt, REF)
    assert (raised.value.fault, raised.value.element) == (OqsFault.VALUE, "Birthdate")


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("InsurerNumber", "01130013"),
        ("InsurerNumber", "123"),
        ("InsurerNumber", None),
        ("Name", ""),
        ("Name", "見本\n髙子"),
        ("Name", "見" * 201),
        ("NameKana", "ﾐ\x85ﾎ"),
        ("Sex1", "9"),
        ("Sex1", None),
        ("Birthdate", "19700230"),
        ("Birthdate", "1970-01-02"),
        ("Birthdate", "１９７００１０２"),
        ("Birthdate", None),
        ("QualificationDate", "20150400"),
        ("DisqualificationDate", "2026"),
        ("InsuredCardValidDate", "2026080x"),
        ("InsuredCardExpirationDate", "99999999"),
    ],
)
def test_a_bad_value_of_a_person_is_named(element: str, value: str | None) -> None:
    fault = _fault(utf_8(response(body=[*DONE, ("ResultList", [result(**{element: value})])])))
    assert (fault.fault, fault.element) == (OqsFault.VALUE, element)
    assert NAME in str(fault)
    assert not value or value not in str(fault)


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("ProcessExecutionTime", "2026070109300"),
        ("ProcessExecutionTime", "20260701253000"),
        ("QualificationConfirmationDate", "20260732"),
        ("ReferenceClassification", "3"),
        ("SegmentOfResult", "3"),
    ],
)
def test_a_bad_value_of_a_header_is_named(element: str, value: str) -> None:
    fault = _fault(shift_jis(response(with_values(HEADER, **{element: value}))))
    assert (fault.fault, fault.element) == (OqsFault.VALUE, element)


@pytest.mark.parametrize(("element", "value"), [("ProcessingResultStatus", "3"), ("QualificationValidity", "7")])
def test_an_unknown_code_of_a_body_is_named(element: str, value: str) -> None:
    fault = _fault(shift_jis(response(body=[*with_values(DONE, **{element: value})])))
    assert (fault.fault, fault.element) == (OqsFault.VALUE, element)


@pytest.mark.parametrize("element", ["ProcessingResultStatus", "QualificationValidity"])
def test_an_answer_without_a_code_that_it_promises_is_refused(element: str) -> None:
    read = read_response(shift_jis(response(body=with_values(DONE, **{element: None}))), NAME)
    with pytest.raises(OqsFileError) as raised:
        answer_of(read, REF)
    assert (raised.value.fault, raised.value.element) == (OqsFault.VALUE, element)


def test_an_answer_without_a_time_is_refused() -> None:
    read = read_response(shift_jis(response(with_values(HEADER, ProcessExecutionTime=None))), NAME)
    with pytest.raises(OqsFileError, match="ProcessExecutionTime"):
        answer_of(read, REF)


def test_the_same_element_with_two_texts_is_refused() -> None:
    twice: Content = [*PERSON, ("Name", "別人　某")]
    fault = _fault(shift_jis(response(body=[*DONE, ("ResultList", [("ResultOfQualificationConfirmation", twice)])])))
    assert (fault.fault, fault.element) == (OqsFault.VALUE, "Name")


@pytest.mark.parametrize("group", ["MessageHeader", "MessageBody"])
def test_two_headers_or_bodies_are_refused(group: str) -> None:
    fault = _fault(shift_jis(("XmlMsg", [("MessageHeader", HEADER), ("MessageBody", DONE), (group, DONE)])))
    assert (fault.fault, fault.element) == (OqsFault.VALUE, group)


@pytest.mark.parametrize(
    "octets",
    [
        b"<html><body>503</body></html>",
        shift_jis(("XmlMsg", "")),
        shift_jis(("XmlMsg", [("MessageHeader", "")])),
        shift_jis(("XmlMsg", [("MessageHeader", with_values(HEADER, SegmentOfResult=""))])),
    ],
)
def test_other_xml_is_no_response(octets: bytes) -> None:
    assert _fault(octets).fault is OqsFault.NOT_A_RESPONSE


def test_long_notes_for_staff_are_cut_not_refused() -> None:
    header = with_values(HEADER, SegmentOfResult="9", ErrorMessage="あ" * 5000)
    assert len(read_response(shift_jis(response(header)), NAME).message) == 200


def test_a_file_name_from_outside_cannot_break_a_log_line() -> None:
    with pytest.raises(OqsFileError) as raised:
        read_response(b"", "a\nb\x1b[31m" + "x" * 500)
    assert "\n" not in str(raised.value)
    assert "\x1b" not in str(raised.value)
    assert len(str(raised.value)) < 250
