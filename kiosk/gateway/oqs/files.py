"""What OQS files say, apart from how they are written. No repr shows anything: nearly all of it is personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.checkin.insurance import ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.gateway.messages import ReferenceClassification, ResultMessage
from kiosk.gateway.oqs.names import RequestKind


@dataclass(frozen=True, slots=True, repr=False)
class SearchInfo:
    """QualificationConfirmSearchInfo: the query in a request, and its echo in a response. Not checked."""

    insurer_number: str | None = None
    """Without its padding."""
    symbol: str | None = None
    number: str | None = None
    branch: str | None = None
    birthdate: str | None = None
    identifier: str = ""
    """ArbitraryIdentifier: the clientRef, where this gateway wrote the request."""


@dataclass(frozen=True, slots=True, repr=False)
class BulkUnit:
    """The answer to one query of a 一括照会 (BulkConfirmUnit)."""

    asked: SearchInfo | None = None
    """The query as the response echoes it."""
    status: ProcessingStatus | None = None
    validity: QualificationValidity | None = None
    code: str = ""
    """ProcessingResultCode: opaque, for staff."""
    message: str = ""
    """ProcessingResultMessage: opaque, for staff."""
    results: tuple[ResultMessage, ...] = ()
    fault: str = ""
    """The element with a bad value, where there is one: the unit is then of no use, the others are not touched."""


@dataclass(frozen=True, slots=True, repr=False)
class OqsResponse:
    """A response to a single query, a capture of the face reader, or a response of a 一括照会."""

    file_name: str
    identifier: str = ""
    """ArbitraryFileIdentifier, or empty."""
    confirmation_date: date | None = None
    """資格確認日."""
    processed_at: str = ""
    """yyyyMMddHHmmss in Japan's time by the terminal's clock, or empty."""
    reference_classification: ReferenceClassification | None = None
    segment: SegmentOfResult | None = None
    """None only where a ReceptionNumber came without it."""
    status: ProcessingStatus | None = None
    validity: QualificationValidity | None = None
    code: str = ""
    """ErrorCode, else ProcessingResultCode: opaque, for staff."""
    message: str = ""
    """ErrorMessage, else ProcessingResultMessage: opaque, for staff."""
    asked: SearchInfo | None = None
    """The query as a single response echoes it."""
    results: tuple[ResultMessage, ...] = ()
    units: tuple[BulkUnit, ...] = ()
    reception_number: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class OqsRequest:
    """A request, as the simulated terminal reads it."""

    kind: RequestKind
    institution: str = ""
    """MedicalInstitutionCode."""
    identifier: str = ""
    """ArbitraryFileIdentifier, or empty."""
    confirmation_date: date | None = None
    queries: tuple[SearchInfo, ...] = ()
    reception_number: str = ""
