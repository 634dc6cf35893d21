"""A keyboard that the kernel believes in (uinput), with the keys of a scanner."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path
from time import monotonic, sleep

from hardware.scanner.keys import EV_KEY, EV_MSC
from tests.scanner.events import report, strokes

UINPUT = Path("/dev/uinput")
UI_DEV_CREATE, UI_DEV_DESTROY = 0x5501, 0x5502
UI_DEV_SETUP = 1 << 30 | 92 << 16 | 0x5503
UI_SET_EVBIT, UI_SET_KEYBIT, UI_SET_MSCBIT = (1 << 30 | 4 << 16 | 0x5500 + number for number in (100, 101, 104))
UI_GET_SYSNAME = 2 << 30 | 64 << 16 | 0x552C
PATIENCE = 5.0


def usable() -> bool:
    """Whether this kernel has it, and this user may use it."""
    return os.access(UINPUT, os.W_OK)


class Keyboard:
    """Plugged in until it is pulled out; `link` is its name in by-id, whatever number it has."""

    def __init__(self, link: Path, keys: range = range(1, 128)) -> None:
        self._link = link
        self._file = os.open(UINPUT, os.O_WRONLY)
        for kind in (EV_KEY, EV_MSC):
            fcntl.ioctl(self._file, UI_SET_EVBIT, kind)
        for key in keys:
            fcntl.ioctl(self._file, UI_SET_KEYBIT, key)
        fcntl.ioctl(self._file, UI_SET_MSCBIT, 4)
        fcntl.ioctl(self._file, UI_DEV_SETUP, struct.pack("@HHHH80sI", 3, 0x1234, 0x5678, 1, b"Invented Scanner", 0))
        fcntl.ioctl(self._file, UI_DEV_CREATE)
        name = fcntl.ioctl(self._file, UI_GET_SYSNAME, bytes(64)).split(b"\0")[0].decode()
        (event,) = (Path("/sys/devices/virtual/input") / name).glob("event*")
        self.device = Path("/dev/input") / event.name
        end = monotonic() + PATIENCE
        while not self.device.exists() and monotonic() < end:
            sleep(0.01)
        link.unlink(missing_ok=True)
        link.symlink_to(self.device)

    def scan(self, text: str, seconds: float = 0.0) -> None:
        """Type it, with so long between two reports."""
        for key, value in strokes(text):
            os.write(self._file, report(key, value))
            if seconds:
                sleep(seconds)

    def pull_out(self) -> None:
        if self._file >= 0:
            self._link.unlink(missing_ok=True)
            fcntl.ioctl(self._file, UI_DEV_DESTROY)
            os.close(self._file)
        self._file = -1
