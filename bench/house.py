"""The place where everything is measured: a folder with a configuration, gone at the end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.station.wiring.house import configure, new_token


@dataclass(frozen=True, slots=True)
class House:
    """A folder of its own and what stands in it."""

    folder: Path

    @property
    def config(self) -> Path:
        """A configuration whose gateway and printer are not there: enough for a first frame."""
        new_token(self.folder)
        return configure(self.folder, gateway="http://127.0.0.1:9", printer=f"virtual:{self.folder / 'slips'}")
