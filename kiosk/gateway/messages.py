"""What goes over the wire of `/v1`: OQS element names in lowerCamelCase, every value a string as OQS sends it."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from kiosk.checkin.insurance import InsurerNumber, ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.checkin.person import Sex

LONGEST_NUMBER = 20
"""記号 and 番号 have at most 20 characters (OQSsiquc01req)."""


class Message(BaseModel):
    """A body. Unknown keys are an error, and its repr shows no value, so that no log or traceback can."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Nothing: the values are personal."""
        return []


def _day(text: str) -> str:
    date(int(text[:4]), int(text[4:6]), int(text[6:]))
    return text


def _insurer(text: str) -> str:
    return InsurerNumber.parse(text).digits


Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{8}$", examples=["20260701"], json_schema_extra={"format": "oqs-day"}),
    AfterValidator(_day),
]
"""yyyyMMdd."""
Insurer = Annotated[
    str,
    Field(min_length=6, max_length=8, examples=["06132013"], json_schema_extra={"format": "insurer-number"}),
    AfterValidator(_insurer),
]
"""保険者番号 with a right check digit; 6 digits or padded with spaces or zeros to 8."""
REFERENCE = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
Reference = Annotated[
    str,
    Field(pattern=REFERENCE, examples=["0b9d3c1e-52f4-4a0e-9a55-6f1f3a8f2d10"], json_schema_extra={"format": "uuid"}),
]
"""A UUID, in small letters, that the asking terminal made up for this query."""
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""What a file for OQS (XML) can hold."""


class PersonMessage(Message):
    """Who is asked for, by 被保険者証等情報 (QualificationConfirmSearchInfo)."""

    insurer_number: Insurer
    symbol: str | None = Field(default=None, max_length=LONGEST_NUMBER, pattern=_PRINTABLE, examples=["11"])
    number: str = Field(min_length=1, max_length=LONGEST_NUMBER, pattern=_PRINTABLE, examples=["100001"])
    branch: str | None = Field(default=None, pattern=r"^([0-9]{2})?$", examples=["01"])
    birthdate: Day
    client_ref: Reference


class QueryMessage(PersonMessage):
    """資格確認 of one person for one day (OQSsiquc01req)."""

    confirmation_date: Day


class ResultMessage(Message):
    """One ResultOfQualificationConfirmation, cut down to what a checkup needs; text as OQS sent it."""

    insurer_number: str
    """8 characters; 国保 as two spaces and 6 digits."""
    insurer_name: str
    symbol: str | None = None
    number: str | None = None
    branch: str | None = None
    name: str
    name_kana: str | None = None
    """Half width, as OQS sends it."""
    name_of_other: str | None = None
    name_of_other_kana: str | None = None
    sex1: Sex
    birthdate: str
    qualification_date: str | None = None
    disqualification_date: str | None = None
    card_valid_date: str | None = None
    card_expiration_date: str | None = None
    card_classification: str | None = None
    reason_of_loss: str | None = None


class ReferenceClassification(Enum):
    """照会区分 (OQSCD002)."""

    MY_NUMBER_CARD = "1"
    INSURED_NUMBER = "2"


class AnswerMessage(Message):
    """One OQSsiquc01res: header and body in one object."""

    client_ref: Reference
    """The query's own, echoed."""
    segment: SegmentOfResult
    status: ProcessingStatus | None = None
    validity: QualificationValidity | None = None
    reference_classification: ReferenceClassification = ReferenceClassification.INSURED_NUMBER
    processed_at: Annotated[str, Field(pattern=r"^[0-9]{14}$")]
    """yyyyMMddHHmmss, Japan time."""
    code: str | None = None
    message: str | None = None
    results: tuple[ResultMessage, ...] = ()


class ProcessingMessage(Message):
    """The answer is not there yet; ask at the address in `Location`."""

    client_ref: Reference
    segment: SegmentOfResult = SegmentOfResult.PROCESSING


class HealthStatus(Enum):
    """Whether queries can be put."""

    OK = "ok"
    DEGRADED = "degraded"
    """The gateway runs, but what stands behind it does not answer or its folder cannot be written."""


class StatusMessage(Message):
    """What everybody may know: the gateway runs."""

    status: HealthStatus


class HealthMessage(StatusMessage):
    """What a terminal may know besides; numbers only, nothing of any person."""

    simulator: bool
    """Whether the people behind the gateway are invented."""
    answering: bool | None
    """Whether the last queries were answered; null before the first one."""
    last_answer_age_seconds: float | None = Field(ge=0, examples=[12.5])
    """Since the last answer; null before the first one."""
    folder_writable: bool | None
    """Whether the last request file could be written; null for a backend without folders."""
    backlog: int = Field(ge=0, examples=[0])
    """Queries that wait for an answer."""


class CapabilitiesMessage(Message):
    """What this gateway can do for a terminal."""

    backend: str
    simulator: bool
    """Whether the people behind it are invented; a terminal then says so on every screen and slip."""
    ways: tuple[str, ...]
    """`number`: a query by 被保険者証等情報; `bulk`: many of them at once; `face`: sessions at the face reader."""
