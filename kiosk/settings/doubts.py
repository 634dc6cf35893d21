"""What a sound file names and this machine does not have; the file may be meant for another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kiosk.settings.whole import Settings


def doubts(settings: Settings) -> Iterator[str]:
    """A line for every file that the kiosk will need and that is not there."""
    gateway, serve = settings.gateway, settings.serve
    needed = {
        "gateway.token_file": (
            gateway.token_file if gateway.url else None,
            "make the token on the gateway's machine, with: kiosk gateway token NAME --add FILE",
        ),
        "gateway.ca_file": (gateway.ca_file, "copy the gateway's ca.pem there"),
        "serve.certificate": (serve.certificate, "kiosk gateway certificate makes it"),
        "serve.key": (serve.key, "kiosk gateway certificate makes it"),
    }
    for key, (file, remedy) in needed.items():
        if file is not None and _missing(file):
            yield f"{key}: {file} is not on this machine; {remedy}"


def _missing(file: Path) -> bool:
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # only the kiosk's user may look there
    return False
