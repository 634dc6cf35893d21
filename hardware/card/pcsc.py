"""PC/SC through pyscard's low-level calls; the only file that imports `smartcard`. All calls block."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from hardware.card.apdu import Exchange, Octets, Tape
from hardware.card.errors import AnswerLost, LibraryMissing, PcscError, ReturnCode, fault_of
from kiosk.ports.card import CardFailure, CardFault

PLUG_AND_PLAY = r"\\?PnP?\Notification"
"""The pseudo reader whose state changes when readers come or go."""

_SOCKET, _SOCKET_VARIABLE = "/run/pcscd/pcscd.comm", "PCSCLITE_CSOCK_NAME"
_SCOPE_SYSTEM = 2
_SHARE_EXCLUSIVE, _SHARE_DIRECT = 1, 3
_LEAVE, _RESET, _UNPOWER = 0, 1, 2
_ANY_PROTOCOL = 0
_T0, _T1 = 1, 2
_LOST_ANSWER = (ReturnCode.NOT_TRANSACTED, ReturnCode.COMM_DATA_LOST, ReturnCode.TIMEOUT, ReturnCode.SUCCESS)
"""Codes after which only the card can say whether it is still there; SUCCESS with an answer too short for one."""


@cache
def _scard() -> Any:
    """pyscard's low-level module.

    Without the library it writes to stdout, which belongs to the screen; so the library is looked for first.
    """
    try:
        ctypes.CDLL("libpcsclite.so.1")
    except OSError as missing:
        raise LibraryMissing from missing
    try:
        import smartcard.scard
    except ImportError as missing:
        raise LibraryMissing from missing
    return smartcard.scard


def service_socket() -> tuple[int, int, int] | None:
    """Which socket leads to pcscd now; None when there is none, or not where pcsc-lite usually has it.

    A pcscd that lives on without its socket tells its old clients everything, and no new one reaches it.
    """
    try:
        found = os.stat(os.environ.get(_SOCKET_VARIABLE, _SOCKET))  # noqa: PTH116 - asked every second; no Path needed
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns


def _must(code: int) -> None:
    unsigned = code & 0xFFFFFFFF
    if unsigned != ReturnCode.SUCCESS:
        raise PcscError(unsigned)


@dataclass(frozen=True, slots=True)
class ReaderEvent:
    """The state of one reader as SCardGetStatusChange gives it."""

    reader: str
    state: int
    """Flags in the lower 16 bits, a count of insertions and removals in the upper ones."""

    EMPTY = 0x0010
    PRESENT = 0x0020
    MUTE = 0x0200

    @property
    def present(self) -> bool:
        """Whether something is in the reader."""
        return bool(self.state & self.PRESENT)

    @property
    def empty(self) -> bool:
        """Whether there is nothing in the reader."""
        return bool(self.state & self.EMPTY)

    @property
    def works(self) -> bool:
        """Whether pcscd could look; neither empty nor present is a reader that is just being lost."""
        return self.present or self.empty

    @property
    def mute(self) -> bool:
        """Whether it does not answer."""
        return bool(self.state & self.MUTE)

    @property
    def count(self) -> int:
        """Insertions and removals so far."""
        return self.state >> 16 & 0xFFFF


class Context:
    """A connection to pcscd. Every method raises PcscError; cancel() may be called from another thread."""

    def __init__(self) -> None:
        code, self.handle = _scard().SCardEstablishContext(_SCOPE_SYSTEM)
        _must(code)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def readers(self) -> tuple[str, ...]:
        """Names of the readers that are there."""
        code, names = _scard().SCardListReaders(self.handle, [])
        if code & 0xFFFFFFFF == ReturnCode.NO_READERS:
            return ()
        _must(code)
        return tuple(names)

    def wait(self, known: Mapping[str, int], milliseconds: int) -> tuple[ReaderEvent, ...]:
        """Wait until a reader's state is not the known one (0: unknown), or readers come or go; then all states.

        Empty when nothing happened in time.
        """
        states = [*known.items(), (PLUG_AND_PLAY, 0)]
        code, events = _scard().SCardGetStatusChange(self.handle, milliseconds, states)
        if code & 0xFFFFFFFF == ReturnCode.TIMEOUT:
            return ()
        _must(code)
        return tuple(ReaderEvent(name, state) for name, state, _ in events if name != PLUG_AND_PLAY)

    def look_again(self, reader: str) -> None:
        """Let pcscd find out what is in a reader that it calls empty, by giving it power; it may fail.

        A session that lost its card has pcscd call the reader empty. A card that is put in before pcscd has looked, or
        that was there all the time, is then never reported: it only looks whether something has changed (pcsc-lite).
        """
        code, card, _ = _scard().SCardConnect(self.handle, reader, _SHARE_DIRECT, _ANY_PROTOCOL)
        if code == 0:
            _scard().SCardReconnect(card, _SHARE_DIRECT, _T0 | _T1, _RESET)
            _scard().SCardDisconnect(card, _LEAVE)

    def cancel(self) -> None:
        """End a wait() that another thread is in; it raises CANCELLED."""
        _scard().SCardCancel(self.handle)

    def release(self) -> None:
        """Give the context back; of no consequence when pcscd is gone."""
        _scard().SCardReleaseContext(self.handle)


class PcscConnection:
    """A card of its own: exclusive, with power; it loses the power when the connection ends."""

    def __init__(self, reader: str, *, halted: Callable[[], bool] = lambda: False, tape: Tape | None = None) -> None:
        """Connect to what is in the reader. Raises PcscError.

        `halted` is asked before each command: when nobody waits for the answer any more, nothing further is sent.
        """
        scard = _scard()
        self._halted, self._tape = halted, tape
        self._transmit = scard.SCardTransmit
        self._headers = {_T0: scard.SCARD_PCI_T0, _T1: scard.SCARD_PCI_T1}
        self._context = Context()
        try:
            self._card, self._protocol = self._connect(reader)
        except BaseException:
            self._context.release()
            raise
        self._atr = self._read_atr()

    def _connect(self, reader: str) -> tuple[int, int]:
        scard = _scard()
        code, card, protocol = scard.SCardConnect(self._context.handle, reader, _SHARE_EXCLUSIVE, _T0 | _T1)
        if fault_of(code & 0xFFFFFFFF) is CardFault.MUTE:
            # A contactless card that is still being laid down answers the second time.
            code, card, protocol = scard.SCardConnect(self._context.handle, reader, _SHARE_EXCLUSIVE, _T0 | _T1)
        _must(code)
        return card, protocol

    def _read_atr(self) -> bytes:
        code, _, _, _, atr = _scard().SCardStatus(self._card)
        return bytes(atr) if code & 0xFFFFFFFF == ReturnCode.SUCCESS else b""

    @property
    def atr(self) -> bytes:
        """Answer to reset; empty when pcscd does not know it."""
        return self._atr

    def transmit(self, command: Octets) -> bytes:
        """Send one command. Raises AnswerLost, CardFailure PULLED, PcscError."""
        if self._halted():
            raise CardFailure(CardFault.TROUBLE)
        octets = list(command)
        begin = time.perf_counter()
        try:
            code, answer = self._transmit(self._card, self._headers[self._protocol], octets)
        finally:
            octets[:] = [0] * len(octets)
        if self._tape is not None:
            self._tape(Exchange(bytes(command), bytes(answer), time.perf_counter() - begin))
        if code == 0 and len(answer) >= 2:
            return bytes(answer)
        code &= 0xFFFFFFFF
        if code not in _LOST_ANSWER:
            raise PcscError(code)
        try:
            self.power_cycle()
        except PcscError as gone:
            raise _gone(gone.code) from None
        raise AnswerLost(f"no answer ({ReturnCode(code).name})")

    def power_cycle(self) -> None:
        """Take the power away and give it back, still exclusive. Raises PcscError."""
        code, protocol = _scard().SCardReconnect(self._card, _SHARE_EXCLUSIVE, _T0 | _T1, _UNPOWER)
        _must(code)
        self._protocol = protocol

    def close(self) -> None:
        """Take the power away and let go; of no consequence when card or pcscd are gone."""
        _scard().SCardDisconnect(self._card, _UNPOWER)
        self._context.release()


def _gone(code: int) -> CardFailure:
    """A card that lost an answer and cannot get power again was pulled, unless the reader went with it."""
    fault = fault_of(code)
    return CardFailure(fault if fault is CardFault.NO_READER else CardFault.PULLED)
