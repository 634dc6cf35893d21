"""What the centre has decided, and what it has: the site's part in every rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.checkin.ticket import TicketKind
from kiosk.checkin.ticket_code import DEFAULT_PATTERNS, TicketPattern
from kiosk.checkin.ways import Way

PROVISIONAL_UNTIL = date(2026, 3, 31)
"""The last day of the notice's 暫定的な対応 (令和8年3月末)."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the site can do."""

    query: bool = True
    """Whether a gateway answers queries by number."""
    face_reader: bool = False
    """① a 顔認証付きカードリーダー stands in the house."""
    limited_app: bool = False
    """② a device with the マイナ資格確認アプリ is registered."""
    face_query: bool = False
    """Whether the gateway tells what the face reader brings, so that the kiosk can send people there itself."""
    card_reader: bool = True
    """Whether the kiosk can read a card just now."""
    dates: bool = True
    """Whether the clock is sure; without it no rule that looks at the date decides."""

    def offers(self, way: Way) -> bool:
        """Whether staff of this site can go that way; looking at papers needs nothing."""
        match way:
            case Way.FACE_READER:
                return self.face_reader
            case Way.LIMITED_APP:
                return self.limited_app
            case Way.CARD_QUERY | Way.PROVISIONAL_ONLINE:
                return self.query
            case _:
                return True


@dataclass(frozen=True, slots=True)
class SitePolicy:
    """What the centre has decided."""

    unattended: frozenset[Way] = frozenset({Way.CARD_QUERY, Way.CERTIFICATE})
    """Ways that may end without a clerk."""
    services: frozenset[TicketKind] = frozenset({TicketKind.CHECKUP, TicketKind.SET})
    """Kinds of ticket that today's services take."""
    tickets_required: bool = True
    """Whether everybody needs a ticket, as 特定健診 and 特定保健指導 demand; other checkups have none."""
    provisional_agreed: bool = False
    """Whether the contract agreed to the notice's provisional rule for expired 健康保険証 (契約当事者間の合意)."""
    provisional_until: date = PROVISIONAL_UNTIL
    """The rule's last day."""
    roster_required: bool = False
    """Whether only those on the roster are served without a clerk."""
    earliest: timedelta = timedelta(minutes=90)
    """How long before the appointment one may check in."""
    face_first: bool = False
    """Whether those with a My Number card go to the face reader before their card is read here."""
    face_seconds: float = 60
    """How long the face reader waits for one person."""
    capabilities: Capabilities = Capabilities()
    ticket_codes: tuple[TicketPattern, ...] = DEFAULT_PATTERNS
    """How the codes on tickets are written."""

    def provisional_on(self, day: date) -> bool:
        """Whether the provisional rule holds on that day."""
        return self.provisional_agreed and day <= self.provisional_until
