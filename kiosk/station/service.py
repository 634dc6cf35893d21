"""Whether this terminal serves, as staff switched it; kept in <state>/service.json over restarts."""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import assert_never

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from structlog import get_logger

from kiosk.checkin.reasons import Reason
from kiosk.ports.board import Service

SERVICE_NAME = "service.json"


class NotKept(Exception):
    """It is switched, but a restart will not know of it: the disk did not take it."""


class _Latched(BaseModel):
    """What the file says."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    service: Service
    at: AwareDatetime


class ServiceLatch:
    """The port `Gate`. Without a file the terminal is open; with one that cannot be read nobody is served.

    Staff may have closed it for a reason, and one key opens it again.
    """

    def __init__(self, state: Path) -> None:
        """Reads the small file at once."""
        self._path = state / SERVICE_NAME
        self._service = _read(self._path)
        self._switched = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    @property
    def service(self) -> Service:
        """What staff want."""
        return self._service

    @property
    def closed(self) -> Reason | None:
        """Why nobody is served now; None while it is open."""
        match self._service:
            case Service.OPEN:
                return None
            case Service.PAUSED | Service.UNKNOWN:
                return Reason.PAUSED
            case Service.OUT_OF_ORDER:
                return Reason.TAKEN_OUT
            case _:
                assert_never(self._service)

    async def until_not(self, closed: Reason | None) -> None:
        """Wait until `closed` is not that any more."""
        while self.closed is closed:
            await self._switched.wait()

    async def switch(self, service: Service, at: datetime) -> None:
        """From now on, and over restarts. Raises NotKept when only the first half could be done."""
        async with self._one_at_a_time:
            self._service = service
            self._switched.set()
            self._switched = asyncio.Event()
            get_logger().info("service switched by staff", state=service)
            latched = _Latched(service=service, at=at)
            try:
                await asyncio.to_thread(_write, self._path, latched.model_dump_json() + "\n")
            except OSError as failed:
                get_logger().error("service cannot be kept", error=type(failed).__name__)
                raise NotKept from failed


def _read(path: Path) -> Service:
    try:
        return _Latched.model_validate_json(path.read_bytes()).service
    except FileNotFoundError:
        return Service.OPEN
    except (OSError, ValidationError) as broken:
        get_logger().error("service file cannot be read, so nobody is served", error=type(broken).__name__)
        return Service.UNKNOWN


def _write(path: Path, text: str) -> None:
    """On disk, and never half: a power cut leaves what was there, or this."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
