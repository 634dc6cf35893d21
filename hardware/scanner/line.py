"""A scanner with a serial line: USB-CDC (/dev/ttyACM…), or RS-232 behind an adapter (/dev/ttyUSB…)."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import termios
import tty
from collections.abc import Iterator
from typing import Self

from kiosk.ports.device import DeviceFailure, DeviceFault

INPUT_SPEED, OUTPUT_SPEED = 4, 5
"""Places in what `tcgetattr` gives."""


class LineSource:
    """The characters that come over the line, as UTF-8; an octet that is none becomes U+FFFD."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    @classmethod
    def take(cls, descriptor: int, bits_per_second: int) -> Self:
        """Take an open serial line for this program alone. Raises OSError; DeviceFailure where it has no such speed."""
        # The lock keeps out root too, and so this program's own test; TIOCEXCL everybody else.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            fcntl.ioctl(descriptor, termios.TIOCEXCL)
            tty.setraw(descriptor, termios.TCSANOW)
            attributes = termios.tcgetattr(descriptor)
            attributes[INPUT_SPEED] = attributes[OUTPUT_SPEED] = getattr(termios, f"B{bits_per_second}")
            termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
            termios.tcflush(descriptor, termios.TCIFLUSH)  # what was scanned before does not count
        except termios.error as refused:
            raise DeviceFailure(DeviceFault.WRONG_DEVICE) from refused
        return cls(descriptor)

    @property
    def descriptor(self) -> int:
        """The open file."""
        return self._descriptor

    def close(self) -> None:
        """See Source."""
        # Else it would stay closed to everybody but root for as long as any program still holds it.
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._descriptor, termios.TIOCNXCL)
        os.close(self._descriptor)

    def characters(self, octets: bytes) -> Iterator[str | None]:
        """What the octets spell."""
        yield from self._decoder.decode(octets)
