"""Files that are cut, mixed, nested, huge or made to harm: each has its fault."""

from __future__ import annotations

import codecs
import time
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.gateway.oqs.reading import OqsFault, OqsFileError, read_request, read_response
from kiosk.gateway.oqs.tree import DEEPEST, LARGEST_FILE, MOST_RECORDS
from tests.gateway.oqs.render import DONE, HEADER, SHIFT_JIS, bulk, response, shift_jis, text, unit, utf_8

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.xml"))
NAME = "OQSsiquc01res_1.xml"


def _fault(octets: bytes) -> OqsFault | None:
    try:
        read_response(octets, NAME)
    except OqsFileError as wrong:
        return wrong.fault
    return None


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_file_of_the_corpus_meets_the_fate_in_its_name(path: Path) -> None:
    expected = path.name.partition(".")[0]
    fault = _fault(path.read_bytes())
    assert ("good" if fault is None else fault.name) == expected


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_no_file_of_the_corpus_is_a_crash_as_a_request(path: Path) -> None:
    for name in ("OQSsiquc01req_1.xml", "OQSmuquc01req_1.xml", "OQSmuquc02req_1.xml"):
        with suppress(OqsFileError):
            read_request(path.read_bytes(), name)


@pytest.mark.parametrize("octets", [shift_jis(response()), utf_8(response()), codecs.BOM_UTF8 + utf_8(response())])
def test_no_beginning_of_a_file_is_an_answer(octets: bytes) -> None:
    for length in range(len(octets.rstrip())):
        assert _fault(octets[:length]) is OqsFault.NOT_COMPLETE, length


@pytest.mark.parametrize(("octets", "half"), [(shift_jis(response()), b"\x81"), (utf_8(response()), b"\xe3\x80")])
def test_half_a_character_after_the_last_tag_is_not_complete(octets: bytes, half: bytes) -> None:
    assert _fault(octets + half) is OqsFault.NOT_COMPLETE


@pytest.mark.parametrize("octets", [shift_jis(response()), utf_8(response())])
def test_a_file_whose_last_blocks_are_still_empty_is_not_complete(octets: bytes) -> None:
    for length in (0, 1, 100, len(octets) - 1):
        assert _fault(octets[:length].ljust(len(octets), b"\0")) is OqsFault.NOT_COMPLETE


@pytest.mark.parametrize("declared", ["Shift_JIS", "shift-jis", "SJIS", "x-sjis", "Windows-31J", "MS932", "CP932"])
def test_every_spelling_of_shift_jis_is_code_page_932(declared: str) -> None:
    octets = shift_jis(response()).replace(b"Shift_JIS", declared.encode())
    assert read_response(octets, NAME).results[0].name == "見本　髙子"


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<?xml version='1.0'?>",
        "<?xml version = '1.0' encoding = 'utf-8' ?>",
        "<?xml version='1.0' encoding='UTF8'?>",
    ],
)
def test_utf_8_by_declaration_or_without_one(head: str) -> None:
    assert read_response((head + text(response())).encode(), NAME).results[0].name == "見本　髙子"


def test_a_bom_outweighs_the_declaration() -> None:
    octets = codecs.BOM_UTF8 + (SHIFT_JIS + text(response())).encode()
    assert read_response(octets, NAME).results[0].name == "見本　髙子"


def test_the_code_that_a_header_gives_is_not_believed() -> None:
    claims_utf_8 = shift_jis(response()).replace(b"<CharacterCodeIdentifier>1", b"<CharacterCodeIdentifier>0")
    assert read_response(claims_utf_8, NAME).results[0].name == "見本　髙子"


@pytest.mark.parametrize(
    "octets",
    [
        (SHIFT_JIS + text(response())).encode(),
        (SHIFT_JIS + text(response([*HEADER, ("ErrorMessage", "見本")], DONE))).encode(),
        utf_8(response()).replace("見本".encode(), "見本".encode("cp932")),
        shift_jis(response()).replace("見本".encode("cp932"), "見本".encode()).replace("架空".encode("cp932"), b"\xfd"),
        shift_jis(response()).replace(b"01</InsuredBranch", b"\xa0</InsuredBranch"),
        shift_jis(response()).replace(b"Shift_JIS", b"EUC-JP"),
        shift_jis(response()).replace(b"Shift_JIS", b"UTF-8"),
        text(response()).encode("utf-16"),
        text(response()).encode("utf-16-be"),
        text(response()).encode("utf-32"),
    ],
)
def test_octets_in_another_encoding_than_declared_are_no_answer(octets: bytes) -> None:
    assert _fault(octets) is OqsFault.ENCODING


def test_a_file_of_4_mib_is_read_and_a_larger_one_is_not() -> None:
    octets = shift_jis(response())
    assert _fault(octets.ljust(LARGEST_FILE)) is None
    assert _fault(octets.ljust(LARGEST_FILE + 1)) is OqsFault.TOO_LARGE


def test_the_deepest_file_is_read_and_a_deeper_one_is_not() -> None:
    def nested(depth: int) -> bytes:
        inner = "<x>" * (depth - 2) + "</x>" * (depth - 2)
        return shift_jis(response()).replace(b"<SegmentOfResult>", f"{inner}<SegmentOfResult>".encode())

    assert _fault(nested(DEEPEST)) is None
    assert _fault(nested(DEEPEST + 1)) is OqsFault.TOO_DEEP


def test_the_largest_number_of_units_is_read_and_one_more_is_not() -> None:
    def units(count: int) -> bytes:
        return shift_jis(("XmlMsg", [("MessageHeader", HEADER), ("MessageBody", [("BulkConfirmUnit", "")] * count)]))

    assert len(read_response(units(MOST_RECORDS), NAME).units) == MOST_RECORDS
    assert _fault(units(MOST_RECORDS + 1)) is OqsFault.TOO_MANY


@pytest.mark.parametrize(
    "octets",
    [
        b"<XmlMsg>" * (LARGEST_FILE // 8),
        b"<XmlMsg>" + b"<a>" * (LARGEST_FILE // 3 - 9),
        b"<XmlMsg><a " + b" ".join(b'a%d=""' % number for number in range(300_000)) + b"/></XmlMsg>",
        b"<XmlMsg><" + b"a" * (LARGEST_FILE - 20),
        b"<XmlMsg>" + b"<MessageBody/>" * (LARGEST_FILE // 15),
        b"<XmlMsg><MessageHeader><ErrorMessage>" + b"&#65;" * 800_000 + b"</ErrorMessage></MessageHeader></XmlMsg>",
        b"<!--" + b"-" * (LARGEST_FILE - 20),
    ],
    ids=["same", "nested", "attributes", "name", "bodies", "references", "comment"],
)
def test_no_file_holds_the_gateway_up(octets: bytes) -> None:
    """10 s is far above what any of these takes, and far below what a file that grows in reading would."""
    assert len(octets) <= LARGEST_FILE
    begun = time.process_time()
    assert _fault(octets) is not None
    assert time.process_time() - begun < 10


def test_a_bulk_response_of_a_thousand_people_fits() -> None:
    octets = shift_jis(bulk(*(unit(str(number)) for number in range(1000))))
    assert len(octets) < LARGEST_FILE
    assert len(read_response(octets, NAME).units) == 1000
