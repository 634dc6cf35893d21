"""The simulator's invented people. Nobody of them exists; each one shows one answer or one failure."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from importlib import resources

from kiosk.checkin.insurance import InsuredId, InsurerNumber
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import TicketKind, TicketNumber, fiscal_year
from kiosk.checkin.wareki import era_year


class Behaviour(Enum):
    """What the simulator answers for a person."""

    VALID = "valid"
    INVALID = "invalid"
    SUPERSEDED = "superseded"
    NOT_FOUND = "not-found"
    SEVERAL = "several"
    VALID_UNREGISTERED = "valid-unregistered"
    PROCESSING_ONCE = "processing-once"
    PROCESSING_FOR_EVER = "processing-for-ever"
    SEGMENT_FAILED = "segment-failed"
    STATUS_ERROR = "status-error"
    TWO_RESULTS = "two-results"
    NO_RESULT = "no-result"
    NAME_DIFFERS = "name-differs"
    BIRTHDATE_DIFFERS = "birthdate-differs"
    SEX_DIFFERS = "sex-differs"
    INSURER_DIFFERS = "insurer-differs"
    CARD_EXPIRED = "card-expired"
    DISQUALIFIED = "disqualified"
    MEDICAL_ASSISTANCE = "medical-assistance"
    ALIAS = "alias"
    KANA_ONLY = "kana-only"
    BACKEND_DOWN = "backend-down"
    SLOW = "slow"
    HTTP_500 = "http-500"
    HTML = "html"
    EMPTY = "empty"
    HUGE = "huge"
    DROPPED = "dropped"
    UNKNOWN_CODE = "unknown-code"
    WRONG_CHECK_DIGIT = "wrong-check-digit"


@dataclass(frozen=True, slots=True, repr=False)
class InventedPerson:
    """One invented person: the card, the ticket, the document, and what the gateway answers."""

    key: str
    """A short name for commands and scenarios."""
    shows: str
    """What one sees with this person, in Japanese."""
    behaviour: Behaviour
    name: str
    kana: str
    """Full width."""
    birthdate: date
    sex: Sex
    insurer: InsurerNumber
    insured: InsuredId
    pin: str
    serial: int
    """The insurer's part of the ticket number."""
    kind: TicketKind = TicketKind.CHECKUP
    certificate_days: int = 900
    """Days from today to the end of the card's certificate; negative when it is over."""

    @property
    def person(self) -> Person:
        """As the My Number card names them: without kana, with the address."""
        return Person(self.name, self.birthdate, self.sex, address=self.address)

    @property
    def address(self) -> str:
        return f"見本県架空市例示町{self.serial}番地"

    @property
    def insurer_name(self) -> str:
        return INSURERS[self.insurer.digits]

    @property
    def card_expiry_year(self) -> int:
        """Year printed as the card's expiry; after every day on which a demonstration is thinkable."""
        return 2039

    @property
    def security_code(self) -> str:
        """セキュリティコード printed on the card's face."""
        return f"{7000 + self.serial}"

    @property
    def face_code(self) -> str:
        """照合番号B: birth date with the era's year, expiry year, security code."""
        return f"{era_year(self.birthdate):02d}{self.birthdate:%m%d}{self.card_expiry_year}{self.security_code}"

    def ticket(self, today: date) -> TicketNumber:
        """The ticket of today's fiscal year."""
        return TicketNumber(f"{fiscal_year(today) % 100:02d}{self.kind.value}{self.serial:08d}")

    def certificate_end(self, today: date) -> date:
        """Last day of the card's 利用者証明用電子証明書."""
        return today + timedelta(days=self.certificate_days)


INSURERS = {
    "06132013": "見本製作所健康保険組合(架空)",
    "01130012": "例示健康保険協会(架空)",
    "00138057": "見本市国民健康保険(架空)",
    "00133033": "例示国民健康保険組合(架空)",
    "06139463": "架空商事健康保険組合(架空)",
    "39131156": "見本県後期高齢者医療広域連合(架空)",
    "12131009": "見本市福祉事務所(架空)",
}


def _invent() -> Iterator[InventedPerson]:
    table = resources.files("kiosk.gateway").joinpath("people.csv").read_text(encoding="utf-8")
    for serial, row in enumerate(csv.DictReader(table.splitlines()), start=1):
        yield InventedPerson(
            key=row["key"],
            shows=row["shows"],
            behaviour=Behaviour(row["behaviour"]),
            name=row["name"],
            kana=row["kana"],
            birthdate=date.fromisoformat(row["birthdate"]),
            sex=Sex(row["sex"]),
            insurer=InsurerNumber.parse(row["insurer"]),
            insured=InsuredId(number=f"{100000 + serial}", symbol=f"{10 + serial}", branch="01"),
            pin=f"{1000 + serial}",
            serial=serial,
            kind=TicketKind(row["kind"]),
            certificate_days=int(row["certificate_days"]),
        )


PEOPLE = tuple(_invent())
"""Everybody, in the order of the table `people.csv`; births 1957 to 1975 except where the age is what they show."""
_BY_KEY = {person.key: person for person in PEOPLE}


def by_key(key: str) -> InventedPerson:
    """The person of that short name. Raises KeyError."""
    return _BY_KEY[key]
