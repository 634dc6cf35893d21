"""What a virtual card is, and how it misbehaves: every fault is an option, and any of them go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kiosk.checkin.person import Person
from kiosk.checkin.wareki import era_year

CONTACTLESS_ATR = bytes.fromhex("3B888001000005E0B381A1007F")
CONTACT_ATR = bytes.fromhex("3BDA13FF8131FB468012392F31C173C601C03B")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSpec:
    """What a card is and how it misbehaves. Commands are counted from 0, over the whole life of the card."""

    person: Person | None = None
    """Whose My Number card it is; None for a card that is none."""
    pin: str | None = "1234"
    """券面事項入力補助用暗証番号; None for a card that has no such key."""
    expiry_year: int = 2035
    security_code: str = "2285"
    certificate_end: date | None = date(2030, 2, 17)
    """Last day of the 利用者証明用電子証明書; None for a card without one."""
    label: str = "JPKIAPICCTOKEN2"
    """Label of the token: JPKIAPICCTOKEN is a 住基カード, JPKIAPGPSETOKEN and JPKIAPIOSTOKEN are phones."""
    atr: bytes = CONTACTLESS_ATR
    applications: tuple[bytes, ...] = ()
    """Applications that can be selected and hold nothing."""
    pin_tries: int = 3
    face_code_tries: int = 10
    locked_word: int = 0x6984
    """Answer to a VERIFY of a locked key; some say 6983."""
    locked_query: int = 0x63C0
    """Answer to the counter query of a locked key."""
    verified: bool = False
    """The PIN is verified when it comes into the reader (somebody else has just used it), until it loses power."""
    stays_verified: bool = False
    """It keeps power when power is taken, as on a reader that does not switch it off."""

    stray_bytes: int = 0
    """Bytes before the container of the four items; some cards have two."""
    first_select_fails: bool = False
    """The first command after power is answered with 6F00."""
    part_bytes: int = 0
    """As a contact reader with T=0: no answer holds more, and 61xx announces the rest; 0 for whole answers."""
    corrects_length: bool = False
    """As a contact reader with T=0: whoever reads past the end gets 6Cxx, the length that is there."""
    answers: Mapping[int, bytes] = field(default_factory=dict)
    """Commands that are carried out and answered with something else."""

    command_seconds: float = 0.0
    """What every command takes."""
    pulled_after: int | None = None
    """Answers so many commands and then leaves the reader."""
    hangs_at: int | None = None
    """At that command it says nothing for `hang_seconds`, and then goes on as if nothing were."""
    hang_seconds: float = 60.0
    silent_after: int | None = None
    """Answers so many commands and from then on none: the chip is dead, and lies there."""
    lost_at: frozenset[int] = frozenset()
    """Commands that are carried out without an answer."""
    lost_answers: int = 0
    """So many VERIFYs are carried out without an answer."""

    @property
    def face_code(self) -> str:
        """照合番号B, as it can be put together from the card's face."""
        if self.person is None:
            return ""
        day = self.person.birthdate
        return f"{era_year(day):02d}{day:%m%d}{self.expiry_year:04d}{self.security_code}"
