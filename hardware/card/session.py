"""The port `CardSession`: each call is one call in the worker's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from hardware.card.myna import MyNumberCard
from hardware.card.pcsc import PcscConnection
from kiosk.checkin.person import Person
from kiosk.ports.card import CardFacts, CardFailure, CardFault, FaceCode, Pin, Secret

T = TypeVar("T")


class Caller(Protocol):
    """Runs a call in the thread and returns its value; failures come as CardFailure."""

    async def __call__(self, call: Callable[[], T], *, dropped: Callable[[], None] | None = None) -> T:
        """`dropped` is called instead of the call when nobody waits any more before it begins."""
        ...


class PcscSession:
    """One connection to one card."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller
        self._connection: PcscConnection | None = None
        self._card: MyNumberCard | None = None

    def open(self, connection: PcscConnection) -> None:
        """In the thread: take the connection."""
        self._connection, self._card = connection, MyNumberCard(connection)

    def close(self) -> None:
        """In the thread: take the card's power away; nothing when it never had any."""
        connection, self._connection, self._card = self._connection, None, None
        if connection is not None:
            connection.close()

    async def facts(self) -> CardFacts:
        """Prove that it is a My Number card, and read what needs no secret. Raises CardFailure."""
        return await self._call(lambda: self._open_card.facts())

    async def face_code_tries(self) -> int:
        """Tries left for 照合番号B; 0 when it is locked. Raises CardFailure."""
        return await self._call(lambda: self._open_card.face_code_tries())

    async def person_by_pin(self, pin: Pin) -> Person:
        """Send the PIN once and read the four items; wipes the PIN in every case. Raises CardFailure."""
        own = _taken(pin)
        return await self._call(lambda: self._open_card.person_by_pin(own), dropped=own.wipe)

    async def person_by_face_code(self, code: FaceCode) -> Person:
        """The same with 照合番号B."""
        own = _taken(code)
        return await self._call(lambda: self._open_card.person_by_face_code(own), dropped=own.wipe)

    @property
    def _open_card(self) -> MyNumberCard:
        if self._card is None:
            raise CardFailure(CardFault.TROUBLE)
        return self._card


S = TypeVar("S", bound=Secret)


def _taken(secret: S) -> S:
    """The secret for the thread alone, and the caller's wiped: a caller that is cancelled must not wipe half of it
    while it is being sent. Raises CardFailure TROUBLE for one that is wiped already."""
    try:
        return type(secret)(secret.octets)
    except ValueError:
        raise CardFailure(CardFault.TROUBLE) from None
    finally:
        secret.wipe()
