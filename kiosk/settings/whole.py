"""The whole file, and the site's decisions as the rules take them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.checkin.policy import Capabilities, SitePolicy
from kiosk.checkin.ticket import TicketKind
from kiosk.checkin.ticket_code import TicketPattern
from kiosk.checkin.ways import Way
from kiosk.settings.section import Section
from kiosk.settings.serve import Serve
from kiosk.settings.tables import (
    Card,
    ClockSection,
    ControlSection,
    Gateway,
    LedgerSection,
    PrinterSection,
    Provisional,
    RosterSection,
    ScannerSection,
    Screen,
    Service,
    Site,
    Terminal,
    TicketSection,
    Unattended,
)
from kiosk.settings.voice import VoiceSection

_WAYS = {
    Unattended.FACE: Way.FACE_READER,
    Unattended.CARD: Way.CARD_QUERY,
    Unattended.CERTIFICATE: Way.CERTIFICATE,
    Unattended.PORTAL: Way.CARD_AND_PORTAL,
    Unattended.NOTICE: Way.CARD_AND_NOTICE,
    Unattended.PROVISIONAL: Way.PROVISIONAL_ONLINE,
}
_KINDS = {
    Service.CHECKUP: TicketKind.CHECKUP,
    Service.INTENSIVE_GUIDANCE: TicketKind.INTENSIVE_GUIDANCE,
    Service.MOTIVATIONAL_GUIDANCE: TicketKind.MOTIVATIONAL_GUIDANCE,
    Service.SET: TicketKind.SET,
}


class Settings(Section):
    """The whole file."""

    site: Site
    provisional: Provisional = Provisional()
    ticket: TicketSection = TicketSection()
    terminal: Terminal = Terminal()
    gateway: Gateway = Gateway()
    clock: ClockSection = ClockSection()
    card: Card = Card()
    printer: PrinterSection
    scanner: ScannerSection = ScannerSection()
    screen: Screen = Screen()
    voice: VoiceSection = VoiceSection()
    roster: RosterSection = RosterSection()
    ledger: LedgerSection = LedgerSection()
    control: ControlSection = ControlSection()
    serve: Serve = Serve()

    @property
    def policy(self) -> SitePolicy:
        """The site's decisions as the rules take them."""
        return SitePolicy(
            unattended=frozenset(_WAYS[way] for way in self.site.allow_unattended),
            services=frozenset(_KINDS[service] for service in self.site.services),
            tickets_required=self.site.tickets_required,
            provisional_agreed=self.provisional.agreed,
            provisional_until=self.provisional.until,
            roster_required=self.roster.required,
            earliest=timedelta(minutes=self.roster.earliest_minutes),
            capabilities=Capabilities(
                query=bool(self.gateway.url),
                face_reader=self.site.face_reader,
                limited_app=self.site.limited_app,
                face_query=self.site.face_reader and bool(self.gateway.url),
            ),
            face_first=self.site.face_first,
            face_seconds=self.site.face_seconds,
            ticket_codes=tuple(TicketPattern.compile(text) for text in self.ticket.codes),
        )

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site.time_zone)


def today_at(settings: Settings | None) -> date:
    """Today at the site; without one in Japan, where every site is."""
    return datetime.now(settings.zone if settings else ZoneInfo("Asia/Tokyo")).date()
