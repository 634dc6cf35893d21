"""Telling a scanner that types like a keyboard from fingers."""

from __future__ import annotations

GAP_SECONDS = 0.040
"""No finger strikes the next key sooner; a scanner never waits longer."""
HICCUP_SECONDS = 0.150
"""Once a burst is sure to be one, a pause so long belongs to the machine: no finger follows a scanner sooner."""
FEWEST = 4
"""Fewer characters than this are fingers, however fast they came."""


class Burst:
    """The characters that came one right after the other, last of all those typed."""

    def __init__(self) -> None:
        self._characters: list[str] = []
        self._last = float("-inf")

    @property
    def text(self) -> str:
        """What came so far without a pause."""
        return "".join(self._characters)

    def add(self, character: str, at: float) -> None:
        """One more character, struck at that time in seconds of any steady clock."""
        if not self._goes_on(at):
            self._characters.clear()
        self._characters.append(character)
        self._last = at

    def end(self, at: float) -> str | None:
        """Enter or Tab was struck: the scanned text, or None when it was fingers. Forgets it in either case."""
        text = self.text
        scanned = len(text) >= FEWEST and self._goes_on(at)
        self.clear()
        return text if scanned else None

    def _goes_on(self, at: float) -> bool:
        sure = len(self._characters) >= FEWEST
        return at - self._last < (HICCUP_SECONDS if sure else GAP_SECONDS)

    def clear(self) -> None:
        """Forget what came."""
        self._characters.clear()
        self._last = float("-inf")
