"""How far `kiosk precheck` is: a bar on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

import click


class Bar:
    """Implements `kiosk.precheck.asking.Progress`."""

    def __init__(self, length: int, *, hidden: bool) -> None:
        """`length` people are asked for."""
        hidden = hidden or not sys.stderr.isatty()
        self._bar = click.progressbar(length=length, label=_ASKING, file=sys.stderr, hidden=hidden)

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        self._bar.__exit__(kind, raised, at)

    def step(self, count: int) -> None:
        """So many more were asked for."""
        self._bar.label = _ASKING
        self._bar.update(count)

    def wait_for(self, count: int, seconds: float) -> None:
        """So many were handed in that long ago, and are waited for."""
        minutes, rest = divmod(int(seconds), 60)
        self._bar.label = f"{count} in 一括照会, {minutes}:{rest:02d}"
        self._bar.render_progress()


_ASKING = "asking"
