"""SIMULATOR: how the simulated terminal behaves. It loads quickly, because the command line lists it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

USUAL_DELAY = 0.5
SLOW_SECONDS = 200.0
"""Longer than the deadline of a request (180 s)."""


class Manner(Enum):
    """Something that terminals do; any of them may be combined."""

    HALF_WRITTEN = "half-written"
    """Responses are written in two parts, with a pause in between."""
    PROCESSING_FIRST = "processing-first"
    """処理中 (Segment 2) comes first, and then the answer in the same file."""
    PROCESSING_APART = "processing-apart"
    """処理中 comes first, and then the answer in a second file with a longer name."""
    OUT_OF_ORDER = "out-of-order"
    """Every answer takes its own time, up to three times the delay."""
    ERRORS = "errors"
    """Every third request is answered with 異常終了 (Segment 9)."""
    RESTART = "restart"
    """After every fifth request the terminal is silent for a while, and then answers what has come."""
    VANISH = "vanish"
    """Responses are gone after a while, as with ResponseFileStayTime."""
    DUPLICATE = "duplicate"
    """Every answer comes twice, the second time under a longer name."""
    NO_IDENTIFIER = "no-identifier"
    """Responses lack ArbitraryFileIdentifier, and those of a 一括照会 ArbitraryIdentifier, too."""
    BULK_GAPS = "bulk-gaps"
    """In every 一括照会 the first query is left out, and the second is answered twice."""
    BULK_ZIP = "bulk-zip"
    """The answers of a 一括照会 come as a ZIP."""
    UTF_8 = "utf-8"
    CLOCK_FAST = "clock-fast"
    """The terminal's clock is ten minutes ahead."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How long the simulated terminal takes, in seconds."""

    delay: float = USUAL_DELAY
    """For an answer."""
    pause: float = 0.3
    """Between two parts of a response, and between 処理中 and the answer."""
    silence: float = 20.0
    """Of a restart."""
    stay: float = 5.0
    """Of a response that vanishes; real ones stay for hours."""
    slow: float = SLOW_SECONDS
    """For the invented person who is too slow."""
