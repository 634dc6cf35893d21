"""The few things that are done with a card, each of one or two commands, over the guard."""

from __future__ import annotations

from hardware.card.apdu import (
    MOST_READ,
    QUERY_TRIES,
    Connection,
    Response,
    StatusWord,
    get_response,
    read_binary,
    select_application,
    select_file,
    verify,
)
from hardware.card.errors import Refused
from hardware.card.files import Application
from hardware.card.guard import Guard
from kiosk.ports.card import Secret

_MOST_PARTS = 8
"""GET RESPONSEs that one answer may take; a card that announces more never ends."""


class Channel:
    """Selecting, reading and verifying on one connection. Every method may raise what Connection.transmit raises."""

    def __init__(self, connection: Connection) -> None:
        self.guard = Guard(connection)

    def select_application(self, application: Application) -> Response:
        """Make an application the current one."""
        return self._chained(select_application(application))

    def select_file(self, identifier: int) -> Response:
        """Make a file or key of the current application the current one."""
        return self._chained(select_file(identifier))

    def read(self, size: int, offset: int = 0) -> bytes:
        """Up to `size` bytes of the current file; an answer shorter than asked is its end. Raises Refused."""
        data = b""
        while len(data) < size:
            asked = min(size - len(data), MOST_READ)
            part = self._read_once(offset + len(data), asked)
            data += part.data
            if not part.ok or len(part.data) < asked:
                break
        return data[:size]

    def query_tries(self) -> Response:
        """Ask the current key how many tries are left; uses none."""
        return self.guard.transmit(QUERY_TRIES)

    def verify(self, secret: Secret) -> Response:
        """Send the secret to the current key, once: whatever the card answers, nothing is repeated."""
        command = verify(secret.octets)
        try:
            return self.guard.transmit(command)
        finally:
            command[:] = bytes(len(command))

    def _read_once(self, offset: int, size: int) -> Response:
        response = self._chained(read_binary(offset, size))
        if response.right_length:
            response = self._chained(read_binary(offset, min(size, response.right_length)))
        if response.ok or response.status in (StatusWord.END_OF_FILE, StatusWord.OFFSET_PAST_END):
            return response
        raise Refused(response.status)

    def _chained(self, command: bytes) -> Response:
        response = self.guard.transmit(command)
        data = b""
        for _ in range(_MOST_PARTS):
            if not response.waiting:
                break
            data += response.data
            response = self.guard.transmit(get_response(response.waiting))
        return Response(data + response.data, response.status) if data else response
