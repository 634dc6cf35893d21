"""Clips without an engine: each sentence is a sample value of its own, so that what is played can be told apart."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from kiosk.ports.voice import SAMPLES_PER_SECOND, Part, Prompt
from kiosk.voice.sentences import SpokenSite, sentences

SITE = SpokenSite("健診フロア", "総合窓口", "総合窓口の横")
WANTED = sentences(SITE)
LOUD = {Prompt.CARD: 1000, Prompt.PIN: 2000, Prompt.CARD_LEFT: 3000}
SECONDS = 4


@dataclass
class Constant:
    """The port `Clips`."""

    complete: bool = True
    unreadable: set[Part] = field(default_factory=set)
    looks: int = 0

    def look(self) -> None:
        self.looks += 1

    def samples(self, part: Part) -> bytes:
        if part in self.unreadable:
            self.complete = False
            raise ValueError("broken")
        assert isinstance(part, Prompt)
        return constant(LOUD[part])


def constant(value: int, seconds: float = SECONDS) -> bytes:
    return array("h", [value]).tobytes() * round(SAMPLES_PER_SECOND * seconds)


def values(octets: bytes) -> list[int]:
    """The sample values in the order in which they came, each run once."""
    runs: list[int] = []
    for sample in array("h", octets):
        if not runs or runs[-1] != sample:
            runs.append(sample)
    return runs


@dataclass
class Engine:
    """Renders a text as its length; `limit` lets it break down."""

    limit: int = 1000
    rendered: list[str] = field(default_factory=list)

    def render(self, text: str) -> bytes:
        if len(self.rendered) >= self.limit:
            raise KeyboardInterrupt
        self.rendered.append(text)
        return constant(len(text), 0.01)
