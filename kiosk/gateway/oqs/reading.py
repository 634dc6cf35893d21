"""Reads OQS files: responses for the gateway, requests for the simulated terminal.

Elements count by name, wherever they stand among their neighbours; unknown ones are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.checkin.insurance import ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.checkin.person import Sex
from kiosk.gateway.messages import ReferenceClassification, ResultMessage
from kiosk.gateway.oqs import fields
from kiosk.gateway.oqs.answers import answer_of, answer_of_unit
from kiosk.gateway.oqs.elements import Group, Leaf
from kiosk.gateway.oqs.errors import OqsFault, OqsFileError, WrongElement
from kiosk.gateway.oqs.files import BulkUnit, OqsRequest, OqsResponse, SearchInfo
from kiosk.gateway.oqs.names import RequestKind
from kiosk.gateway.oqs.tree import Node, read_tree

__all__ = [
    "BulkUnit",
    "OqsFault",
    "OqsFileError",
    "OqsRequest",
    "OqsResponse",
    "SearchInfo",
    "answer_of",
    "answer_of_unit",
    "read_request",
    "read_response",
]


def read_response(octets: bytes, file_name: str) -> OqsResponse:
    """A single response (OQSsiquc01res), a capture (OQSsiquc01res_face) or a bulk one (OQSmuquc01res, 02res).

    Raises OqsFileError; NOT_COMPLETE means that a file which is still being written may be read later. A bad value
    in one unit of a bulk response spoils that unit only.
    """
    message = read_tree(octets, file_name, OqsFault.NOT_A_RESPONSE)
    try:
        return _response(message, file_name)
    except WrongElement as wrong:
        raise OqsFileError(OqsFault.VALUE, file_name, wrong.element) from None


def read_request(octets: bytes, file_name: str) -> OqsRequest:
    """A request of any of the three kinds; its name says which. Raises OqsFileError."""
    kind = next((kind for kind in RequestKind if file_name.startswith(kind.value)), None)
    if kind is None:
        raise OqsFileError(OqsFault.NOT_A_REQUEST, file_name)
    message = read_tree(octets, file_name, OqsFault.NOT_A_REQUEST)
    try:
        return _request(message, kind, file_name)
    except WrongElement as wrong:
        raise OqsFileError(OqsFault.VALUE, file_name, wrong.element) from None


def _response(message: Node, file_name: str) -> OqsResponse:
    header = message.one(Group.HEADER) or Node(Group.HEADER)
    body = message.one(Group.BODY) or Node(Group.BODY)
    segment = fields.code(header, Leaf.SEGMENT, SegmentOfResult)
    reception = next(
        (found for node in (header, body, message) if (found := fields.text(node, Leaf.RECEPTION_NUMBER))), ""
    )
    if segment is None and not reception:
        raise OqsFileError(OqsFault.NOT_A_RESPONSE, file_name, Leaf.SEGMENT.value)
    validity = fields.code(body, Leaf.VALIDITY, QualificationValidity)
    return OqsResponse(
        file_name=file_name,
        identifier=fields.text(header, Leaf.FILE_IDENTIFIER) or "",
        confirmation_date=fields.date_or_none(header, Leaf.CONFIRMATION_DATE),
        processed_at=fields.moment(header, Leaf.PROCESSED_AT),
        reference_classification=fields.code(header, Leaf.REFERENCE_CLASSIFICATION, ReferenceClassification),
        segment=segment,
        status=fields.code(body, Leaf.STATUS, ProcessingStatus),
        validity=validity,
        code=fields.note(header, Leaf.ERROR_CODE) or fields.note(body, Leaf.RESULT_CODE),
        message=fields.note(header, Leaf.ERROR_MESSAGE) or fields.note(body, Leaf.RESULT_MESSAGE),
        asked=_asked(body),
        results=_results(body, validity),
        units=tuple(_unit(node) for node in body.every(Group.UNIT)),
        reception_number=reception,
    )


def _unit(node: Node) -> BulkUnit:
    try:
        asked = _asked(node)
    except WrongElement as wrong:
        return BulkUnit(fault=wrong.element)
    try:
        validity = fields.code(node, Leaf.VALIDITY, QualificationValidity)
        return BulkUnit(
            asked=asked,
            status=fields.code(node, Leaf.STATUS, ProcessingStatus),
            validity=validity,
            code=fields.note(node, Leaf.RESULT_CODE),
            message=fields.note(node, Leaf.RESULT_MESSAGE),
            results=_results(node, validity),
        )
    except WrongElement as wrong:
        return BulkUnit(asked=asked, fault=wrong.element)


def _asked(node: Node) -> SearchInfo | None:
    search = node.one(Group.SEARCH)
    return None if search is None else _search_info(search)


def _search_info(search: Node) -> SearchInfo:
    return SearchInfo(
        insurer_number=fields.text(search, Leaf.INSURER_NUMBER),
        symbol=fields.text(search, Leaf.SYMBOL),
        number=fields.text(search, Leaf.NUMBER),
        branch=fields.text(search, Leaf.BRANCH),
        birthdate=fields.text(search, Leaf.BIRTHDATE),
        identifier=fields.text(search, Leaf.IDENTIFIER) or "",
    )


def _results(node: Node, validity: QualificationValidity | None) -> tuple[ResultMessage, ...]:
    whole = validity is QualificationValidity.VALID
    return tuple(_result(result, whole=whole) for result in _result_nodes(node))


def _result_nodes(node: Node) -> Iterator[Node]:
    yield from node.every(Group.RESULT)
    for listed in node.every(Group.RESULT_LIST):
        yield from listed.every(Group.RESULT)


def _result(node: Node, *, whole: bool) -> ResultMessage:
    """`whole`: it must have what a person is recognised by. Only 有効 rests on that; 無効 is 無効 without it."""
    if whole:
        for leaf in (Leaf.INSURER_NUMBER, Leaf.NAME, Leaf.BIRTHDATE, Leaf.SEX):
            if fields.text(node, leaf) is None:
                raise WrongElement(leaf.value)
    return ResultMessage(
        insurer_number=fields.insurer_number(node) or "",
        insurer_name=fields.text(node, Leaf.INSURER_NAME) or "",
        symbol=fields.text(node, Leaf.SYMBOL),
        number=fields.text(node, Leaf.NUMBER),
        branch=fields.text(node, Leaf.BRANCH),
        name=fields.text(node, Leaf.NAME) or "",
        name_kana=fields.text(node, Leaf.NAME_KANA),
        name_of_other=fields.text(node, Leaf.NAME_OF_OTHER),
        name_of_other_kana=fields.text(node, Leaf.NAME_OF_OTHER_KANA),
        sex1=fields.code(node, Leaf.SEX, Sex) or Sex.UNSET,
        birthdate=fields.day(node, Leaf.BIRTHDATE) or "",
        qualification_date=fields.day(node, Leaf.QUALIFICATION_DATE),
        disqualification_date=fields.day(node, Leaf.DISQUALIFICATION_DATE),
        card_valid_date=fields.day(node, Leaf.CARD_VALID_DATE),
        card_expiration_date=fields.day(node, Leaf.CARD_EXPIRATION_DATE),
        card_classification=fields.text(node, Leaf.CARD_CLASSIFICATION),
        reason_of_loss=fields.text(node, Leaf.REASON_OF_LOSS),
    )


def _request(message: Node, kind: RequestKind, file_name: str) -> OqsRequest:
    header, body = message.one(Group.HEADER), message.one(Group.BODY)
    if header is None or body is None:
        raise OqsFileError(OqsFault.NOT_A_REQUEST, file_name)
    queries = tuple(_search_info(search) for search in body.every(Group.SEARCH))
    reception = fields.text(body, Leaf.RECEPTION_NUMBER) or ""
    match kind:
        case RequestKind.SINGLE:
            fits = len(queries) == 1
        case RequestKind.BULK_UPLOAD:
            fits = len(queries) > 0
        case RequestKind.BULK_FETCH:
            fits = reception != ""
    if not fits:
        raise OqsFileError(OqsFault.NOT_A_REQUEST, file_name)
    return OqsRequest(
        kind=kind,
        institution=fields.text(header, Leaf.INSTITUTION) or "",
        identifier=fields.text(header, Leaf.FILE_IDENTIFIER) or "",
        confirmation_date=fields.date_or_none(header, Leaf.CONFIRMATION_DATE),
        queries=queries,
        reception_number=reception,
    )
