"""Root, bound by the modes of files like everybody else: what is refused to a service can be tried by whoever tests."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

_VERSION = 0x20080522
"""Of linux/capability.h: two halves of 32 capabilities each."""
_BEYOND_MODES = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Half(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def bound_by_modes(work: Callable[[], Result]) -> Result:
    """What the work returns or raises; it is done in a thread of its own, because what is given up does not come back.

    Threads that it starts are bound, too.
    """
    with ThreadPoolExecutor(1, initializer=_give_up) as bound:
        return bound.submit(work).result()


def _give_up() -> None:
    header, halves = _Header(_VERSION, 0), (_Half * 2)()
    _call("capget", header, halves)
    # Also what is permitted: access(2) looks at that.
    halves[0].effective &= ~_BEYOND_MODES
    halves[0].permitted &= ~_BEYOND_MODES
    _call("capset", header, halves)


def _call(name: str, header: _Header, halves: ctypes.Array[_Half]) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(ctypes.byref(header), halves):
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
