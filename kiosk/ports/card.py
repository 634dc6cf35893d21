"""The card reader and the My Number card."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol, Self

from kiosk.checkin.person import Person


class Secret:
    """Digits that open a card: no repr, no comparison, wiped after use. Best effort: Python may have copied them."""

    LENGTH = 0

    __slots__ = ("_digits",)

    def __init__(self, digits: Sequence[int] | bytes | bytearray) -> None:
        """ASCII digits. Raises ValueError, without naming them, when they are not LENGTH digits."""
        self._digits = bytearray(digits)
        if len(self._digits) != self.LENGTH or not self._digits.isdigit():
            self.wipe()
            raise ValueError(f"{type(self).__name__} takes {self.LENGTH} digits")

    @classmethod
    def typed(cls, text: str) -> Self:
        """From typed text of either width. Raises ValueError as the constructor does."""
        return cls(unicodedata.normalize("NFKC", text).encode("utf-8"))

    @property
    def octets(self) -> bytearray:
        """The digits in ASCII; all zero after wipe()."""
        return self._digits

    def wipe(self) -> None:
        """Overwrite the digits."""
        for place in range(len(self._digits)):
            self._digits[place] = 0

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Pin(Secret):
    """券面事項入力補助用暗証番号: 4 digits."""

    LENGTH = 4
    __slots__ = ()


class FaceCode(Secret):
    """照合番号B: 14 digits - birth date YYMMDD in the printed era's year, expiry year (4), security code (4)."""

    LENGTH = 14
    __slots__ = ()


class OtherCard(Enum):
    """What a card that is not a My Number card seems to be; only for the words on the screen."""

    DRIVING_LICENCE = "licence"
    BASIC_RESIDENT_CARD = "juki"
    """住民基本台帳カード."""
    RESIDENCE_CARD = "residence"
    """在留カード, 特別永住者証明書."""
    PASSPORT = "passport"
    TRANSIT_OR_STAFF_CARD = "felica"
    """FeliCa or Mifare: 交通系ICカード, 社員証."""
    PAYMENT_CARD = "payment"
    PHONE = "phone"
    """A My Number card inside a smartphone."""
    UNKNOWN_GENERATION = "generation"
    """A JPKI card with a token label that no source names."""
    UNKNOWN = "unknown"


class CardFault(Enum):
    """Everything that can go wrong with the reader or the card."""

    NO_READER = "no reader"
    """pcscd is not there, or there is no reader."""
    MUTE = "mute"
    """The card does not answer: wrong side, dirty, not in."""
    PULLED = "pulled"
    WRONG_CARD = "wrong card"
    """Not a My Number card; `other` says what it seems to be."""
    TROUBLE = "trouble"
    """The card answered something that it should not."""
    PIN_WRONG = "pin wrong"
    """`tries_left` says how many remain, as the card counts them."""
    LAST_TRY = "last try"
    """One try left: the kiosk does not send it."""
    LOCKED = "locked"


class CardFailure(Exception):
    """A card or reader failed; `fault` is the whole message, nothing of the card's content is in it."""

    def __init__(self, fault: CardFault, *, tries_left: int | None = None, other: OtherCard | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.tries_left = tries_left
        self.other = other


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card tells without any secret."""

    certificate_end: date | None
    """Last day of the 利用者証明用電子証明書; None when the card has none."""
    pin_tries: int
    """Tries left for the PIN of 券面事項入力補助AP; 0 when it is locked or blocked."""


class CardSession(Protocol):
    """One connection to one My Number card, exclusive; at its end the card loses power."""

    async def facts(self) -> CardFacts:
        """Prove that it is a My Number card, and read what needs no secret. Raises CardFailure."""
        ...

    async def face_code_tries(self) -> int:
        """Tries left for 照合番号B. Raises CardFailure."""
        ...

    async def person_by_pin(self, pin: Pin) -> Person:
        """Send the PIN once and read the four items; wipes the PIN in every case.

        Raises CardFailure: LAST_TRY before anything is sent, PIN_WRONG, LOCKED, PULLED, TROUBLE.
        """
        ...

    async def person_by_face_code(self, code: FaceCode) -> Person:
        """The same with 照合番号B."""
        ...


class CardReader(Protocol):
    """The reader on the counter."""

    @property
    def available(self) -> bool:
        """Whether there is a reader that could take a card now."""
        ...

    @property
    def holds_card(self) -> bool:
        """Whether something is in the reader now."""
        ...

    async def inserted(self) -> None:
        """Wait until something is in the reader. Raises CardFailure NO_READER while there is none."""
        ...

    async def removed(self) -> None:
        """Wait until the reader is empty, or gone."""
        ...

    def session(self) -> AbstractAsyncContextManager[CardSession]:
        """Connect to what is in the reader. Entering raises CardFailure: NO_READER, MUTE, PULLED, TROUBLE."""
        ...
