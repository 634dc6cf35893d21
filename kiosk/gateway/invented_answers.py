"""SIMULATOR: what the system answers for each invented person."""

from __future__ import annotations

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
from kiosk.gateway.backend import BackendDown, StillProcessing
from kiosk.gateway.faults import Broken, SimulatedFault
from kiosk.gateway.messages import AnswerMessage, QueryMessage, ReferenceClassification, ResultMessage
from kiosk.gateway.people import PEOPLE, Behaviour, InventedPerson

JAPAN = timezone(timedelta(hours=9))
_OTHER_INSURER = "01130012"
_SINCE = "20150401"
"""資格取得年月日 of everybody."""

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
