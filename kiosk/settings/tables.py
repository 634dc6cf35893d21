"""The tables of the file that say what the checkup centre decided and what this terminal has."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from kiosk.checkin.language import Language
from kiosk.checkin.policy import PROVISIONAL_UNTIL
from kiosk.checkin.ticket_code import DEFAULT_PATTERNS
from kiosk.settings.section import Section
from kiosk.settings.values import (
    GatewayUrl,
    Languages,
    Place,
    PrinterDevice,
    RegularExpression,
    ScannerDevice,
    ScannerPrefix,
    TerminalLetter,
    TerminalName,
    TicketCode,
    TimeZone,
    UserGroup,
    WholePath,
)


class Unattended(Enum):
    """A way that may end without a clerk."""

    FACE = "face"
    CARD = "card"
    CERTIFICATE = "certificate"
    PORTAL = "portal"
    NOTICE = "notice"
    PROVISIONAL = "provisional"


class Service(Enum):
    """What today's checkup offers, by the ticket it takes."""

    CHECKUP = "checkup"
    INTENSIVE_GUIDANCE = "intensive-guidance"
    MOTIVATIONAL_GUIDANCE = "motivational-guidance"
    SET = "set"


class SlipName(Enum):
    """Which name the slip shows."""

    MASKED = "masked"
    FULL = "full"


class PrintHead(Enum):
    """Dots across the paper."""

    MM58 = 384
    MM80 = 576


class Site(Section):
    """The checkup centre."""

    name: str = Field(min_length=1, max_length=30)
    time_zone: TimeZone = "Asia/Tokyo"
    next_place: Place = "健診フロア"
    desk: Place = "総合窓口"
    allow_unattended: tuple[Unattended, ...] = (Unattended.CARD, Unattended.CERTIFICATE)
    services: tuple[Service, ...] = Field(default=(Service.CHECKUP, Service.SET), min_length=1)
    tickets_required: bool = True
    face_reader: bool = False
    face_first: bool = False
    face_seconds: float = Field(default=60, gt=0, le=60)
    face_place: Place = "総合窓口の横"
    limited_app: bool = False
    slip_name: SlipName = SlipName.MASKED
    languages: Languages = tuple(Language)


class Provisional(Section):
    """The notice's rule for expired 健康保険証."""

    agreed: bool = False
    until: date = PROVISIONAL_UNTIL


class TicketSection(Section):
    """The codes on tickets."""

    codes: tuple[TicketCode, ...] = tuple(pattern.expression.pattern for pattern in DEFAULT_PATTERNS)


class Terminal(Section):
    """This terminal."""

    name: TerminalName = "k01"
    letter: TerminalLetter = "A"
    state: WholePath = Path("/var/lib/kiosk")
    run: WholePath = Path("/run/kiosk")


class ControlSection(Section):
    """Who of this machine's users may see and steer the kiosk, and what monitoring reads."""

    staff_group: UserGroup = "kiosk-staff"
    viewer_group: UserGroup = "kiosk-viewer"
    """The socket belongs to it: who is staff has to be in it too."""
    metrics: WholePath | None = None
    forget_seconds: float = Field(default=120, ge=20, le=3600)
    """Seconds without a key after which the board of staff shows nobody's data any more."""


class LedgerSection(Section):
    """How long the record keeps what."""

    keep_days: int = Field(default=180, ge=8, le=3650)
    """Days until a visit's personal fields are erased: the claim goes out in the month after the checkup and may come
    back for correction (返戻) in the months after; then the checkup system's own record is enough. At least 8: for a
    week a query is made up, which needs them."""
    backups: int = Field(default=14, ge=1, le=400)
    """Days whose last backup is kept: two weeks, so that a damage found after a holiday has a copy from before it."""


class Gateway(Section):
    """The gateway that this terminal asks."""

    url: GatewayUrl = "http://127.0.0.1:8460"
    token_file: WholePath = Path("/etc/kiosk/gateway.token")
    ca_file: WholePath | None = None
    deadline_seconds: float = Field(default=20, gt=0, le=180)
    offline_deadline_seconds: float = Field(default=3, gt=0, le=60)

    @model_validator(mode="after")
    def _https_is_pinned(self) -> Self:
        if urlsplit(self.url).scheme == "https" and self.ca_file is None:
            raise ValueError(
                "an https address needs gateway.ca_file: the certificate of the CA that signed the gateway's"
            )
        return self


class ClockSource(Enum):
    """Who keeps this terminal's clock right."""

    NTP = "ntp"
    """The system's time service; what it has not set is not sure."""
    GATEWAY = "gateway"
    """Nobody on this terminal's network: its clock is compared with the gateway's."""
    CHIP = "chip"
    """The terminal has a clock chip with a battery, as PCs have."""


class ClockSection(Section):
    """When the terminal's clock counts as right."""

    source: ClockSource = ClockSource.NTP
    most_off_seconds: float = Field(default=120, ge=5, le=3600)


class Card(Section):
    """The card reader."""

    reader: RegularExpression = ""


class Baud(Enum):
    """Speed of a serial printer."""

    B9600 = 9600
    B19200 = 19200
    B38400 = 38400
    B57600 = 57600
    B115200 = 115200


class SlipForm(Enum):
    """How a slip goes to the printer."""

    AUTO = "auto"
    """As a picture; as text where the serial line is too slow for one."""
    PICTURE = "picture"
    TEXT = "text"
    """In the printer's own kanji (Shift_JIS) and its own QR."""


class FlowControl(Enum):
    """How a printer on a serial line says that it can take no more."""

    NONE = "none"
    RTS_CTS = "rts-cts"
    XON_XOFF = "xon-xoff"


class PrinterSection(Section):
    """The receipt printer."""

    device: PrinterDevice
    baud: Baud | None = None
    flow: FlowControl = FlowControl.NONE
    form: SlipForm = SlipForm.AUTO
    head: PrintHead = PrintHead.MM80
    deadline_seconds: float = Field(default=15, gt=0, le=60)
    cut: bool = True


class ScannerSection(Section):
    """The barcode scanner."""

    device: ScannerDevice = ""
    prefix: ScannerPrefix = ""
    suffix: str | None = Field(default=None, max_length=8)
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = 9600


class Screen(Section):
    """Time limits of the screens. At most ten minutes: what somebody left is not to stand there for the next one."""

    idle_seconds: float = Field(default=60, ge=30, le=600)
    """At least 30: the longest question takes twenty seconds to be read aloud, and then it is to be answered."""
    warning_seconds: float = Field(default=20, ge=20, le=120)
    """At least 20: WCAG 2.2.1 wants that much for asking for more time."""
    result_seconds: float = Field(default=30, ge=20, le=600)
    """At least 20, for the same reason: the result has a key for more time."""


class PrecheckBy(Enum):
    """How `kiosk precheck` asks for the roster."""

    BULK = "bulk"
    """一括照会, where the gateway can do it."""
    SINGLE = "single"


class RosterSection(Section):
    """Today's appointments."""

    required: bool = False
    earliest_minutes: int = Field(default=90, ge=0, le=1440)
    precheck: PrecheckBy = PrecheckBy.BULK
    precheck_hours: float = Field(default=24, ge=0, le=48)
