"""SIMULATOR: a backend with invented people, which answers as オンライン資格確認 does."""

from __future__ import annotations

import asyncio
import time
import unicodedata
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import assert_never
from uuid import uuid4

from kiosk.checkin.insurance import (
    PUBLIC_ASSISTANCE,
    InsuredId,
    ProcessingStatus,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.person import Sex
from kiosk.gateway.backend import BackendDown, BackendHealth, GatewayWay, StillProcessing
from kiosk.gateway.bulk.messages import BulkAnswerMessage, BulkQueryMessage
from kiosk.gateway.faces.simulated import SimulatedFaces
from kiosk.gateway.faults import Broken, SimulatedFault
from kiosk.gateway.messages import AnswerMessage, QueryMessage, ReferenceClassification, ResultMessage
from kiosk.gateway.people import PEOPLE, Behaviour, InventedPerson, by_key

JAPAN = timezone(timedelta(hours=9))
SLOW_SECONDS = 200.0
"""Longer than the longest deadline that a terminal can have (180 s)."""
_OTHER_INSURER = "01130012"
_SINCE = "20150401"
"""資格取得年月日 of everybody."""


class Simulator:
    """Implements `kiosk.gateway.backend.Backend`, TellsHealth and AnswersBulk. It keeps nothing of a query."""

    name = "simulator"
    simulator = True
    ways = (GatewayWay.NUMBER, GatewayWay.BULK, GatewayWay.FACE)

    def __init__(self, delay_seconds: float = 0, slow_seconds: float = SLOW_SECONDS) -> None:
        """`delay_seconds` before every answer; `slow_seconds` for the person who is too slow."""
        self._delay_seconds = delay_seconds
        self._slow_seconds = slow_seconds
        self._waiting = 0
        self._answering: bool | None = None
        self._answered_at: float | None = None
        self.face_source = SimulatedFaces()

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:
        """The answer of the invented person whom the query names; 該当資格なし for anybody else."""
        person = find(query)
        slow = person is not None and person.behaviour is Behaviour.SLOW
        self._waiting += 1
        try:
            await asyncio.sleep(self._slow_seconds if slow else self._delay_seconds)
            answer = answer_to(query, again=again)
        except BackendDown:
            self._answering = False
            raise
        finally:
            self._waiting -= 1
        self._answering, self._answered_at = True, time.monotonic()
        return answer

    async def qualify_bulk(self, query: BulkQueryMessage, *, again: bool) -> BulkAnswerMessage:
        """処理中 first, then everybody's answer; with whom the system is out of order, there is none."""
        await asyncio.sleep(self._delay_seconds)
        if not again:
            raise StillProcessing
        answers = tuple(answer for one in query.each if (answer := _answer_in_bulk(one)) is not None)
        self._answering, self._answered_at = True, time.monotonic()
        return BulkAnswerMessage.of(query, answers)

    def show_face(self, key: str) -> bool:
        """Let that invented person look into the face reader; False when the system would bring nothing of them.

        Raises KeyError for a person whom nobody invented. May be called from any thread.
        """
        try:
            answer = face_answer(by_key(key))
        except (BackendDown, StillProcessing, SimulatedFault):
            return False
        self.face_source.show(answer)
        return True

    def health(self) -> BackendHealth:
        """Answering unless the last query was for the person with whom the system is out of order."""
        age = None if self._answered_at is None else round(time.monotonic() - self._answered_at, 1)
        return BackendHealth(self._answering, age, backlog=self._waiting)


_BY_BIRTHDATE: dict[tuple[str, str], list[InventedPerson]] = {}
for _person in PEOPLE:
    _BY_BIRTHDATE.setdefault((_person.insurer.digits, f"{_person.birthdate:%Y%m%d}"), []).append(_person)


def find(query: QueryMessage) -> InventedPerson | None:
    """The one whom insurer, number and birth date name; symbol and branch only where both sides have them."""
    asked = InsuredId(query.number, query.symbol or "", query.branch or "")
    for person in _BY_BIRTHDATE.get((query.insurer_number, query.birthdate), ()):
        if person.insured.agrees_with(asked):
            return person
    return None


def answer_to(query: QueryMessage, *, again: bool) -> AnswerMessage:
    """The answer of the invented person whom the query names; 該当資格なし for anybody else.

    Raises BackendDown, StillProcessing and SimulatedFault, as that person does.
    """
    person = find(query)
    return _answer_of(person, query, again) if person else _answer(query, QualificationValidity.NOT_FOUND)


def _answer_in_bulk(query: QueryMessage) -> AnswerMessage | None:
    try:
        return answer_to(query, again=True)
    except (BackendDown, StillProcessing, SimulatedFault):
        return None


def face_answer(person: InventedPerson) -> AnswerMessage:
    """What the face reader's terminal writes of them: the answer to their own number, asked with the card."""
    asked = QueryMessage(
        confirmation_date=_now()[:8],
        insurer_number=person.insurer.digits,
        number=person.insured.number,
        birthdate=f"{person.birthdate:%Y%m%d}",
        client_ref=str(uuid4()),
    )
    by_card = {"reference_classification": ReferenceClassification.MY_NUMBER_CARD}
    return _answer_of(person, asked, again=True).model_copy(update=by_card)


def _answer_of(person: InventedPerson, query: QueryMessage, again: bool) -> AnswerMessage:
    valid = _answer(query, QualificationValidity.VALID, _result(person))
    match person.behaviour:
        case Behaviour.VALID | Behaviour.SLOW:
            return valid
        case Behaviour.INVALID:
            return _answer(query, QualificationValidity.INVALID, _result(person, disqualification_date="20260301"))
        case Behaviour.SUPERSEDED:
            ended = _result(person, disqualification_date="20260401", reason_of_loss="03")
            return _answer(query, QualificationValidity.SUPERSEDED, ended)
        case Behaviour.NOT_FOUND:
            return _answer(query, QualificationValidity.NOT_FOUND)
        case Behaviour.SEVERAL:
            return _answer(query, QualificationValidity.SEVERAL)
        case Behaviour.VALID_UNREGISTERED:
            return _answer(query, QualificationValidity.VALID_UNREGISTERED)
        case Behaviour.PROCESSING_ONCE:
            if again:
                return valid
            raise StillProcessing
        case Behaviour.PROCESSING_FOR_EVER:
            raise StillProcessing
        case Behaviour.SEGMENT_FAILED:
            return _failed(query, segment=SegmentOfResult.FAILED)
        case Behaviour.STATUS_ERROR:
            return _failed(query, segment=SegmentOfResult.DONE, status=ProcessingStatus.ERROR)
        case Behaviour.TWO_RESULTS:
            twin = _result(person, branch="02", name="健診　三葉", name_kana=half_width("ケンシン　ミツバ"))
            return _answer(query, QualificationValidity.VALID, _result(person), twin)
        case Behaviour.NO_RESULT:
            return _answer(query, QualificationValidity.VALID)
        case Behaviour.NAME_DIFFERS:
            before = _result(person, name="架空　旧子", name_kana=half_width("カクウ　キュウコ"))
            return _answer(query, QualificationValidity.VALID, before)
        case Behaviour.BIRTHDATE_DIFFERS:
            other_day = f"{person.birthdate + timedelta(days=9):%Y%m%d}"
            return _answer(query, QualificationValidity.VALID, _result(person, birthdate=other_day))
        case Behaviour.SEX_DIFFERS:
            other = Sex.FEMALE if person.sex is Sex.MALE else Sex.MALE
            return _answer(query, QualificationValidity.VALID, _result(person, sex1=other))
        case Behaviour.INSURER_DIFFERS:
            return _answer(query, QualificationValidity.VALID, _result(person, insurer_number=_OTHER_INSURER))
        case Behaviour.CARD_EXPIRED:
            asked_for = datetime.strptime(query.confirmation_date, "%Y%m%d").replace(tzinfo=JAPAN)
            yesterday = f"{asked_for - timedelta(days=1):%Y%m%d}"
            return _answer(query, QualificationValidity.VALID, _result(person, card_expiration_date=yesterday))
        case Behaviour.DISQUALIFIED:
            left = _result(person, disqualification_date=query.confirmation_date)
            return _answer(query, QualificationValidity.VALID, left)
        case Behaviour.MEDICAL_ASSISTANCE:
            aided = _result(person, card_classification=PUBLIC_ASSISTANCE)
            return _answer(query, QualificationValidity.VALID, aided)
        case Behaviour.ALIAS:
            formal = _result(
                person,
                name="ＭＩＨＯＮ　ＴＨＯＲＵ",
                name_kana=half_width("ミホン　ソル"),
                name_of_other=person.name,
                name_of_other_kana=half_width(person.kana),
            )
            return _answer(query, QualificationValidity.VALID, formal)
        case Behaviour.KANA_ONLY:
            return _answer(query, QualificationValidity.VALID, _result(person, name="見本　●子"))
        case Behaviour.BACKEND_DOWN:
            raise BackendDown
        case Behaviour.HTTP_500:
            raise SimulatedFault(Broken.HTTP_500)
        case Behaviour.HTML:
            raise SimulatedFault(Broken.HTML)
        case Behaviour.EMPTY:
            raise SimulatedFault(Broken.EMPTY)
        case Behaviour.HUGE:
            raise SimulatedFault(Broken.HUGE)
        case Behaviour.DROPPED:
            raise SimulatedFault(Broken.DROPPED)
        case Behaviour.UNKNOWN_CODE:
            body = valid.model_dump_json(by_alias=True).replace('"validity":"1"', '"validity":"7"')
            raise SimulatedFault(Broken.UNKNOWN_CODE, body)
        case Behaviour.WRONG_CHECK_DIGIT:
            wrong = _answer(query, QualificationValidity.VALID, _result(person, insurer_number="06132014"))
            raise SimulatedFault(Broken.WRONG_CHECK_DIGIT, wrong.model_dump_json(by_alias=True))
        case _:
            assert_never(person.behaviour)


def _answer(query: QueryMessage, validity: QualificationValidity, *results: ResultMessage) -> AnswerMessage:
    return AnswerMessage(
        client_ref=query.client_ref,
        segment=SegmentOfResult.DONE,
        status=ProcessingStatus.DONE,
        validity=validity,
        processed_at=_now(),
        results=results,
    )


def _failed(query: QueryMessage, segment: SegmentOfResult, status: ProcessingStatus | None = None) -> AnswerMessage:
    return AnswerMessage(
        client_ref=query.client_ref,
        segment=segment,
        status=status,
        processed_at=_now(),
        code="SIMULATOR",
        message="シミュレーターのエラー",
    )


def _result(person: InventedPerson, **other: str | Sex) -> ResultMessage:
    """The person as OQS writes them, with something changed."""
    return ResultMessage.model_validate(_usual(person) | other) if other else _unchanged(person)


@cache
def _unchanged(person: InventedPerson) -> ResultMessage:
    return ResultMessage.model_validate(_usual(person))


def _usual(person: InventedPerson) -> dict[str, str | Sex]:
    """国保 with two spaces, symbol and number full width, kana half width."""
    digits = person.insurer.digits
    return {
        "insurer_number": f"{digits.removeprefix('00'):>8}",
        "insurer_name": person.insurer_name,
        "symbol": _full_width(person.insured.symbol),
        "number": _full_width(person.insured.number),
        "branch": person.insured.branch,
        "name": person.name,
        "name_kana": half_width(person.kana),
        "sex1": person.sex,
        "birthdate": f"{person.birthdate:%Y%m%d}",
        "qualification_date": _SINCE,
        "card_classification": "01",
    }


def _now() -> str:
    return f"{datetime.now(JAPAN):%Y%m%d%H%M%S}"


_HALF_KANA = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF65, 0xFF9E)} | {
    "\u3099": "ﾞ",
    "\u309a": "ﾟ",
    "　": " ",
}


def half_width(kana: str) -> str:
    """Katakana as OQS writes it: half width, the voicing mark a character of its own."""
    return "".join(_HALF_KANA.get(sign, sign) for sign in unicodedata.normalize("NFD", kana))


def _full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
