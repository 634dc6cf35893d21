"""The table of the spoken guidance."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from kiosk.settings.section import Section

ALSA_NAME = r"^[A-Za-z][A-Za-z0-9_]*(:[A-Za-z0-9_=,.-]+)?$"
"""As `aplay -L` lists them: default, plughw:CARD=Device,DEV=0."""


class VoiceSection(Section):
    """Voice and sound."""

    enabled: bool = True
    folder: Path = Path("/usr/local/share/kiosk/voice")
    device: str = Field(default="default", pattern=ALSA_NAME)
    volume: int = Field(default=4, ge=1, le=5)
    invite_seconds: float = Field(default=0, ge=0, le=3600)
    quiet_from: time | None = None
    quiet_until: time | None = None

    @model_validator(mode="after")
    def _quiet_hours_have_two_ends(self) -> Self:
        if (self.quiet_from is None) is not (self.quiet_until is None):
            raise ValueError("quiet hours need both quiet_from and quiet_until, for example 12:00 and 13:00")
        return self
