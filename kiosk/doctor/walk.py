"""Walks the layers one after the other: each has its time, and none can hold up or bring down the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from kiosk.doctor.finding import Examined, Finding, Level, worst
from kiosk.doctor.symptoms import Layer, Symptom

DEADLINE_SECONDS = 10.0
"""For one layer; what answers at all answers within a second or two."""
ALL_SECONDS = 120.0
"""For all of them."""


@dataclass(frozen=True, slots=True)
class Check:
    """How one layer is examined."""

    layer: Layer
    examine: Callable[[], Examined]
    """Gathers the facts and judges them; it may block, and may raise anything."""
    seconds: float = DEADLINE_SECONDS


@dataclass(frozen=True, slots=True)
class Visited:
    """A layer that was walked."""

    layer: Layer
    examined: Examined
    seconds: float
    hangs: bool = False
    """Whether its check still runs, and would hold up the end of the process."""


@dataclass(slots=True)
class Walk:
    """A walk through the layers, and what it has found so far."""

    checks: Iterable[Check]
    seconds: float = ALL_SECONDS
    """For all checks together."""
    visited: list[Visited] = field(default_factory=list)

    def steps(self, begins: Callable[[Layer], None] = lambda _: None) -> Iterator[Visited]:
        """Walk; tells `begins` which layer comes, and gives each when it is done."""
        end = time.monotonic() + self.seconds
        for check in self.checks:
            begins(check.layer)
            visited = _visit(check, end - time.monotonic())
            self.visited.append(visited)
            yield visited

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found, in the order of the layers."""
        return tuple(finding for visited in self.visited for finding in visited.examined.findings)

    @property
    def level(self) -> Level:
        """That of the worst finding."""
        return worst(finding.level for finding in self.findings)

    @property
    def hangs(self) -> bool:
        """Whether a check still runs."""
        return any(visited.hangs for visited in self.visited)


def _visit(check: Check, left: float) -> Visited:
    if left <= 0:
        return Visited(check.layer, _about(check.layer, Symptom.NOT_REACHED, "時間切れのため、調べていません"), 0.0)
    begun = time.monotonic()
    outcome: list[Examined] = []

    def examine() -> None:
        try:
            outcome.append(check.examine())
        except Exception as error:
            # The type alone: the message may quote what is in a file.
            words = f"この確認は失敗しました({type(error).__name__})。この行を管理者に伝えてください"
            outcome.append(_about(check.layer, Symptom.CRASHED, words))

    # A thread, because a device or a folder of the network may hang in the kernel; it is left behind there.
    thread = threading.Thread(target=examine, name=f"doctor-{check.layer.value}", daemon=True)
    thread.start()
    thread.join(min(check.seconds, left))
    seconds = time.monotonic() - begun
    if outcome:
        return Visited(check.layer, outcome[0], seconds)
    words = f"{seconds:.0f}秒待っても答えがありません。機器・線・ネットワークのフォルダーを確かめてください"
    return Visited(check.layer, _about(check.layer, Symptom.HANGS, words), seconds, hangs=True)


def _about(layer: Layer, symptom: Symptom, words: str) -> Examined:
    return Examined("", (Finding(layer, symptom, Level.WARNING, words, _again(layer)),))


def _again(layer: Layer) -> str:
    return f"kiosk doctor --only {layer.value}"
