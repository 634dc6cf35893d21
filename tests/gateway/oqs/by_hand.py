"""The terminal played by hand: a test writes each response itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.checkin.insurance import QualificationValidity
from kiosk.gateway.invented_answers import answer_to
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.reading import read_request
from kiosk.gateway.oqs.responding import Header, response_octets
from kiosk.gateway.people import InventedPerson
from tests.gateway.oqs.playing import PACE, TARO, query_of, requests_in
from tests.waiting import until

BRIEF = replace(PACE, answer=0.3, one_call=0.05)
"""A deadline that tests can wait for."""
POLLING = [pytest.param(True, id="inotify"), pytest.param(False, id="polling")]
VALID = QualificationValidity.VALID


def response_to(request: Path, person: InventedPerson = TARO, *, identifier: str | None = None) -> bytes:
    """The terminal's answer to a request file, by default with its identifier."""
    asked = read_request(request.read_bytes(), request.name)
    header = Header("20260701093000", identifier=asked.identifier if identifier is None else identifier)
    return response_octets(header, asked, answer_to(query_of(person), again=True))


def put(folders: Folders, name: str, octets: bytes) -> None:
    """Let a whole response appear."""
    draft = folders.responses / f"{uuid4()}.tmp"
    draft.write_bytes(octets)
    draft.rename(folders.responses / name)


async def only_request(folders: Folders) -> Path:
    """The request, once it is there."""
    await until(lambda: requests_in(folders))
    (request,) = requests_in(folders)
    return request
