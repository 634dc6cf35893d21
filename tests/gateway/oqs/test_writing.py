"""Requests as receipt computers write them."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.gateway.messages import QueryMessage
from kiosk.gateway.oqs.names import RequestKind, request_name, response_name
from kiosk.gateway.oqs.reading import OqsFault, OqsFileError, read_request
from kiosk.gateway.oqs.writing import bulk_fetch_octets, bulk_request_octets, request_octets

INSTITUTION = "1312345679"
REF = "5f0c7a52-3b1e-4c7e-9a55-0f6d3f1f2a11"
QUERY = QueryMessage(
    confirmation_date="20260701",
    insurer_number="138057",
    symbol="１２－３４㈱",
    number="５６７８",
    branch="01",
    birthdate="19700102",
    client_ref=REF,
)


def test_a_request_is_written_as_receipt_computers_write_it() -> None:
    lines = [
        '<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>',
        "<XmlMsg>",
        "  <MessageHeader>",
        "    <QualificationConfirmationDate>20260701</QualificationConfirmationDate>",
        "    <MedicalInstitutionCode>1312345679</MedicalInstitutionCode>",
        "    <ArbitraryFileIdentifier>A1B2C3</ArbitraryFileIdentifier>",
        "  </MessageHeader>",
        "  <MessageBody>",
        "    <QualificationConfirmSearchInfo>",
        "      <InsurerNumber>  138057</InsurerNumber>",
        "      <InsuredCardSymbol>１２－３４㈱</InsuredCardSymbol>",
        "      <InsuredIdentificationNumber>５６７８</InsuredIdentificationNumber>",
        "      <InsuredBranchNumber>01</InsuredBranchNumber>",
        "      <Birthdate>19700102</Birthdate>",
        "      <LimitApplicationCertificateRelatedConsFlg>0</LimitApplicationCertificateRelatedConsFlg>",
        f"      <ArbitraryIdentifier>{REF}</ArbitraryIdentifier>",
        "    </QualificationConfirmSearchInfo>",
        "  </MessageBody>",
        "</XmlMsg>",
        "",
    ]
    assert request_octets(QUERY, INSTITUTION, "A1B2C3") == "\r\n".join(lines).encode("cp932")


def test_parts_that_are_not_known_are_left_out() -> None:
    bare = QUERY.model_copy(update={"symbol": None, "branch": ""})
    written = request_octets(bare, INSTITUTION, "1")
    assert b"InsuredCardSymbol" not in written
    assert b"InsuredBranchNumber" not in written


def test_an_insurer_number_of_8_digits_is_not_padded() -> None:
    written = request_octets(QUERY.model_copy(update={"insurer_number": "06132013"}), INSTITUTION, "1")
    assert b"<InsurerNumber>06132013</InsurerNumber>" in written


def test_signs_of_xml_are_escaped() -> None:
    written = request_octets(QUERY.model_copy(update={"symbol": "a<b>&]]>"}), INSTITUTION, "1")
    assert read_request(written, "OQSsiquc01req_1.xml").queries[0].symbol == "a<b>&]]>"


def test_a_request_whose_shift_jis_could_be_utf_8_is_read_again() -> None:
    written = request_octets(QUERY.model_copy(update={"symbol": "﨑－", "number": "1"}), INSTITUTION, "1")
    assert "핁" in written.decode("utf-8")
    assert read_request(written, "OQSsiquc01req_1.xml").queries[0].symbol == "﨑－"


def test_a_typed_minus_becomes_the_one_of_code_page_932() -> None:
    written = request_octets(QUERY.model_copy(update={"symbol": "１２−３"}), INSTITUTION, "1")
    assert read_request(written, "OQSsiquc01req_1.xml").queries[0].symbol == "１２－３"


@pytest.mark.parametrize("symbol", ["𠮟", "é", "한", "\uf8f1", "😀"])
def test_a_sign_that_code_page_932_lacks_is_refused_before_anything_is_written(symbol: str) -> None:
    with pytest.raises(OqsFileError) as raised:
        request_octets(QUERY.model_copy(update={"symbol": symbol}), INSTITUTION, "A1")
    assert (raised.value.fault, raised.value.element) == (OqsFault.ENCODING, "InsuredCardSymbol")
    assert "OQSsiquc01req_A1.xml" in str(raised.value)
    assert symbol not in str(raised.value)


@pytest.mark.parametrize(
    ("key", "value", "element"),
    [
        ("symbol", "1\x002", "InsuredCardSymbol"),
        ("symbol", "1\r\n2", "InsuredCardSymbol"),
        ("number", "　 ", "InsuredIdentificationNumber"),
        ("number", "1" * 21, "InsuredIdentificationNumber"),
    ],
)
def test_a_value_that_an_element_cannot_hold_is_refused(key: str, value: str, element: str) -> None:
    with pytest.raises(OqsFileError) as raised:
        request_octets(QUERY.model_copy(update={key: value}), INSTITUTION, "1")
    assert (raised.value.fault, raised.value.element) == (OqsFault.VALUE, element)


@pytest.mark.parametrize("institution", ["", "131234567", "13123456790", "１３１２３４５６７９", "131234567x"])
def test_an_institution_code_has_ten_digits(institution: str) -> None:
    with pytest.raises(OqsFileError, match="MedicalInstitutionCode"):
        request_octets(QUERY, institution, "1")


def test_a_bulk_upload_holds_every_query() -> None:
    other = QUERY.model_copy(update={"insurer_number": "06132013", "client_ref": REF.replace("5", "6")})
    read = read_request(bulk_request_octets([QUERY, other], INSTITUTION, "B1"), "OQSmuquc01req_B1.xml")
    assert (read.kind, read.identifier, read.institution) == (RequestKind.BULK_UPLOAD, "B1", INSTITUTION)
    assert read.confirmation_date == date(2026, 7, 1)
    assert [query.identifier for query in read.queries] == [QUERY.client_ref, other.client_ref]


def test_a_bulk_upload_is_about_one_day_and_somebody() -> None:
    other_day = QUERY.model_copy(update={"confirmation_date": "20260702"})
    with pytest.raises(OqsFileError, match="QualificationConfirmationDate"):
        bulk_request_octets([QUERY, other_day], INSTITUTION, "B1")
    with pytest.raises(OqsFileError, match="QualificationConfirmSearchInfo"):
        bulk_request_octets([], INSTITUTION, "B1")


def test_a_bulk_fetch_names_the_reception() -> None:
    read = read_request(bulk_fetch_octets("20260701001", INSTITUTION, "B1"), "OQSmuquc02req_B1.xml")
    assert (read.kind, read.reception_number, read.queries) == (RequestKind.BULK_FETCH, "20260701001", ())


@pytest.mark.parametrize("number", ["", " ", "1" * 51, "1\n2"])
def test_a_bulk_fetch_needs_a_reception_number(number: str) -> None:
    with pytest.raises(OqsFileError, match="ReceptionNumber"):
        bulk_fetch_octets(number, INSTITUTION, "B1")


@pytest.mark.parametrize(
    ("octets", "name"),
    [
        (request_octets(QUERY, INSTITUTION, "1"), "TKKsiquc01req_1.xml"),
        (request_octets(QUERY, INSTITUTION, "1"), "OQSmuquc02req_1.xml"),
        (bulk_request_octets([QUERY, QUERY], INSTITUTION, "1"), "OQSsiquc01req_1.xml"),
        (bulk_fetch_octets("1", INSTITUTION, "1"), "OQSmuquc01req_1.xml"),
        (b"<XmlMsg/>", "OQSsiquc01req_1.xml"),
        (b"<Other/>", "OQSsiquc01req_1.xml"),
    ],
)
def test_a_file_that_is_not_the_request_of_its_name_is_refused(octets: bytes, name: str) -> None:
    with pytest.raises(OqsFileError) as raised:
        read_request(octets, name)
    assert raised.value.fault is OqsFault.NOT_A_REQUEST


@pytest.mark.parametrize(
    ("kind", "request_file", "response_file"),
    [
        (RequestKind.SINGLE, "OQSsiquc01req_20260701x.xml", "OQSsiquc01res_20260701x.xml"),
        (RequestKind.BULK_UPLOAD, "OQSmuquc01req_20260701x.xml", "OQSmuquc01res_20260701x.xml"),
        (RequestKind.BULK_FETCH, "OQSmuquc02req_20260701x.xml", "OQSmuquc02res_20260701x.xml"),
    ],
)
def test_a_response_has_the_name_of_its_request(kind: RequestKind, request_file: str, response_file: str) -> None:
    assert request_name(kind, "20260701x") == request_file
    assert response_name(request_file) == response_file


@pytest.mark.parametrize("identifier", ["", "a/b", "..", "a b", "ａ", "a_b", "a\n", "x" * 41])
def test_an_identifier_is_letters_and_digits(identifier: str) -> None:
    with pytest.raises(ValueError, match="ASCII letters and digits"):
        request_name(RequestKind.SINGLE, identifier)
    with pytest.raises(ValueError, match="ASCII letters and digits"):
        request_octets(QUERY, INSTITUTION, identifier)


@pytest.mark.parametrize(
    "name", ["OQSsiquc01res_1.xml", "OQSsiquc01req_.xml", "x/OQSsiquc01req_1.xml", "OQSsiquc02req_1.xml"]
)
def test_only_requests_have_a_response(name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        response_name(name)
