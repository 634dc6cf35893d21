"""Invented people, and the emulated card on a connection without pcscd."""

from __future__ import annotations

from datetime import date

from hardware.card.apdu import Octets
from hardware.card.errors import AnswerLost, PcscError, ReturnCode
from hardware.virtual.card import Pulled, VirtualCard
from hardware.virtual.card_contents import INDIVIDUAL_NUMBER_FILE
from kiosk.checkin.person import Person, Sex
from kiosk.ports.card import CardFailure, CardFault

HANAKO = Person(
    name="検診　花子",
    birthdate=date(1970, 1, 2),
    sex=Sex.FEMALE,
    address="東京都千代田区霞が関１丁目２－３試験荘１０１",
)
PIN, WRONG_PIN = "1234", "9876"


class DirectConnection:
    """A Connection to a virtual card in the same process; says what PcscConnection says."""

    def __init__(self, card: VirtualCard) -> None:
        self.card = card
        self._gone = False

    @property
    def atr(self) -> bytes:
        return self.card.atr

    def transmit(self, command: Octets) -> bytes:
        if self._gone:
            raise PcscError(ReturnCode.REMOVED_CARD)
        try:
            answer = self.card.process(bytes(command))
        except Pulled:
            self._gone = True
            raise CardFailure(CardFault.PULLED) from None
        if not answer:
            self.power_cycle()
            raise AnswerLost("no answer")
        return answer

    def power_cycle(self) -> None:
        if self._gone:
            raise PcscError(ReturnCode.REMOVED_CARD)
        self.card.power_off()


def assert_nothing_forbidden(card: VirtualCard) -> None:
    """The card never got a command that leads to a 個人番号, a signing key or the master file."""
    forbidden = {0x0001, 0x0013, 0x0014, 0x001A, 0x001B}
    for recorded in card.log:
        ins, p1, p2 = recorded.command[1:4]
        assert (recorded.application, recorded.file) != INDIVIDUAL_NUMBER_FILE
        assert ins in (0xA4, 0xB0, 0x20), "only SELECT, READ BINARY and VERIFY"
        if ins == 0xA4:
            assert p1 in (0x02, 0x04)
            assert p1 == 0x04 or int.from_bytes(recorded.command[5:7], "big") not in forbidden
        if ins == 0xB0:
            assert not p1 & 0x80
        if ins == 0x20:
            assert (p1, p2) == (0x00, 0x80)
