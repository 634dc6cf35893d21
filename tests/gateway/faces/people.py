"""Invented people before a face reader, and the captures that it brings of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from kiosk.checkin.insurance import ProcessingStatus, QualificationValidity, SegmentOfResult
from kiosk.checkin.person import Sex
from kiosk.gateway.faces.source import Capture
from kiosk.gateway.messages import AnswerMessage, ReferenceClassification, ResultMessage


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody who looks into the reader: `kana` as the roster has it, `captured` as the system writes it."""

    birthdate: str
    kana: str
    captured: str
    alias: str | None = None

    @property
    def result(self) -> ResultMessage:
        return ResultMessage(
            insurer_number="06132013",
            insurer_name="見本製作所健康保険組合(架空)",
            number="1",
            name="見本",
            name_kana=self.captured,
            name_of_other_kana=self.alias,
            sex1=Sex.UNSET,
            birthdate=self.birthdate,
        )


TARO = Looking("19700102", "ミホン タロウ", "ﾐﾎﾝ ﾀﾛｳ")
TWIN = Looking("19700102", "ミホン ジロウ", "ﾐﾎﾝ ｼﾞﾛｳ")
"""Born on the same day."""
NAMESAKE = Looking("19710102", "みほん　たろー", "ﾐﾎﾝ ﾀﾛｰ")
"""Of the same name."""
ALIAS = Looking("19820304", "ミホン　ソラ", "ﾐﾎﾝ ｿﾙ", "ﾐﾎﾝ ｿﾗ")
EVERYBODY = (TARO, TWIN, NAMESAKE, ALIAS)


def answer(*results: ResultMessage) -> AnswerMessage:
    return AnswerMessage(
        client_ref=str(uuid4()),
        segment=SegmentOfResult.DONE,
        status=ProcessingStatus.DONE,
        validity=QualificationValidity.VALID,
        reference_classification=ReferenceClassification.MY_NUMBER_CARD,
        processed_at="20261120083000",
        results=results,
    )


def capture(arrived: float, *people: Looking, capture_id: str | None = None) -> Capture:
    return Capture(capture_id or str(uuid4()), arrived, answer(*(person.result for person in people)))
