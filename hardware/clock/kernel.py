"""Asks the kernel whether something keeps the machine's clock right (adjtimex). A Pi has no clock of its own.

Python has no call for it. Nothing is set here, and nothing could be: that takes a capability which the kiosk lacks.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

from kiosk.ports.clock import Synchronisation

_UNSYNCHRONISED = 0x0040
"""STA_UNSYNC in <sys/timex.h>; set from the start, and again when nobody has set the clock right for hours."""
_TIMESYNCD = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd touches this file each time it has set the clock. The kernel takes its word back after hours
without a server; for a date, a clock that was right this morning still is."""


class _Timex(ctypes.Structure):
    """The beginning of `struct timex`, and room for the rest of it."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


def synchronised(timesyncd: Path = _TIMESYNCD) -> bool | None:
    """Whether the clock is kept right; None where nobody tells."""
    return synchronisation(timesyncd).kept


def synchronisation(timesyncd: Path = _TIMESYNCD) -> Synchronisation:
    """Whether the clock is kept right, and where only that is known, when it was last set.

    The kiosk's unit forbids the question to the kernel (ProtectClock), and systemd-timesyncd's file answers there.
    """
    status = _kernel_status()
    if status is not None and not status & _UNSYNCHRONISED:
        return Synchronisation(kept=True)
    try:
        return Synchronisation(kept=True, since=timesyncd.stat().st_mtime)
    except OSError:
        return Synchronisation(kept=None if status is None else False)


def _kernel_status() -> int | None:
    """The kernel's status bits; None when it refuses the question."""
    try:
        ask = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    timex = _Timex(modes=0)
    if ask(ctypes.byref(timex)) < 0:
        return None
    return int(timex.status)
