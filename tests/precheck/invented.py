"""An invented roster of the simulator's people, and their prechecks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import (
    InsuredId,
    InsurerNumber,
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationQuery,
    QualificationValidity,
    SegmentOfResult,
)
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.precheck import Precheck
from kiosk.checkin.ticket import Ticket
from kiosk.gateway.people import by_key

TOKYO = ZoneInfo("Asia/Tokyo")
EVENING = datetime(2026, 11, 19, 18, 30, tzinfo=TOKYO)
TODAY, TOMORROW = EVENING.date(), date(2026, 11, 20)
MORNING = datetime(2026, 11, 20, 8, 30, tzinfo=TOKYO)

HANAKO = Person("高橋　花子", date(1970, 1, 2), Sex.FEMALE, "ﾀｶﾊｼ ﾊﾅｺ")
QUERY = QualificationQuery(InsurerNumber("01130012"), InsuredId("4567890123", "12-3", "01"), HANAKO.birthdate, TOMORROW)
ANSWER = QualificationAnswer(
    SegmentOfResult.DONE,
    ProcessingStatus.DONE,
    QualificationValidity.VALID,
    (Qualification(QUERY.insurer, "見本健保", QUERY.insured, HANAKO),),
)
PRECHECK = Precheck(QUERY, ANSWER, EVENING)


def appointment_of(key: str, day: date | None = TOMORROW, **changed: object) -> Appointment:
    """The line of one of the simulator's people."""
    someone = by_key(key)
    person = replace(someone.person, kana=someone.kana, address="")
    ticket = Ticket(someone.ticket(day or TOMORROW), someone.insurer, person, someone.insured)
    line = Appointment(person, ticket, "特定健診", "2階 採血", day, time(9, 0))
    return replace(line, **changed)  # type: ignore[arg-type]  # the tests name fields of Appointment
