"""From OQS responses to what goes over the wire of `/v1`."""

from __future__ import annotations

from kiosk.checkin.insurance import ProcessingStatus, SegmentOfResult
from kiosk.gateway.messages import AnswerMessage, ReferenceClassification
from kiosk.gateway.oqs.elements import Leaf
from kiosk.gateway.oqs.errors import OqsFault, OqsFileError
from kiosk.gateway.oqs.files import BulkUnit, OqsResponse


def answer_of(response: OqsResponse, client_ref: str) -> AnswerMessage:
    """The answer of a single response or a capture. Raises OqsFileError when it lacks a part that its codes promise.

    A bulk response is NOT_A_RESPONSE here: its answers are in its units, see `answer_of_unit`.
    """
    if response.units or response.reception_number:
        raise OqsFileError(OqsFault.NOT_A_RESPONSE, response.file_name)
    alone = BulkUnit(
        status=response.status,
        validity=response.validity,
        code=response.code,
        message=response.message,
        results=response.results,
    )
    return answer_of_unit(response, alone, client_ref)


def answer_of_unit(response: OqsResponse, unit: BulkUnit, client_ref: str) -> AnswerMessage:
    """The answer to one query of a 一括照会. Raises OqsFileError, as for a unit with a bad value."""
    if unit.fault:
        raise OqsFileError(OqsFault.VALUE, response.file_name, unit.fault)
    if response.segment is None:
        raise OqsFileError(OqsFault.VALUE, response.file_name, Leaf.SEGMENT.value)
    done = response.segment is SegmentOfResult.DONE
    processed = done and unit.status is ProcessingStatus.DONE
    for needed, leaf in (
        (not done or unit.status, Leaf.STATUS),
        (not processed or unit.validity, Leaf.VALIDITY),
        (response.processed_at, Leaf.PROCESSED_AT),
    ):
        if not needed:
            raise OqsFileError(OqsFault.VALUE, response.file_name, leaf.value)
    return AnswerMessage(
        client_ref=client_ref,
        segment=response.segment,
        status=unit.status if done else None,
        validity=unit.validity if processed else None,
        reference_classification=response.reference_classification or ReferenceClassification.INSURED_NUMBER,
        processed_at=response.processed_at,
        code=unit.code or response.code or None,
        message=unit.message or response.message or None,
        results=unit.results if processed else (),
    )
