"""Where the characters of a scanner come from, and how a device file is opened as one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from kiosk.ports.device import DeviceFailure, DeviceFault

INPUT_MAJOR = 13
"""The kernel's number of all input devices (`Documentation/admin-guide/devices.txt`)."""
_FAULTS = {
    errno.EACCES: DeviceFault.NOT_ALLOWED,
    errno.EPERM: DeviceFault.NOT_ALLOWED,
    errno.EBUSY: DeviceFault.BUSY,
    errno.EAGAIN: DeviceFault.BUSY,
    errno.ENOTTY: DeviceFault.WRONG_DEVICE,
    errno.EINVAL: DeviceFault.WRONG_DEVICE,
    errno.ENOTDIR: DeviceFault.WRONG_DEVICE,
    errno.EISDIR: DeviceFault.WRONG_DEVICE,
    errno.EIO: DeviceFault.GONE,
}


class Source(Protocol):
    """An open scanner. It is this program's alone until it is closed."""

    @property
    def descriptor(self) -> int:
        """The open file; it never blocks."""
        ...

    def characters(self, octets: bytes) -> Iterator[str | None]:
        """What came in as characters; None where something got lost."""
        ...

    def close(self) -> None:
        """Let it go, so that another program, or this one once more, can have it."""
        ...


def fault_of(error: OSError) -> DeviceFault:
    """Why a device cannot be had, or was lost."""
    return _FAULTS.get(error.errno or 0, DeviceFault.NOT_THERE)


def open_source(device: Path, bits_per_second: int) -> Source:
    """Open a scanner and take it for this program alone; blocks for as long as its driver wants.

    `device` is a device file or a link to one, of a keyboard (evdev) or of a serial line. Raises DeviceFailure.
    """
    try:
        descriptor = os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as refused:
        raise DeviceFailure(fault_of(refused)) from refused
    try:
        return _source(descriptor, bits_per_second)
    except OSError as refused:
        os.close(descriptor)
        raise DeviceFailure(fault_of(refused)) from refused
    except DeviceFailure:
        os.close(descriptor)
        raise


def _source(descriptor: int, bits_per_second: int) -> Source:
    status = os.fstat(descriptor)
    if stat.S_ISCHR(status.st_mode):
        if os.major(status.st_rdev) == INPUT_MAJOR:
            from hardware.scanner.keys import KeySource

            return KeySource.grab(descriptor)
        if os.isatty(descriptor):
            from hardware.scanner.line import LineSource

            return LineSource.take(descriptor, bits_per_second)
    raise DeviceFailure(DeviceFault.WRONG_DEVICE)
