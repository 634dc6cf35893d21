"""An invented roster, a clock that stands still, and staff who see the flags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import InsuredId, InsurerNumber
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.ports.desk import Flag

MORNING = datetime(2026, 11, 20, 8, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
TODAY = MORNING.date()

JAPANESE = "予約日,予約時刻,整理番号,氏名,カナ,生年月日,性別,保険者番号,記号,番号,枝番,有効期限,コース,最初の場所"
ENGLISH = (
    "day,time,ticket_number,name,kana,birthdate,sex,insurer_number,symbol,number,branch,expires,course,first_place"
)
LINE = (
    "2026/11/20,9:00,26112345678,高橋　花子,ﾀｶﾊｼ ﾊﾅｺ,1970-01-02,女,01130012,12-3,4567890123,01,2027/3/31,"
    "特定健診・胃がん検診,2階 採血"
)
NUMBER = TicketNumber("26112345678")
HANAKO = Person("高橋　花子", date(1970, 1, 2), Sex.FEMALE, "ﾀｶﾊｼ ﾊﾅｺ")
APPOINTMENT = Appointment(
    person=HANAKO,
    ticket=Ticket(NUMBER, InsurerNumber("01130012"), HANAKO, InsuredId("4567890123", "12-3", "01"), date(2027, 3, 31)),
    course="特定健診・胃がん検診",
    first_place="2階 採血",
    day=TODAY,
    at=time(9, 0),
)
CANARIES = ("高橋", "花子", "ﾊﾅｺ", "1970-01-02", "19700102", "26112345678", "4567890123", "胃がん")
"""What must never be read outside of the sealed roster."""


@dataclass
class StillClock:
    """Stands still until it is told another time."""

    time: datetime = MORNING
    sure: bool = True

    def now(self) -> datetime:
        return self.time


@dataclass
class Flags:
    """The port Staff."""

    raised: set[Flag] = field(default_factory=set)

    def raise_flag(self, flag: Flag) -> None:
        self.raised.add(flag)

    def lower_flag(self, flag: Flag) -> None:
        self.raised.discard(flag)


def write(file: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """A file of these lines, as a checkup system ends them."""
    file.write_bytes("\r\n".join(lines).encode(encoding))
    return file


def crowd(count: int) -> Sequence[str]:
    """Header and lines of that many people."""
    return [
        JAPANESE,
        *(
            f"20261120,0900,261{serial:08},見本　太郎,ミホン　タロウ,"
            f"19{50 + serial % 40}-0{serial % 9 + 1}-{serial % 28 + 1},男,06132013,1,{serial},01,,特定健診,"
            for serial in range(count)
        ),
    ]


def told_in(octets: bytes) -> list[str]:
    """The canaries that can be read there, in any encoding of ours."""
    return [
        canary
        for canary in CANARIES
        if canary.encode() in octets or canary.encode("cp932") in octets or canary.encode("unicode-escape") in octets
    ]
