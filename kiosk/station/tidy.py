"""Clearing up between two examinees: what one left in memory is gone before the next one comes."""

from __future__ import annotations

import gc
import sys

RARELY = 1000
"""Full collections come of themselves only after so many middle ones: never in the middle of somebody's check-in."""


class Tidy:
    """Collects what a check-in left. The first time also sets aside what was loaded, so that later ones are short."""

    def __init__(self) -> None:
        self._first = True
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, RARELY)

    def between_questions(self) -> None:
        """Collect now, before the next question is shown: a screen that is gone holds itself in a circle.

        Those of a whole visit together take a quarter of a second, which a person notices; one takes about ten ms.
        """
        gc.collect()

    def between_visits(self) -> None:
        """Collect now: nobody is at the screen."""
        gc.collect()
        if self._first:
            gc.freeze()
            self._first = False
        _give_back()


def _give_back() -> None:
    """Let the C library return free memory to the system, where it can."""
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
