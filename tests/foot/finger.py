"""A finger on the panel: a pointer of the compositor's own kind (wlr-virtual-pointer-unstable-v1), over Wayland's wire.

Without one a headless seat has no pointer at all, and the terminal is told of no tap.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

_MANAGER = b"zwlr_virtual_pointer_manager_v1"
_DISPLAY, _REGISTRY, _CALLBACK, _MANAGER_ID, _POINTER, _LATER_CALLBACKS = range(1, 7)
"""Numbers of the objects: the first is given, the others follow as they are made."""
_SYNC, _GET_REGISTRY, _BIND, _CREATE = 0, 1, 0, 0
_MOTION_ABSOLUTE, _BUTTON, _FRAME = 1, 2, 4
_FIRST_EVENT = 0
"""Of a display that something is wrong, of a registry that something is there, of a callback that all is done."""
_LEFT_BUTTON = 0x110
"""BTN_LEFT of the kernel: how terminals take a finger."""
_HEADER = struct.Struct("=II")
_SECONDS = 30


class Finger:
    """Taps on a panel of so many dots."""

    def __init__(self, path: Path, pixels: tuple[int, int]) -> None:
        """`path` is the compositor's socket."""
        self._pixels = pixels
        self._callbacks: Iterator[int] = iter([_CALLBACK])
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_SECONDS)
        self._socket.connect(str(path))
        self._send(_DISPLAY, _GET_REGISTRY, struct.pack("=I", _REGISTRY))
        name = self._known()
        self._callbacks = count(_LATER_CALLBACKS)
        interface = struct.pack("=I", len(_MANAGER) + 1) + _MANAGER.ljust((len(_MANAGER) + 4) // 4 * 4, b"\0")
        self._send(_REGISTRY, _BIND, struct.pack("=I", name) + interface + struct.pack("=II", 1, _MANAGER_ID))
        self._send(_MANAGER_ID, _CREATE, struct.pack("=II", 0, _POINTER))
        self._known()

    def close(self) -> None:
        self._socket.close()

    def tap(self, x: int, y: int) -> None:
        """Press and let go at that dot."""
        self._event(_MOTION_ABSOLUTE, x, y, *self._pixels)
        for pressed in (1, 0):
            self._event(_BUTTON, _LEFT_BUTTON, pressed)
        self._known()

    def _event(self, kind: int, *values: int) -> None:
        milliseconds = int(time.monotonic() * 1000) & 0xFFFFFFFF
        self._send(_POINTER, kind, struct.pack(f"={1 + len(values)}I", milliseconds, *values))
        self._send(_POINTER, _FRAME)

    def _send(self, target: int, request: int, arguments: bytes = b"") -> None:
        self._socket.sendall(_HEADER.pack(target, (_HEADER.size + len(arguments)) << 16 | request) + arguments)

    def _known(self) -> int:
        """Wait until the compositor has done everything; the manager's name, where it is told."""
        callback = next(self._callbacks)
        self._send(_DISPLAY, _SYNC, struct.pack("=I", callback))
        name = 0
        while True:
            sender, word = _HEADER.unpack(self._read(_HEADER.size))
            arguments = self._read((word >> 16) - _HEADER.size)
            if word & 0xFFFF != _FIRST_EVENT:
                continue
            if sender == callback:
                return name
            if sender == _DISPLAY:
                raise ConnectionError(f"the compositor refuses: {arguments[12:]!r}")
            if sender == _REGISTRY and _MANAGER in arguments:
                (name,) = struct.unpack("=I", arguments[:4])

    def _read(self, length: int) -> bytes:
        octets = b""
        while len(octets) < length:
            if not (more := self._socket.recv(length - len(octets))):
                raise ConnectionError("the compositor is gone")
            octets += more
        return octets
