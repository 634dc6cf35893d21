"""What can fail below the port, and how PC/SC's return codes become one of the port's faults."""

from __future__ import annotations

from enum import IntEnum

from kiosk.ports.card import CardFailure, CardFault
from kiosk.ports.device import DeviceFault


class CardError(Exception):
    """The card or the code that talks to it did something that it should not; the port says TROUBLE."""


class AnswerLost(CardError):
    """A command may have reached the card and no answer came back; the card has lost power since and is still there."""


class Refused(CardError):
    """The card answered a command with a status word that ends the reading; the message names the word and no data."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status word {status:04X}")
        self.status = status


class PcscError(CardError):
    """A PC/SC call failed; `code` is its return code as an unsigned number."""

    def __init__(self, code: int) -> None:
        known = code in ReturnCode.__members__.values()
        super().__init__(ReturnCode(code).name if known else f"PC/SC 0x{code:08X}")
        self.code = code


class LibraryMissing(PcscError):
    """libpcsclite is not installed: for a card the same as no service, for staff another remedy."""

    def __init__(self) -> None:
        super().__init__(ReturnCode.NO_SERVICE)


class ReturnCode(IntEnum):
    """PC/SC return codes (pcsc-lite's pcsclite.h) that the kiosk tells apart."""

    SUCCESS = 0
    CANCELLED = 0x80100002
    INVALID_HANDLE = 0x80100003
    UNKNOWN_READER = 0x80100009
    TIMEOUT = 0x8010000A
    SHARING_VIOLATION = 0x8010000B
    NO_SMARTCARD = 0x8010000C
    PROTO_MISMATCH = 0x8010000F
    COMM_ERROR = 0x80100013
    """pcscd ended during the call."""
    INVALID_ATR = 0x80100015
    NOT_TRANSACTED = 0x80100016
    READER_UNAVAILABLE = 0x80100017
    NO_SERVICE = 0x8010001D
    SERVICE_STOPPED = 0x8010001E
    NO_READERS = 0x8010002E
    COMM_DATA_LOST = 0x8010002F
    UNSUPPORTED_CARD = 0x80100065
    UNRESPONSIVE_CARD = 0x80100066
    UNPOWERED_CARD = 0x80100067
    RESET_CARD = 0x80100068
    REMOVED_CARD = 0x80100069
    SECURITY_VIOLATION = 0x8010006A
    """polkit does not allow this user to use pcscd."""


_FAULTS = {
    ReturnCode.INVALID_HANDLE: CardFault.NO_READER,
    ReturnCode.UNKNOWN_READER: CardFault.NO_READER,
    ReturnCode.COMM_ERROR: CardFault.NO_READER,
    ReturnCode.READER_UNAVAILABLE: CardFault.NO_READER,
    ReturnCode.NO_SERVICE: CardFault.NO_READER,
    ReturnCode.SERVICE_STOPPED: CardFault.NO_READER,
    ReturnCode.NO_READERS: CardFault.NO_READER,
    ReturnCode.SECURITY_VIOLATION: CardFault.NO_READER,
    ReturnCode.NO_SMARTCARD: CardFault.PULLED,
    ReturnCode.REMOVED_CARD: CardFault.PULLED,
    ReturnCode.PROTO_MISMATCH: CardFault.MUTE,
    ReturnCode.INVALID_ATR: CardFault.MUTE,
    ReturnCode.UNSUPPORTED_CARD: CardFault.MUTE,
    ReturnCode.UNRESPONSIVE_CARD: CardFault.MUTE,
    ReturnCode.UNPOWERED_CARD: CardFault.MUTE,
}


def fault_of(code: int) -> CardFault:
    """The port's fault for a return code; TROUBLE for every code that says nothing more."""
    return next((fault for known, fault in _FAULTS.items() if known == code), CardFault.TROUBLE)


_DEVICE_FAULTS = {
    ReturnCode.SECURITY_VIOLATION: DeviceFault.NOT_ALLOWED,
    ReturnCode.NO_READERS: DeviceFault.NOT_THERE,
    ReturnCode.UNKNOWN_READER: DeviceFault.GONE,
    ReturnCode.READER_UNAVAILABLE: DeviceFault.GONE,
    ReturnCode.SHARING_VIOLATION: DeviceFault.BUSY,
}


def device_fault_of(error: PcscError) -> DeviceFault:
    """Why the readers cannot be watched, for staff; NO_SERVICE when the code says no more."""
    if isinstance(error, LibraryMissing):
        return DeviceFault.NO_LIBRARY
    return next((fault for known, fault in _DEVICE_FAULTS.items() if known == error.code), DeviceFault.NO_SERVICE)


def failure_of(error: Exception) -> CardFailure:
    """The port's failure for anything that went wrong below it."""
    match error:
        case CardFailure():
            return error
        case PcscError():
            return CardFailure(fault_of(error.code))
        case _:
            return CardFailure(CardFault.TROUBLE)
