"""An invented examinee, her visits and the centre."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.collation import Finding, Presented
from kiosk.checkin.insurance import InsurerNumber
from kiosk.checkin.language import Language
from kiosk.checkin.outcome import Hint, Outcome
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import Capabilities
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.visit import Visit, VisitDraft, VisitNumber
from kiosk.checkin.ways import Way
from kiosk.settings import PrintHead, SlipName
from kiosk.slip.content import SlipSite

EVERYTHING = Capabilities(query=True, face_reader=True, limited_app=True)
AT = datetime(2026, 5, 12, 8, 31, 5, 250_000, tzinfo=ZoneInfo("Asia/Tokyo"))
HANAKO = Person(
    "見本　花子",
    date(1970, 1, 2),
    Sex.FEMALE,
    "ミホン　ハナコ",
    "東京都千代田区霞が関一丁目二番三号　見本マンション１０４号室",
)
BY_CARD = Presented(HANAKO, HANAKO.birthdate)
NUMBER = VisitNumber("A", 12)
BOOKED = Appointment(HANAKO, course="特定健診・胃がん検診", first_place="2階 採血", day=AT.date(), at=time(8, 45))
TICKET = Ticket(TicketNumber("26112345678"), InsurerNumber("06132013"))


def a_visit(
    reason: Reason = Reason.CONFIRMED_BY_CARD,
    way: Way = Way.CARD_QUERY,
    *,
    findings: tuple[Finding, ...] = (),
    hints: tuple[Hint, ...] = (Hint.HAND_IN_TICKET,),
    number: VisitNumber = NUMBER,
    kiosk: str = "k01",
    ticket: Ticket | None = TICKET,
    presented: Presented | None = BY_CARD,
    registered: Person | None = None,
    appointment: Appointment | None = None,
    language: Language = Language.JAPANESE,
) -> Visit:
    """A visit on 12 May 2026 at 8:31."""
    outcome = Outcome(reason, way, findings, hints)
    draft = VisitDraft(AT, outcome, ticket, presented, registered, appointment, language=language)
    return Visit("0123456789abcdef0123456789abcdef", number, kiosk, AT.date(), AT, draft)


def a_site(
    *,
    slip_name: SlipName = SlipName.MASKED,
    simulator: bool = False,
    head: PrintHead = PrintHead.MM80,
    capabilities: Capabilities = EVERYTHING,
) -> SlipSite:
    """An invented centre, which has everything."""
    return SlipSite("見本健診センター", "健診フロア", "総合窓口", slip_name, simulator, head, capabilities)
