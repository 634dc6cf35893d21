"""The board of the kiosk on this machine, running or not."""

from __future__ import annotations

from functools import partial

from kiosk.control.address import SOCKET_NAME
from kiosk.control.client import BoardClient
from kiosk.control.connecting import at_socket
from kiosk.settings import Settings
from kiosk.station.view import last_view


def local_board(settings: Settings, name: str | None = None) -> BoardClient:
    """Its board over the control socket; `name` is who sits here. While it is down the status file stands in."""
    run = settings.terminal.run
    return BoardClient(settings.terminal.name, at_socket(run / SOCKET_NAME), partial(last_view, run), name=name)
