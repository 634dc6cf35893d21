"""The table of the spoken guidance."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from kiosk.settings.section import Section
from kiosk.settings.values import AlsaDevice, TimeOfDay, WholePath


class VoiceSection(Section):
    """Voice and sound."""

    enabled: bool = True
    folder: WholePath = Path("/usr/local/share/kiosk/voice")
    device: AlsaDevice = "default"
    volume: int = Field(default=4, ge=1, le=5)
    invite_seconds: float = Field(default=0, ge=0, le=3600)
    quiet_from: TimeOfDay | None = None
    quiet_until: TimeOfDay | None = None
    earphones: bool = False

    @model_validator(mode="after")
    def _quiet_hours_have_two_ends(self) -> Self:
        if (self.quiet_from is None) is not (self.quiet_until is None):
            raise ValueError("quiet hours need both quiet_from and quiet_until, for example 12:00 and 13:00")
        return self
