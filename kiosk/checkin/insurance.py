"""Insurance: the insurer number, the insured's number, and what オンライン資格確認 answers (OQSsiquc01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from kiosk.checkin.person import Person
from kiosk.checkin.writing import fold_number, half_width_digits

INSURER_DIGITS = 8
LATE_ELDERLY = "39"
"""法別番号 of 後期高齢者医療, whose members are not examinees of 特定健診."""


class NumberFault(Enum):
    """What is wrong with a typed or scanned number."""

    CHARACTERS = "characters"
    LENGTH = "length"
    CHECK_DIGIT = "check digit"


class InvalidNumber(ValueError):
    """A number that cannot be one; says in `fault` what is wrong with it."""

    def __init__(self, fault: NumberFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class InsurerNumber:
    """保険者番号: 8 digits, the last one a check digit. 国保 prints 6, which stand here with two leading zeros."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> InsurerNumber:
        """The number in a printed, typed or transmitted text of 6 or 8 digits of either width.

        Raises InvalidNumber with CHARACTERS, LENGTH or CHECK_DIGIT.
        """
        digits = half_width_digits(text)
        if not (digits.isascii() and digits.isdigit()):
            raise InvalidNumber(NumberFault.CHARACTERS)
        if len(digits) not in (6, INSURER_DIGITS):
            raise InvalidNumber(NumberFault.LENGTH)
        if check_digit(digits[:-1]) != int(digits[-1]):
            raise InvalidNumber(NumberFault.CHECK_DIGIT)
        return cls(digits.zfill(INSURER_DIGITS))

    @property
    def is_late_elderly(self) -> bool:
        """Whether the insurer is a 後期高齢者医療広域連合."""
        return self.digits.startswith(LATE_ELDERLY)

    def __str__(self) -> str:
        return self.digits


def check_digit(body: str) -> int:
    """検証番号 of the digits before it: weights 2, 1, 2 … from the right, digits of the products added (設定要領)."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return -total % 10


@dataclass(frozen=True, slots=True, repr=False)
class InsuredId:
    """記号・番号・枝番. Its repr shows nothing."""

    number: str
    """番号, as printed; at most 20 characters."""
    symbol: str = ""
    """記号, as printed; empty when there is none or when it has kana or kanji that a keypad does not have."""
    branch: str = ""
    """枝番: two digits, or empty when not known."""

    def __repr__(self) -> str:
        return "InsuredId(…)"

    def agrees_with(self, other: InsuredId) -> bool:
        """Whether both name the same insured person; parts that one of them lacks are not compared."""
        mine, theirs = fold_number(self.number).lstrip("0"), fold_number(other.number).lstrip("0")
        if mine != theirs:
            return False
        if self.symbol and other.symbol and fold_number(self.symbol) != fold_number(other.symbol):
            return False
        return not (self.branch and other.branch) or fold_number(self.branch).zfill(2) == fold_number(
            other.branch
        ).zfill(2)


class SegmentOfResult(Enum):
    """処理結果区分 (OQSCD003)."""

    DONE = "1"
    PROCESSING = "2"
    FAILED = "9"


class ProcessingStatus(Enum):
    """処理結果状況 (OQSCD004)."""

    DONE = "1"
    ERROR = "2"


class QualificationValidity(Enum):
    """資格有効性 (OQSCD006)."""

    VALID = "1"
    """有効."""
    INVALID = "2"
    """無効."""
    SUPERSEDED = "3"
    """無効(新しい資格あり)."""
    NOT_FOUND = "4"
    """該当資格なし."""
    SEVERAL = "5"
    """複数該当."""
    VALID_UNREGISTERED = "6"
    """有効(未登録): 医療扶助 only."""


PUBLIC_ASSISTANCE = "A1"
"""被保険者証区分 of 医療扶助 (OQSCD010)."""


@dataclass(frozen=True, slots=True)
class QualificationQuery:
    """What one asks: 被保険者番号等 and the birth date (OQSsiquc01req)."""

    insurer: InsurerNumber
    insured: InsuredId
    birthdate: date
    confirmation_date: date
    """資格確認日: the day of the checkup."""


@dataclass(frozen=True, slots=True)
class Qualification:
    """One ResultOfQualificationConfirmation, cut down to what a checkup needs."""

    insurer: InsurerNumber
    insurer_name: str
    insured: InsuredId
    person: Person
    qualification_date: date | None = None
    """資格取得年月日."""
    disqualification_date: date | None = None
    """資格喪失年月日: the first day without the qualification."""
    card_valid_from: date | None = None
    """証有効開始年月日."""
    card_valid_until: date | None = None
    """証有効終了年月日: the last valid day."""
    card_classification: str = ""
    """被保険者証区分 (OQSCD010)."""
    name_of_other: str = ""
    """氏名(その他): an alias."""
    name_of_other_kana: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the qualification is valid on that day."""
        return (
            (self.qualification_date is None or self.qualification_date <= day)
            and (self.disqualification_date is None or day < self.disqualification_date)
            and (self.card_valid_from is None or self.card_valid_from <= day)
            and (self.card_valid_until is None or day <= self.card_valid_until)
        )


@dataclass(frozen=True, slots=True)
class QualificationAnswer:
    """One answer of オンライン資格確認, header and body."""

    segment: SegmentOfResult
    status: ProcessingStatus | None = None
    """None when the segment is not DONE."""
    validity: QualificationValidity | None = None
    """None when the status is not DONE."""
    results: tuple[Qualification, ...] = ()
    processed_at: datetime | None = None
    code: str = ""
    """ErrorCode or ProcessingResultCode: opaque, for staff."""
    message: str = ""
    """ErrorMessage or ProcessingResultMessage: opaque, for staff."""
