"""Reads a gateway's answer. It forgives what other gateways may add or leave out, never what the decision rests on."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta, timezone
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from kiosk.checkin.insurance import (
    InsuredId,
    InsurerNumber,
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.person import Person, Sex

JAPAN = timezone(timedelta(hours=9))
"""Times of オンライン資格確認 are Japan's."""
LONGEST_TEXT = 200
"""Characters; far above any name, and short enough for a slip."""


class NotAnAnswer(Exception):
    """The body is not an answer to this query; says nothing of what it held."""


def read_answer(body: bytes, client_ref: str) -> QualificationAnswer:
    """The answer in a body of JSON. Raises NotAnAnswer, also when the echoed clientRef is another query's.

    A gateway that does not echo it is believed: the answer came on the connection of the question.
    """
    try:
        message = _Answer.model_validate_json(body)
        valid = message.status is ProcessingStatus.DONE and message.validity is QualificationValidity.VALID
        # Only 有効 needs persons; what other answers say of anybody is not even read.
        results = _RESULTS.validate_python(message.results or []) if valid else []
    except ValidationError as wrong:
        raise NotAnAnswer(wrong.errors(include_url=False, include_input=False)[0]["type"]) from None
    if message.client_ref not in ("", client_ref):
        raise NotAnAnswer("clientRef")
    done = message.segment is SegmentOfResult.DONE
    processed = done and message.status is ProcessingStatus.DONE
    if (done and message.status is None) or (processed and message.validity is None):
        raise NotAnAnswer("incomplete")
    return QualificationAnswer(
        segment=message.segment,
        status=message.status if done else None,
        validity=message.validity if processed else None,
        results=tuple(result.qualification for result in results) if processed else (),
        processed_at=message.processed_at,
        code=message.code,
        message=message.message,
    )


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _printable(text: str) -> str:
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text):
        raise ValueError("control characters")
    return text


def _note(value: object) -> str:
    """Opaque text for staff: whatever came, on one line and not too long."""
    text = value if isinstance(value, str) else ""
    return "".join(sign if unicodedata.category(sign)[0] not in "CZ" else " " for sign in text)[:LONGEST_TEXT].strip()


def _day(value: object) -> date | None:
    """yyyyMMdd; null and empty are no date."""
    if value in (None, ""):
        return None
    if not (isinstance(value, str) and len(value) == 8 and value.isascii() and value.isdigit()):
        raise ValueError("not yyyyMMdd")
    return date(int(value[:4]), int(value[4:6]), int(value[6:]))


def _moment(value: object) -> datetime | None:
    """yyyyMMddHHmmss. Nothing is decided on it, so that another form of it is only left out."""
    try:
        return datetime.strptime(str(value), "%Y%m%d%H%M%S").replace(tzinfo=JAPAN)
    except ValueError:
        return None


_Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT),
    AfterValidator(_printable),
    BeforeValidator(_or_empty),
]
_Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT), AfterValidator(_printable)
]
_Note = Annotated[str, BeforeValidator(_note)]
_Day = Annotated[date, BeforeValidator(_day)]
_DayOrNone = Annotated[date | None, BeforeValidator(_day)]
_Insurer = Annotated[str, AfterValidator(lambda text: InsurerNumber.parse(text).digits)]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, hide_input_in_errors=True)


class _Result(_Wire):
    insurer_number: _Insurer
    insurer_name: _Text = ""
    symbol: _Text = ""
    number: _Text = ""
    branch: _Text = ""
    name: _Name
    name_kana: _Text = ""
    name_of_other: _Text = ""
    name_of_other_kana: _Text = ""
    sex1: Sex
    birthdate: _Day
    qualification_date: _DayOrNone = None
    disqualification_date: _DayOrNone = None
    card_valid_date: _DayOrNone = None
    card_expiration_date: _DayOrNone = None
    card_classification: _Text = ""

    @property
    def qualification(self) -> Qualification:
        return Qualification(
            insurer=InsurerNumber(self.insurer_number),
            insurer_name=self.insurer_name,
            insured=InsuredId(self.number, self.symbol, self.branch),
            person=Person(self.name, self.birthdate, self.sex1, self.name_kana),
            qualification_date=self.qualification_date,
            disqualification_date=self.disqualification_date,
            card_valid_from=self.card_valid_date,
            card_valid_until=self.card_expiration_date,
            card_classification=self.card_classification,
            name_of_other=self.name_of_other,
            name_of_other_kana=self.name_of_other_kana,
        )


_RESULTS = TypeAdapter(list[_Result])


class _Answer(_Wire):
    client_ref: _Text = ""
    segment: SegmentOfResult
    status: ProcessingStatus | None = None
    validity: QualificationValidity | None = None
    processed_at: Annotated[datetime | None, BeforeValidator(_moment)] = None
    code: _Note = ""
    message: _Note = ""
    results: list[JsonValue] | None = None
