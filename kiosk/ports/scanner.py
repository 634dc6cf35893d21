"""The barcode scanner."""

from __future__ import annotations

from typing import Protocol


class Scanner(Protocol):
    """A scanner with a line of its own; one that types like a keyboard answers through the screen instead."""

    async def code(self) -> str:
        """Wait for the next code and return it without its prefix and suffix. Codes scanned before do not count."""
        ...
