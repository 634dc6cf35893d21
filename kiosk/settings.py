"""The configuration file, typed; `config/kiosk.example.toml` explains every key to the person who installs it."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.checkin.insurance import check_digit
from kiosk.checkin.policy import PROVISIONAL_UNTIL, Capabilities, SitePolicy
from kiosk.checkin.ticket import TicketKind
from kiosk.checkin.ticket_code import DEFAULT_PATTERNS, TicketPattern
from kiosk.checkin.ways import Way

DEFAULT_PATH = Path("/etc/kiosk/kiosk.toml")
PATH_VARIABLE = "KIOSK_CONFIG"
TERMINAL_NAME = r"^[a-z0-9][a-z0-9-]{0,15}$"
_INSTITUTION_DIGITS = 10


class SettingsError(Exception):
    """The configuration cannot be used; the message names file, key and remedy."""


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


class Section(BaseModel):
    """A table of the file; a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError) as unknown:
        raise ValueError("give a time zone such as Asia/Tokyo") from unknown
    return name


def _regular_expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as wrong:
        raise ValueError(f"not a regular expression ({wrong}); give part of the reader's name") from wrong
    return text


def _ticket_pattern(text: str) -> str:
    TicketPattern.compile(text)
    return text


def _gateway_url(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("give an address such as http://127.0.0.1:8460 or https://gateway.example:8460")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("http is only for this machine itself; use https:// and ca_file for another one")
    return text.rstrip("/")


def _institution(text: str) -> str:
    if not text:
        return ""
    if not (len(text) == _INSTITUTION_DIGITS and text.isascii() and text.isdigit()):
        raise ValueError("give the 10 digits of 医療機関コード: 都道府県 2, 点数表 1, 医療機関コード 7")
    if check_digit(text[:-1]) != int(text[-1]):
        raise ValueError("the last digit does not fit the others; a digit is wrong, or two are swapped")
    return text


def _printer_device(text: str) -> str:
    if text.startswith(("tcp:", "virtual:", "/dev/")):
        kind, _, rest = text.partition(":")
        host, _, port = rest.rpartition(":")
        if kind == "tcp" and not (host and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("give tcp:HOST:PORT, for example tcp:192.168.1.50:9100")
        if kind == "virtual" and not rest:
            raise ValueError("give virtual:FOLDER, for example virtual:/var/lib/kiosk/slips")
        return text
    raise ValueError("give tcp:HOST:PORT, a device file such as /dev/usb/lp0, or virtual:FOLDER")


class Site(Section):
    """The checkup centre."""

    name: str = Field(min_length=1, max_length=30)
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "Asia/Tokyo"
    next_place: str = Field(default="健診フロア", max_length=20)
    desk: str = Field(default="総合窓口", max_length=20)
    allow_unattended: tuple[Unattended, ...] = (Unattended.CARD, Unattended.CERTIFICATE)
    services: tuple[Service, ...] = (Service.CHECKUP, Service.SET)
    tickets_required: bool = True
    face_reader: bool = False
    face_first: bool = False
    face_seconds: float = Field(default=60, gt=0, le=60)
    face_place: str = Field(default="総合窓口の横", max_length=20)
    limited_app: bool = False
    slip_name: SlipName = SlipName.MASKED


class Provisional(Section):
    """The notice's rule for expired 健康保険証."""

    agreed: bool = False
    until: date = PROVISIONAL_UNTIL


class TicketSection(Section):
    """The codes on tickets."""

    codes: tuple[Annotated[str, AfterValidator(_ticket_pattern)], ...] = tuple(
        pattern.expression.pattern for pattern in DEFAULT_PATTERNS
    )


class Terminal(Section):
    """This terminal."""

    name: str = Field(default="k01", pattern=TERMINAL_NAME)
    letter: str = Field(default="A", pattern=r"^[A-Z]$")
    state: Path = Path("/var/lib/kiosk")
    run: Path = Path("/run/kiosk")


class Gateway(Section):
    """The gateway that this terminal asks."""

    url: Annotated[str, AfterValidator(_gateway_url)] = "http://127.0.0.1:8460"
    token_file: Path = Path("/etc/kiosk/gateway.token")
    ca_file: Path | None = None
    deadline_seconds: float = Field(default=20, gt=0, le=180)
    offline_deadline_seconds: float = Field(default=3, gt=0, le=60)


class Card(Section):
    """The card reader."""

    reader: Annotated[str, AfterValidator(_regular_expression)] = ""


class PrinterSection(Section):
    """The receipt printer."""

    device: Annotated[str, AfterValidator(_printer_device)]
    head: PrintHead = PrintHead.MM80
    deadline_seconds: float = Field(default=15, gt=0, le=60)
    cut: bool = True


class ScannerSection(Section):
    """The barcode scanner, if it has a line of its own."""

    device: str = ""


class Screen(Section):
    """Time limits of the screens."""

    idle_seconds: float = Field(default=60, gt=0)
    warning_seconds: float = Field(default=20, ge=20)
    result_seconds: float = Field(default=30, gt=0)


class RosterSection(Section):
    """Today's appointments."""

    required: bool = False
    earliest_minutes: int = Field(default=90, ge=0, le=1440)
    precheck_hours: float = Field(default=24, ge=0, le=48)


class Backend(Enum):
    """What stands behind `kiosk gateway`."""

    SIMULATOR = "simulator"
    FOLDERS = "folders"
    """The folders `req`, `res` and `face` of the terminal of オンライン資格確認."""


class TidyRequests(Enum):
    """What happens to the gateway's own request files that the terminal leaves in `req`."""

    REMOVE = "remove"
    KEEP = "keep"


class Serve(Section):
    """`kiosk gateway`, where it runs on this machine."""

    backend: Backend = Backend.SIMULATOR
    folder: Path | None = None
    institution: Annotated[str, AfterValidator(_institution)] = ""
    poll_seconds: float = Field(default=0.5, ge=0.1, le=5)
    answer_seconds: float = Field(default=180, ge=5, le=600)
    tidy_requests: TidyRequests = TidyRequests.REMOVE
    state: Path = Path("/var/lib/kiosk-gateway")
    host: str = "127.0.0.1"
    port: int = Field(default=8460, ge=0, lt=65536)
    tokens_file: Path = Path("/etc/kiosk/gateway.tokens")
    certificate: Path | None = None
    key: Path | None = None
    queries_per_second: float = Field(default=5, gt=0)
    queries_at_once: int = Field(default=20, ge=1)
    strangers_per_minute: float = Field(default=30, gt=0)
    connections: int = Field(default=512, ge=1)
    connections_per_address: int = Field(default=64, ge=1)
    simulated_delay_seconds: float = Field(default=0, ge=0, le=60)

    @model_validator(mode="after")
    def _folders_are_named(self) -> Self:
        if self.backend is Backend.FOLDERS and self.folder is None:
            raise ValueError('backend = "folders" needs serve.folder: the folder that holds req, res and face')
        if self.backend is Backend.FOLDERS and not self.institution:
            raise ValueError('backend = "folders" needs serve.institution: the 10 digits of 医療機関コード')
        return self


class Settings(Section):
    """The whole file."""

    site: Site
    provisional: Provisional = Provisional()
    ticket: TicketSection = TicketSection()
    terminal: Terminal = Terminal()
    gateway: Gateway = Gateway()
    card: Card = Card()
    printer: PrinterSection
    scanner: ScannerSection = ScannerSection()
    screen: Screen = Screen()
    roster: RosterSection = RosterSection()
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


def chosen_path(path: Path | None = None) -> Path:
    """The configuration file: the given one, else $KIOSK_CONFIG, else /etc/kiosk/kiosk.toml."""
    return path or Path(os.environ.get(PATH_VARIABLE) or DEFAULT_PATH)


def load_if_there(path: Path | None = None) -> Settings | None:
    """The file, or None where nobody named one and /etc/kiosk/kiosk.toml is not there. Raises SettingsError."""
    if path is None and not os.environ.get(PATH_VARIABLE) and not DEFAULT_PATH.exists():
        return None
    return load(path)


def today_at(settings: Settings | None) -> date:
    """Today at the site; without one in Japan, where every site is."""
    return datetime.now(settings.zone if settings else ZoneInfo("Asia/Tokyo")).date()


def load(path: Path | None = None) -> Settings:
    """Read and check the file. Raises SettingsError with one line for every key that is wrong."""
    file = chosen_path(path)
    try:
        return Settings.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError as missing:
        raise SettingsError(
            f"{file}: there is no such file; copy config/kiosk.example.toml there, or give --config FILE"
        ) from missing
    except OSError as unreadable:
        raise SettingsError(f"{file}: cannot be read ({unreadable.strerror}); check its owner and mode") from unreadable
    except UnicodeDecodeError as wrong:
        raise SettingsError(f"{file}: not UTF-8 (byte {wrong.start}); save it as UTF-8") from wrong
    except tomllib.TOMLDecodeError as wrong:
        raise SettingsError(f"{file}: not TOML: {wrong}") from wrong
    except ValidationError as wrong:
        raise SettingsError("\n".join(_lines(file, wrong))) from wrong


def _lines(file: Path, wrong: ValidationError) -> list[str]:
    lines = []
    for error in wrong.errors(include_url=False, include_context=False):
        key = ".".join(str(part) for part in error["loc"])
        remedy = {
            "extra_forbidden": "there is no such key; remove it or correct its spelling",
            "missing": "this key is needed; see config/kiosk.example.toml",
        }.get(error["type"], error["msg"].removeprefix("Value error, "))
        lines.append(f"{file}: {key}: {remedy}")
    return lines
