"""The slot of a virtual reader: puts a virtual card into pcscd over vsmartcard's vpcd protocol.

vpcd listens; the card is the client. Both directions: length (16 bits, big-endian) and payload. A payload of one byte
is control: 00 power off, 01 power on, 02 reset, 04 give the ATR; a longer one is a command. A card is in the reader
while the connection stands. vpcd belongs on development machines only: it listens on all addresses.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from typing import Self

from hardware.virtual.card import Pulled, VirtualCard

FIRST_PORT = 35963
"""Port of 「Virtual PCD 00 00」 as the package sets it; 「Virtual PCD 00 01」 has the next one."""
PORT_VARIABLE = "VPCD_PORT"
"""Environment variable with another first port, set by those who start a pcscd of their own."""
_LENGTH = struct.Struct(">H")
_RECONNECT_SECONDS = 0.05
"""Between attempts to reach a pcscd that restarts."""
_CONNECT_SECONDS = 1.0
"""For one attempt; vpcd is on this machine."""
_NO_RESPONSE = b"\x00"
"""A lost answer: too short for a response. On an empty one vpcd would wait for ever."""


class VpcdUnavailable(Exception):
    """Nothing listens on the reader's port: pcscd does not run, or vsmartcard-vpcd is not installed."""


class VirtualSlot:
    """The slot of one virtual reader; a thread plays the card that is in it."""

    def __init__(self, slot: int = 0, *, host: str = "127.0.0.1") -> None:
        self._address = (host, int(os.environ.get(PORT_VARIABLE, FIRST_PORT)) + slot)
        self._card: VirtualCard | None = None
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._pulled = threading.Event()

    @property
    def card(self) -> VirtualCard | None:
        """The card that is in; None after it was pulled, by whomever."""
        return None if self._pulled.is_set() else self._card

    def insert(self, card: VirtualCard, *, seconds: float = 2.0) -> None:
        """Put the card in, instead of one that is in. pcscd notices within 0.4 s. Raises VpcdUnavailable."""
        self.pull()
        self._pulled = threading.Event()
        card.lay_down()
        self._card, self._socket = card, self._connected(seconds)
        self._thread = threading.Thread(target=self._play, args=(card, self._pulled), name="virtual-card", daemon=True)
        self._thread.start()

    def pull(self) -> None:
        """Take the card out, at once and in the middle of whatever it does; nothing when there is none."""
        self._pulled.set()
        if self._card is not None:
            self._card.take_away()
        if self._socket is not None:
            _hang_up(self._socket)
        if self._thread is not None:
            self._thread.join()
        self._card = self._socket = self._thread = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.pull()

    def _connected(self, seconds: float) -> socket.socket:
        end = time.monotonic() + seconds
        while True:
            try:
                return _connected(self._address)
            except OSError as refused:
                if time.monotonic() > end:
                    host, port = self._address
                    raise VpcdUnavailable(
                        f"nothing listens on {host}:{port}; start pcscd with the package vsmartcard-vpcd installed"
                    ) from refused
                self._pulled.wait(_RECONNECT_SECONDS)

    def _play(self, card: VirtualCard, pulled: threading.Event) -> None:
        while not pulled.is_set():
            line = self._socket
            try:
                if line is None:
                    self._socket = line = _connected(self._address)
                    if pulled.is_set():
                        _hang_up(line)
                _talk(line, card)
            except Pulled:
                pulled.set()
            except OSError:
                # pcscd ended; the card stays where it is, without power, and is there again when pcscd is.
                pulled.wait(_RECONNECT_SECONDS)
            card.power_off()
            if line is not None:
                line.close()
            self._socket = None


def _connected(address: tuple[str, int]) -> socket.socket:
    """A line to vpcd. A pcscd that hangs takes few and none after those: the system would try for two minutes."""
    line = socket.create_connection(address, timeout=_CONNECT_SECONDS)
    line.settimeout(None)
    return line


def _talk(line: socket.socket, card: VirtualCard) -> None:
    """Play the card until the line is cut (ConnectionError) or the card leaves (Pulled)."""
    while True:
        payload = _received(line, _LENGTH.unpack(_received(line, _LENGTH.size))[0])
        match payload:
            case b"\x00":
                card.power_off()
            case b"\x01":
                pass
            case b"\x02":
                card.reset()
            case b"\x04":
                _send(line, card.atr)
            case _:
                _send(line, card.process(payload) or _NO_RESPONSE)


def _send(line: socket.socket, payload: bytes) -> None:
    line.sendall(_LENGTH.pack(len(payload)) + payload)


def _received(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        # vpcd writes length and payload apart: without this, each command waits 40 ms for a delayed acknowledgement.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = line.recv(size - len(data))
        if not part:
            raise ConnectionResetError("vpcd hung up")
        data += part
    return data


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        # Already down: that is what was wanted.
        return
