"""An invented examinee, every kind of draft, and a clock that stands still until it is moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.collation import Field, Finding, Presented, Source
from kiosk.checkin.insurance import InsuredId, InsurerNumber, QualificationQuery
from kiosk.checkin.outcome import Hint, Outcome
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.visit import VisitDraft
from kiosk.checkin.ways import Way

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2026, 11, 20, 8, 30, 15, 123456, tzinfo=TOKYO)

CANARY = Person("金糸雀　花子", date(1961, 3, 4), Sex.FEMALE, "カナリア　ハナコ", "東京都千代田区鶯町９－９－９")
TICKET = Ticket(
    TicketNumber("26199988877"),
    InsurerNumber.parse("06132013"),
    Person("金絲雀　花子", date(1961, 3, 4), Sex.UNSET, "ｶﾅﾘｱ ﾊﾅｺ"),
    InsuredId("7766554", "鶯・33445566", "02"),
    date(2027, 3, 31),
)
CANARIES = (
    *("金糸雀", "金絲雀", "花子", "カナリア", "ｶﾅﾘｱ", "鶯町", "鶯・", "鶯検診", "鶯の間", "1961-03-04", "19610304"),
    *("26199988877", "06132013", "7766554", "33445566"),
)
"""Texts that must not stand anywhere in clear; no single letters, which sealed octets hold by chance."""

CLEAN = Outcome(Reason.CONFIRMED_BY_CARD, Way.CARD_QUERY, hints=(Hint.HAND_IN_TICKET, Hint.RENEW_CERTIFICATE))
DISAGREEING = Outcome(
    Reason.OTHER_INSURER,
    Way.CERTIFICATE,
    (
        Finding(Field.INSURER, (Source.TICKET, Source.ANSWER)),
        Finding(Field.TICKET_EXPIRY, (Source.TICKET, Source.TODAY)),
    ),
    (Hint.BRING_NEXT_TIME,),
)
PRESENTED = Presented(CANARY, CANARY.birthdate, InsurerNumber.parse("06132013"), InsuredId("7766554", "", "02"))

CONFIRMED = VisitDraft(MORNING, CLEAN, TICKET, PRESENTED, CANARY)
AT_DESK = VisitDraft(MORNING, DISAGREEING, TICKET, PRESENTED)
APPOINTMENT = Appointment(
    CANARY, TICKET, "特定健診・鶯検診", "2階 鶯の間", MORNING.date(), MORNING.time().replace(microsecond=0)
)
QUERY = QualificationQuery(
    InsurerNumber.parse("06132013"), InsuredId("7766554", "", "02"), CANARY.birthdate, MORNING.date()
)
DEFERRED = VisitDraft(
    MORNING,
    Outcome(Reason.UNREACHABLE, Way.CARD_QUERY, hints=(Hint.HAND_IN_TICKET,)),
    TICKET,
    PRESENTED,
    appointment=APPOINTMENT,
    query=QUERY,
)
"""The gateway was down."""
NOBODY = VisitDraft(MORNING, Outcome(Reason.UNSURE, Way.DESK))
UNWRITABLE = VisitDraft(MORNING, CLEAN, registered=Person("\ud800", date(1961, 3, 4)))
"""A lone surrogate is no text: no encoding can put it on disk."""


@dataclass
class StillClock:
    """A clock in the site's time zone; it moves when it is told to."""

    time: datetime = MORNING
    sure: bool = True

    def now(self) -> datetime:
        return self.time

    def move(self, by: timedelta) -> None:
        self.time += by
