"""The voice of a kiosk that has none; light, because it stands on the way to the first frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.ports.voice import KeyWords, Part


class Mute:
    """The port `Voice`, of which nothing is heard."""

    audible = False
    level = 0

    def aside(self, *parts: Part) -> None:
        """Nothing."""

    def tell(self, words: KeyWords, *then: Part) -> None:
        """Nothing."""

    def repeat(self) -> None:
        """Nothing."""

    def louder(self) -> None:
        """Nothing."""

    def softer(self) -> None:
        """Nothing."""

    def next_level(self) -> None:
        """Nothing."""
