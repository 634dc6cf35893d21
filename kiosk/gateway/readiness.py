"""systemd learns when the gateway takes connections: READY=1 on $NOTIFY_SOCKET, as sd_notify(3) describes it."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import MutableMapping

log = logging.getLogger("kiosk.gateway")


def tell_ready(environment: MutableMapping[str, str] = os.environ) -> None:
    """Tell it once, where it waits for that; the variable is taken away, so that no child speaks in our name.

    A systemd that cannot be told is logged: it will end this gateway for it, and until then the terminals are served.
    """
    address = environment.pop("NOTIFY_SOCKET", "")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.sendto(b"READY=1", f"\0{address[1:]}" if address.startswith("@") else address)
    except OSError as failed:
        log.warning("systemd cannot be told: %s", failed.strerror)
