"""The names of OQS files."""

from __future__ import annotations

import re
from enum import Enum


class RequestKind(Enum):
    """A kind of request, by the beginning of its file's name."""

    SINGLE = "OQSsiquc01req"
    """資格確認."""
    BULK_UPLOAD = "OQSmuquc01req"
    """一括資格確認: hands in the queries; the response has a ReceptionNumber."""
    BULK_FETCH = "OQSmuquc02req"
    """一括資格確認: asks for the answers of a ReceptionNumber."""


_IDENTIFIER = re.compile(r"[0-9A-Za-z]{1,40}")
"""The files that were seen have letters and digits only, up to some 30; nothing else is safe on every file system."""
_REQUEST = re.compile(r"(OQS(?:siquc01|muquc0[12]))req_([0-9A-Za-z]{1,40})\.xml")


def request_name(kind: RequestKind, identifier: str) -> str:
    """The name of a request file. Raises ValueError when the identifier is not 1 to 40 ASCII letters and digits."""
    if not _IDENTIFIER.fullmatch(identifier):
        raise ValueError("an identifier has 1 to 40 ASCII letters and digits")
    return f"{kind.value}_{identifier}.xml"


def response_name(name: str) -> str:
    """The name under which the terminal answers a request file. Raises ValueError for any other file's name."""
    request = _REQUEST.fullmatch(name)
    if request is None:
        raise ValueError("not the name of a request file")
    return f"{request[1]}res_{request[2]}.xml"
