"""SIMULATOR: what the simulated terminal answers to a request: the octets of its response, about invented people."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID, uuid4

from kiosk.checkin.insurance import INSURER_DIGITS, ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.gateway.backend import BackendDown, StillProcessing
from kiosk.gateway.faults import HUGE_BODY, Broken, SimulatedFault
from kiosk.gateway.invented_answers import answer_to, find
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.oqs.reading import OqsRequest, SearchInfo
from kiosk.gateway.oqs.responding import Header, bulk_octets, processing_octets, response_octets
from kiosk.gateway.people import InventedPerson


def person_in(request: OqsRequest) -> InventedPerson | None:
    """Whom a single request asks for."""
    asked = _query(request, request.queries[0])
    return find(asked) if asked else None


def single_octets(header: Header, request: OqsRequest) -> tuple[bytes, bool]:
    """The response for the person whom the request names, and whether it is ever whole."""
    asked = _query(request, request.queries[0])
    try:
        answer = answer_to(asked, again=True) if asked else _not_found(header)
    except StillProcessing:
        return processing_octets(header, request), True
    except BackendDown:
        return failed_octets(header, request), True
    except SimulatedFault as fault:
        return _broken(fault, header, request)
    return response_octets(header, request, answer), True


def failed_octets(header: Header, request: OqsRequest) -> bytes:
    """異常終了 (Segment 9)."""
    return response_octets(header, request, _failed(header))


def units_octets(header: Header, uploaded: OqsRequest, reception_number: str, asked: list[SearchInfo]) -> bytes:
    """The answers of a 一括照会, a unit for each of `asked`."""
    units = [(one, _unit_answer(header, uploaded, one)) for one in asked]
    return bulk_octets(header, uploaded, reception_number, units)


def _unit_answer(header: Header, uploaded: OqsRequest, asked: SearchInfo) -> AnswerMessage:
    query = _query(uploaded, asked)
    try:
        return answer_to(query, again=True) if query else _not_found(header)
    except (BackendDown, StillProcessing, SimulatedFault):
        return _failed(header)


def _broken(fault: SimulatedFault, header: Header, request: OqsRequest) -> tuple[bytes, bool]:
    match fault.broken:
        case Broken.HTTP_500:
            return failed_octets(header, request), True
        case Broken.HTML:
            return "<!doctype html><title>SIMULATOR</title><p>保守中です。".encode(), True
        case Broken.EMPTY:
            return b"", True
        case Broken.HUGE:
            return b" " * HUGE_BODY, True
        case Broken.DROPPED:
            whole = response_octets(header, request, _not_found(header))
            return whole[: len(whole) // 2], False
        case Broken.UNKNOWN_CODE:
            valid = response_octets(header, request, _not_found(header))
            return valid.replace(b"Validity>4<", b"Validity>7<"), True
        case Broken.WRONG_CHECK_DIGIT:
            return response_octets(header, request, AnswerMessage.model_validate_json(fault.body)), True
        case _:
            assert_never(fault.broken)


def _failed(header: Header) -> AnswerMessage:
    return AnswerMessage(
        client_ref=str(uuid4()),
        segment=SegmentOfResult.FAILED,
        processed_at=header.processed_at,
        code="SIMULATOR",
        message="シミュレーターのエラー",
    )


def _not_found(header: Header) -> AnswerMessage:
    return AnswerMessage(
        client_ref=str(uuid4()),
        segment=SegmentOfResult.DONE,
        status=ProcessingStatus.DONE,
        validity=QualificationValidity.NOT_FOUND,
        processed_at=header.processed_at,
    )


def _query(request: OqsRequest, asked: SearchInfo) -> QueryMessage | None:
    """What was asked; None for something that nobody can be found by."""
    day = request.confirmation_date
    try:
        return QueryMessage(
            confirmation_date=f"{day:%Y%m%d}" if day else "",
            insurer_number=(asked.insurer_number or "").zfill(INSURER_DIGITS),
            symbol=asked.symbol,
            number=asked.number or "",
            branch=asked.branch,
            birthdate=asked.birthdate or "",
            client_ref=str(UUID(asked.identifier)) if asked.identifier else str(uuid4()),
        )
    except ValueError:  # pydantic's ValidationError is one
        return None
