"""SIMULATOR: writes responses as the terminal of オンライン資格確認 does, about invented people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias
from xml.etree import ElementTree

from kiosk.checkin.insurance import ProcessingStatus, SegmentOfResult
from kiosk.gateway.messages import AnswerMessage, ReferenceClassification, ResultMessage
from kiosk.gateway.oqs.elements import Group, Leaf
from kiosk.gateway.oqs.files import OqsRequest, SearchInfo

_CHARACTER_CODES = "CharacterCodeIdentifier"
_Leaves: TypeAlias = Iterable[tuple[Leaf, str | None]]


class Writing(Enum):
    """An encoding: its name in the XML declaration, Python's codec, and what CharacterCodeIdentifier says."""

    SHIFT_JIS = ("Shift_JIS", "cp932", "1")
    UTF_8 = ("UTF-8", "utf-8", "0")

    def __init__(self, declared: str, codec: str, code: str) -> None:
        self.declared = declared
        self.codec = codec
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in a response's MessageHeader beside the answer."""

    processed_at: str
    """yyyyMMddHHmmss by the terminal's clock."""
    institution: str = ""
    identifier: str = ""
    writing: Writing = Writing.SHIFT_JIS
    reference: ReferenceClassification = ReferenceClassification.INSURED_NUMBER


def response_octets(header: Header, request: OqsRequest | None, answer: AnswerMessage) -> bytes:
    """A single response, or a capture (without request)."""
    message, body = _begin(header, request, answer.segment, answer)
    if answer.segment is SegmentOfResult.DONE:
        _fill(body, [(Leaf.STATUS, answer.status.value if answer.status else None)])
        if answer.status is ProcessingStatus.ERROR:
            _fill(body, [(Leaf.RESULT_CODE, answer.code), (Leaf.RESULT_MESSAGE, answer.message)])
        _fill(body, [(Leaf.VALIDITY, answer.validity.value if answer.validity else None)])
        for asked in request.queries if request else ():
            _search(body, asked)
        listed = ElementTree.SubElement(body, Group.RESULT_LIST.value)
        for result in answer.results:
            _result(listed, result)
    return _octets(message, header.writing)


def processing_octets(header: Header, request: OqsRequest) -> bytes:
    """処理中 (Segment 2)."""
    return _octets(_begin(header, request, SegmentOfResult.PROCESSING)[0], header.writing)


def reception_octets(header: Header, request: OqsRequest, reception_number: str) -> bytes:
    """The answer to the upload of a 一括照会: where to fetch its answers."""
    message, body = _begin(header, request, SegmentOfResult.DONE)
    _fill(body, [(Leaf.RECEPTION_NUMBER, reception_number)])
    return _octets(message, header.writing)


def bulk_octets(
    header: Header, request: OqsRequest, reception_number: str, units: Sequence[tuple[SearchInfo, AnswerMessage]]
) -> bytes:
    """The answers of a 一括照会."""
    message, body = _begin(header, request, SegmentOfResult.DONE)
    top = message.find(Group.HEADER.value)
    if top is not None:
        _fill(top, [(Leaf.RECEPTION_NUMBER, reception_number)])
        ElementTree.SubElement(top, "NumberOfProcessingResult").text = str(len(units))
    for asked, answer in units:
        unit = ElementTree.SubElement(body, Group.UNIT.value)
        _search(unit, asked)
        done = answer.status is ProcessingStatus.DONE
        _fill(unit, [(Leaf.STATUS, (ProcessingStatus.DONE if done else ProcessingStatus.ERROR).value)])
        if not done:
            _fill(unit, [(Leaf.RESULT_CODE, answer.code), (Leaf.RESULT_MESSAGE, answer.message)])
        _fill(unit, [(Leaf.VALIDITY, answer.validity.value if answer.validity else None)])
        for result in answer.results:
            _result(unit, result)
    return _octets(message, header.writing)


def _begin(
    header: Header, request: OqsRequest | None, segment: SegmentOfResult, answer: AnswerMessage | None = None
) -> tuple[ElementTree.Element, ElementTree.Element]:
    message = ElementTree.Element(Group.MESSAGE.value)
    top = ElementTree.SubElement(message, Group.HEADER.value)
    day = request.confirmation_date if request else None
    failed = answer is not None and segment is SegmentOfResult.FAILED
    _fill(
        top,
        [
            (Leaf.PROCESSED_AT, header.processed_at),
            (Leaf.CONFIRMATION_DATE, f"{day:%Y%m%d}" if day else header.processed_at[:8]),
            (Leaf.INSTITUTION, header.institution or (request.institution if request else "")),
            (Leaf.FILE_IDENTIFIER, header.identifier),
            (Leaf.REFERENCE_CLASSIFICATION, header.reference.value),
            (Leaf.SEGMENT, segment.value),
            (Leaf.ERROR_CODE, answer.code if answer and failed else None),
            (Leaf.ERROR_MESSAGE, answer.message if answer and failed else None),
        ],
    )
    ElementTree.SubElement(top, _CHARACTER_CODES).text = header.writing.code
    return message, ElementTree.SubElement(message, Group.BODY.value)


def _search(parent: ElementTree.Element, asked: SearchInfo) -> None:
    leaves = [
        (Leaf.INSURER_NUMBER, (asked.insurer_number or "").rjust(8)),
        (Leaf.SYMBOL, asked.symbol),
        (Leaf.NUMBER, asked.number),
        (Leaf.BRANCH, asked.branch),
        (Leaf.BIRTHDATE, asked.birthdate),
        (Leaf.IDENTIFIER, asked.identifier),
    ]
    _fill(ElementTree.SubElement(parent, Group.SEARCH.value), leaves)


def _result(parent: ElementTree.Element, result: ResultMessage) -> None:
    leaves = [
        (Leaf.CARD_CLASSIFICATION, result.card_classification),
        (Leaf.INSURER_NUMBER, result.insurer_number),
        (Leaf.SYMBOL, result.symbol),
        (Leaf.NUMBER, result.number),
        (Leaf.BRANCH, result.branch),
        (Leaf.NAME, result.name),
        (Leaf.NAME_OF_OTHER, result.name_of_other),
        (Leaf.NAME_KANA, result.name_kana),
        (Leaf.NAME_OF_OTHER_KANA, result.name_of_other_kana),
        (Leaf.SEX, result.sex1.value),
        (Leaf.BIRTHDATE, result.birthdate),
        (Leaf.QUALIFICATION_DATE, result.qualification_date),
        (Leaf.DISQUALIFICATION_DATE, result.disqualification_date),
        (Leaf.CARD_VALID_DATE, result.card_valid_date),
        (Leaf.CARD_EXPIRATION_DATE, result.card_expiration_date),
        (Leaf.REASON_OF_LOSS, result.reason_of_loss),
        (Leaf.INSURER_NAME, result.insurer_name),
    ]
    _fill(ElementTree.SubElement(parent, Group.RESULT.value), leaves)


def _fill(parent: ElementTree.Element, leaves: _Leaves) -> None:
    for leaf, text in leaves:
        if text:
            ElementTree.SubElement(parent, leaf.value).text = text


def _octets(message: ElementTree.Element, writing: Writing) -> bytes:
    ElementTree.indent(message)
    declaration = f'<?xml version="1.0" encoding="{writing.declared}" standalone="no"?>'
    text = f"{declaration}\n{ElementTree.tostring(message, encoding='unicode')}\n"
    return text.replace("\n", "\r\n").encode(writing.codec, errors="xmlcharrefreplace")
