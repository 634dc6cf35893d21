"""The compositor's control socket (i3-ipc): what its one window is called."""

from __future__ import annotations

import json
import socket
import struct
from pathlib import Path
from typing import Any

_MAGIC = b"i3-ipc"
_HEADER = struct.Struct("=6sII")
_TREE = 4
_SECONDS = 30
"""After which a compositor that does not answer is taken for dead."""


class SwayError(Exception):
    """sway went away."""


class Sway:
    """A connection to sway."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_SECONDS)
        self._socket.connect(str(path))

    def close(self) -> None:
        self._socket.close()

    def title(self) -> str:
        """What the window is called that has the keyboard; empty without one."""
        nodes = [self._ask(_TREE)]
        while nodes:
            node = nodes.pop()
            if node["focused"] and node.get("pid"):
                return str(node["name"] or "")
            nodes += node["nodes"]
        return ""

    def _ask(self, kind: int) -> Any:
        self._socket.sendall(_HEADER.pack(_MAGIC, 0, kind))
        _magic, length, _kind = _HEADER.unpack(self._read(_HEADER.size))
        return json.loads(self._read(length))

    def _read(self, length: int) -> bytes:
        octets = b""
        while len(octets) < length:
            if not (more := self._socket.recv(length - len(octets))):
                raise SwayError("sway is gone")
            octets += more
        return octets
