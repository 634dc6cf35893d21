"""The table of `kiosk gateway`, where it runs on this machine."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from kiosk.settings.section import Section
from kiosk.settings.values import InstitutionCode, WholePath


class Backend(Enum):
    """What stands behind `kiosk gateway`."""

    SIMULATOR = "simulator"
    FOLDERS = "folders"
    """The folders `req`, `res` and `face` of the terminal of オンライン資格確認."""


class TidyRequests(Enum):
    """What happens to the gateway's own request files that the terminal leaves in `req`."""

    REMOVE = "remove"
    KEEP = "keep"


class Serve(Section):
    """`kiosk gateway`, where it runs on this machine."""

    backend: Backend = Backend.SIMULATOR
    folder: Path | None = None
    institution: InstitutionCode = ""
    poll_seconds: float = Field(default=0.5, ge=0.1, le=5)
    answer_seconds: float = Field(default=180, ge=5, le=600)
    bulk_seconds: float = Field(default=1800, ge=60, le=86400)
    tidy_requests: TidyRequests = TidyRequests.REMOVE
    state: WholePath = Path("/var/lib/kiosk-gateway")
    host: str = "127.0.0.1"
    port: int = Field(default=8460, ge=0, lt=65536)
    tokens_file: WholePath = Path("/etc/kiosk/gateway.tokens")
    certificate: Path | None = None
    key: Path | None = None
    queries_per_second: float = Field(default=5, gt=0, le=1000)
    queries_at_once: int = Field(default=20, ge=1)
    strangers_per_minute: float = Field(default=30, gt=0, le=60_000)
    connections: int = Field(default=512, ge=1)
    connections_per_address: int = Field(default=64, ge=1)
    simulated_delay_seconds: float = Field(default=0, ge=0, le=60)

    @model_validator(mode="after")
    def _folders_are_named(self) -> Self:
        if self.backend is Backend.FOLDERS and self.folder is None:
            raise ValueError('backend = "folders" needs serve.folder: the folder that holds req, res and face')
        if self.backend is Backend.FOLDERS and not self.institution:
            raise ValueError('backend = "folders" needs serve.institution: the 10 digits of 医療機関コード')
        return self
