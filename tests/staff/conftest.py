"""The kiosk of the counter beside the board: the same house and terminal as at the door."""

from __future__ import annotations

from tests.door.conftest import house, pane

__all__ = ["house", "pane"]
