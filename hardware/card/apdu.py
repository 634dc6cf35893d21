"""Commands and responses of ISO/IEC 7816-4 in short form, and the connection that carries them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

from hardware.card.errors import CardError
from hardware.card.files import Application

Octets = bytes | bytearray
_NO_DATA = memoryview(b"")
MOST_READ = 256
"""Bytes that one READ BINARY asks for: extended length works on some readers only."""


class Connection(Protocol):
    """A powered card that nobody else can use; a real one over PC/SC, or an emulated one in the same process."""

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        ...

    def transmit(self, command: Octets) -> bytes:
        """Send one command, return its response with the status word.

        Raises AnswerLost, PcscError, or CardFailure PULLED.
        """
        ...

    def power_cycle(self) -> None:
        """Take the power away and give it back: whatever was verified or selected is forgotten. Raises PcscError."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Exchange:
    """One command and its response with the time between, for measurements; a PIN stands in it in clear."""

    command: bytes
    response: bytes
    seconds: float


Tape = Callable[[Exchange], None]


class Instruction(IntEnum):
    """INS bytes that the kiosk knows."""

    VERIFY = 0x20
    PERFORM_SECURITY_OPERATION = 0x2A
    SELECT = 0xA4
    READ_BINARY = 0xB0
    GET_RESPONSE = 0xC0


class StatusWord(IntEnum):
    """Status words, in the words of JICSAP."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    SECURITY_NOT_SATISFIED = 0x6982
    BLOCKED = 0x6983
    LOCKED = 0x6984
    """What My Number cards answer for a locked key."""
    NOT_FOUND = 0x6A82
    KEY_NOT_FOUND = 0x6A88
    OFFSET_PAST_END = 0x6B00
    INTERNAL_ERROR = 0x6F00


class Command(NamedTuple):
    """A command taken apart; its repr shows the header only."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: memoryview
    expected: int
    """Bytes that the card may answer (Le); 0 when none are asked for."""

    @classmethod
    def parse(cls, raw: Octets) -> Command:
        """A short-form command of any of the four cases. Raises CardError for anything else."""
        size = len(raw)
        if size < 4:
            raise CardError("a command has at least four bytes")
        cla, ins, p1, p2 = raw[:4]
        if size <= 5:
            return cls(cla, ins, p1, p2, _NO_DATA, (raw[4] or MOST_READ) if size == 5 else 0)
        end = 5 + raw[4]
        if end == 5 or size not in (end, end + 1):
            raise CardError("not a short-form command")
        return cls(cla, ins, p1, p2, memoryview(raw)[5:end], (raw[end] or MOST_READ) if size > end else 0)

    def __repr__(self) -> str:
        return f"Command({self.cla:02X} {self.ins:02X} {self.p1:02X} {self.p2:02X} …)"


class Response(NamedTuple):
    """Data and status word; its repr shows the status word only."""

    data: bytes
    status: int

    @classmethod
    def parse(cls, raw: bytes) -> Response:
        """Raises CardError when there is no status word."""
        if len(raw) < 2:
            raise CardError("a response has at least two bytes")
        return cls(raw[:-2], int.from_bytes(raw[-2:], "big"))

    @property
    def ok(self) -> bool:
        """Whether the card did it."""
        return self.status == StatusWord.OK

    @property
    def waiting(self) -> int:
        """Bytes that wait for GET RESPONSE (61xx); 0 when none do."""
        return ((self.status & 0xFF) or MOST_READ) if self.status >> 8 == 0x61 else 0

    @property
    def right_length(self) -> int:
        """The length that the card wants instead (6Cxx); 0 when it does not say."""
        return ((self.status & 0xFF) or MOST_READ) if self.status >> 8 == 0x6C else 0

    @property
    def tries_left(self) -> int | None:
        """Tries that a VERIFY or a counter query reports; None when the status word is not about tries."""
        if self.status & 0xFFF0 == 0x63C0:
            return self.status & 0x000F
        return 0 if self.status in (StatusWord.BLOCKED, StatusWord.LOCKED) else None

    def __repr__(self) -> str:
        return f"Response({self.status:04X})"


QUERY_TRIES = bytes((0, Instruction.VERIFY, 0x00, 0x80))
"""VERIFY without data on the selected key: tells the tries left and uses none."""


def select_application(application: Application) -> bytes:
    """SELECT by AID; no answer data, except for the payment directory, which cards give only with it."""
    aid = application.value
    if application is Application.PAYMENT:
        return bytes((0, Instruction.SELECT, 0x04, 0x00, len(aid))) + aid + b"\x00"
    return bytes((0, Instruction.SELECT, 0x04, 0x0C, len(aid))) + aid


def select_file(identifier: int) -> bytes:
    """SELECT of an elementary file of the current application."""
    return bytes((0, Instruction.SELECT, 0x02, 0x0C, 2)) + identifier.to_bytes(2, "big")


def read_binary(offset: int, size: int) -> bytes:
    """READ BINARY of 1 to 256 bytes of the selected file."""
    return bytes((0, Instruction.READ_BINARY)) + offset.to_bytes(2, "big") + bytes((size % MOST_READ,))


def verify(digits: Octets) -> bytearray:
    """VERIFY of the selected key; the caller wipes it."""
    return bytearray((0, Instruction.VERIFY, 0x00, 0x80, len(digits))) + digits


def get_response(size: int) -> bytes:
    """GET RESPONSE of what a 61xx announced."""
    return bytes((0, Instruction.GET_RESPONSE, 0, 0, size % MOST_READ))
