"""A scanner that is a USB keyboard, read where its keys come out of the kernel (evdev) and kept from everybody else.

The grab is what matters: no key of it reaches the terminal, and so none a screen. Read without a library; why stands in
docs/adr/0009.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Callable, Iterator
from functools import reduce
from operator import or_
from typing import Self

from hardware.scanner.keymap import DIGITS, ENTER, HELD, Held, typed
from kiosk.ports.device import DeviceFailure, DeviceFault

EVENT = struct.Struct("@llHHi")
"""`struct input_event`: two words of time, type, code, value."""
EV_SYN, EV_KEY, EV_MSC = 0, 1, 4
SYN_REPORT, SYN_DROPPED = 0, 3
RELEASED, PRESSED = 0, 1
KEY_OCTETS = 96
"""Room for the bits of all keys (KEY_MAX is 0x2ff)."""


def _read_request(number: int, size: int) -> int:
    """`_IOR('E', number, size)` of `linux/input.h`."""
    return 2 << 30 | size << 16 | ord("E") << 8 | number


def _write_request(number: int, size: int) -> int:
    return 1 << 30 | size << 16 | ord("E") << 8 | number


EVIOCGKEY = _read_request(0x18, KEY_OCTETS)
EVIOCGBIT_KEY = _read_request(0x20 + EV_KEY, KEY_OCTETS)
EVIOCGRAB = _write_request(0x90, 4)
EVIOCSMASK = _write_request(0x93, 16)


class KeySource:
    """The characters that its keys type."""

    def __init__(self, descriptor: int, pressed: Callable[[], frozenset[int]]) -> None:
        """`pressed` tells which keys are down at this moment."""
        self._descriptor = descriptor
        self._pressed = pressed
        self._down = pressed() & HELD.keys()
        self._rest = b""
        self._lost = False

    @classmethod
    def grab(cls, descriptor: int) -> Self:
        """Take an open input device for this program alone. Raises OSError; DeviceFailure where it is no keyboard."""
        if not {*DIGITS, ENTER} <= _keys(descriptor, EVIOCGBIT_KEY):
            raise DeviceFailure(DeviceFault.WRONG_DEVICE)
        fcntl.ioctl(descriptor, EVIOCGRAB, 1)
        # The kernel keeps 64 events; without the raw scan codes that is twice as many keys.
        fcntl.ioctl(descriptor, EVIOCSMASK, struct.pack("@IIQ", EV_MSC, 0, 0))
        return cls(descriptor, lambda: _keys(descriptor, EVIOCGKEY))

    @property
    def descriptor(self) -> int:
        """The open file."""
        return self._descriptor

    def close(self) -> None:
        """See Source; the grab ends with it."""
        os.close(self._descriptor)

    def characters(self, octets: bytes) -> Iterator[str | None]:
        """What the events type; None where the kernel had to throw some away."""
        octets = self._rest + octets
        whole = len(octets) - len(octets) % EVENT.size
        self._rest = octets[whole:]
        for _, _, kind, code, value in EVENT.iter_unpack(octets[:whole]):
            if kind == EV_SYN:
                yield from self._synchronised(code)
            elif kind == EV_KEY and not self._lost:
                if code in HELD:
                    self._down = self._down - {code} if value == RELEASED else self._down | {code}
                elif value == PRESSED and (character := typed(code, self._held)):
                    yield character

    def _synchronised(self, code: int) -> Iterator[None]:
        if code == SYN_DROPPED:
            self._lost = True
            yield None
        elif code == SYN_REPORT and self._lost:
            self._lost = False
            self._down = self._pressed() & HELD.keys()

    @property
    def _held(self) -> Held:
        return reduce(or_, (HELD[key] for key in self._down), Held.NONE)


def _keys(descriptor: int, request: int) -> frozenset[int]:
    """The keys whose bit is set. Raises OSError."""
    octets = fcntl.ioctl(descriptor, request, bytes(KEY_OCTETS))
    return frozenset(8 * place + bit for place, octet in enumerate(octets) for bit in range(8) if octet >> bit & 1)
