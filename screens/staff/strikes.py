"""Whose keys they are: a finger's reach the screen one by one, what a scanner or an input method types as one text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from screens.burst import FEWEST, GAP_SECONDS, HICCUP_SECONDS, MODIFIERS, WAIT_SECONDS

if TYPE_CHECKING:
    from textual.events import Key

ENDS = ("enter", "tab", "ctrl+j")
"""Keys with which a scanner ends a code; the last is a line feed."""


class Strikes:
    """Letters wait a moment, because a scanned address must not pause a terminal with its `p`.

    A code that a slow line cuts into pieces comes as several texts; whoever takes them puts them together.
    """

    def __init__(
        self,
        finger: Callable[[Key], None],
        burst: Callable[[str, bool], None],
        later: Callable[[Callable[[], None]], object],
        judge_seconds: float,
    ) -> None:
        """`burst` takes a text, and whether a key of `ENDS` came behind it; `later` calls behind the waiting keys."""
        self._finger = finger
        self._burst = burst
        self._later = later
        self._keys: list[Key] = []
        self._timer: asyncio.TimerHandle | None = None
        self._count = 0
        self._judge_seconds = judge_seconds

    @property
    def idle(self) -> bool:
        """Whether no key waits."""
        return not self._keys

    def strike(self, key: Key) -> None:
        """A key was struck."""
        if key.key in MODIFIERS:
            return
        self._count += 1
        if self._keys and key.time - self._keys[-1].time >= self._patience:
            self._hand_over()
        if not key.is_printable:
            if self._keys and key.key in ENDS:
                self._keys.append(key)
                self._hand_over()
                return
            self._hand_over()
            self._finger(key)
            return
        self._keys.append(key)
        self._wait()

    @property
    def _patience(self) -> float:
        return HICCUP_SECONDS if fast(self._keys) else WAIT_SECONDS

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        count = self._count
        loop = asyncio.get_running_loop()
        # Longer than by their stamps, because keys may be late. Through the app's queue: those that still wait there
        # may belong to the same text.
        seconds = self._judge_seconds * (self._patience / WAIT_SECONDS)
        self._timer = loop.call_later(seconds, self._later, lambda: self._unless_more_came(count))

    def _unless_more_came(self, count: int) -> None:
        if count == self._count:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        keys, self._keys = self._keys, []
        if not fast(keys):
            for key in keys:
                self._finger(key)
            return
        ended = keys[-1].key in ENDS
        self._burst("".join(key.character or "" for key in keys if key.is_printable), ended)


def fast(keys: Sequence[Key]) -> bool:
    """Whether most of the gaps are shorter than a finger's."""
    slow = sum(after.time - before.time >= GAP_SECONDS for before, after in pairwise(keys))
    return len(keys) >= FEWEST and 2 * slow < len(keys) - 1
