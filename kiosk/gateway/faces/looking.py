"""SIMULATOR: an invented person looks into the face reader that a configuration has behind its gateway."""

from __future__ import annotations

import ssl
from http import HTTPStatus
from pathlib import Path

from kiosk.gateway.backend import BackendFailure
from kiosk.gateway.faces.commanded import FACE
from kiosk.gateway.faults import SimulatedFault
from kiosk.gateway.oqs.claim import NotSimulated
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.showing import show_face
from kiosk.gateway.people import by_key
from kiosk.settings import Gateway, Settings

ANSWER_SECONDS = 5.0
"""A gateway of this house takes the command within milliseconds."""
ANY_INSTITUTION = "0" * 10
"""Where the configuration names no 医療機関コード: a capture has one, and nobody here looks at it."""


class NotSeen(Exception):
    """The face reader saw nobody; the message says why and what to do."""


def look_in(chosen: Settings, key: str) -> str:
    """Let that person look into the simulated reader; where the capture went: a file's name, or the gateway's address.

    With `serve.folder` it is a file in its folder `face`, else the gateway at `gateway.url` is told. Blocks for a
    moment. Raises NotSeen, and KeyError for a person whom nobody invented.
    """
    person = by_key(key)
    try:
        if chosen.serve.folder is not None:
            return show_face(Folders(chosen.serve.folder), person, chosen.serve.institution or ANY_INSTITUTION)
    except (BackendFailure, SimulatedFault):
        raise NotSeen(_NOTHING_COMES.format(key=key)) from None
    except NotSimulated as foreign:
        raise NotSeen(str(foreign)) from foreign
    except OSError as failure:
        raise NotSeen(f"serve.folder: cannot be written ({failure.strerror})") from failure
    _tell(chosen.gateway, key)
    return chosen.gateway.url


_NOTHING_COMES = "{key}: with this person the system brings no capture"


def _tell(gateway: Gateway, key: str) -> None:
    """Tell the gateway as one of its terminals. Raises NotSeen."""
    import httpx

    if not gateway.url:
        raise NotSeen("gateway.url: give the address of a gateway with the simulator, or serve.folder")
    headers = {"Authorization": f"Bearer {_token(gateway.token_file)}"}
    verify: ssl.SSLContext | bool = True
    try:
        if gateway.ca_file is not None:
            verify = ssl.create_default_context(cafile=str(gateway.ca_file))
        status = httpx.post(
            f"{gateway.url}{FACE}/{key}", headers=headers, verify=verify, timeout=ANSWER_SECONDS, trust_env=False
        ).status_code
    except (httpx.HTTPError, OSError) as failure:
        raise NotSeen(
            f"gateway.url {gateway.url}: nobody answers there ({type(failure).__name__}); start kiosk gateway"
        ) from failure
    match status:
        case HTTPStatus.NO_CONTENT:
            return
        case HTTPStatus.SERVICE_UNAVAILABLE:
            raise NotSeen(_NOTHING_COMES.format(key=key))
        case HTTPStatus.UNAUTHORIZED:
            raise NotSeen(f"gateway.token_file {gateway.token_file}: the gateway does not know this token")
        case HTTPStatus.NOT_FOUND:
            raise NotSeen(
                f'gateway.url {gateway.url}: no simulator answers there; with backend = "folders" give serve.folder'
            )
        case _:
            raise NotSeen(f"gateway.url {gateway.url}: answers with status {status}")


def _token(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").split()[0]
    except (OSError, UnicodeDecodeError, IndexError) as wrong:
        raise NotSeen(
            f"gateway.token_file {file}: holds no token that can be read; "
            "give it a token that the gateway knows, or give serve.folder where a simulated terminal writes"
        ) from wrong
