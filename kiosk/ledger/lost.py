"""What repairs could not save, as their events name it."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.ledger.chain import Event, told_in
from kiosk.ledger.report import Problem, Report, Wrong
from kiosk.ledger.rows import Stored


class Lost:
    """What repairs could not save: no problem of now, when the event of the repair is sound and names the row."""

    def __init__(self, report: Report, repairs: Iterable[Stored]) -> None:
        """`repairs`: seq and body of the events of kind SALVAGED, which nobody has checked yet."""
        self._report = report
        self._named: dict[tuple[str, str], list[int]] = {}
        """By which repairs a row is named."""
        for repair in repairs:
            seq, body = repair["seq"], repair["body"]
            named = told_in(body).get("lost")
            for pair in named if isinstance(named, list) else ():
                if isinstance(pair, list) and len(pair) == 2 and pair[0] not in _NEVER_LOST:
                    self._named.setdefault((str(pair[0]), str(pair[1])), []).append(int(seq or 0))
        self._sound: set[int] = set()
        self._waiting: list[tuple[int, Problem]] = []
        """What is wrong with rows that a repair names, with the event that vouches for the row."""

    @property
    def any(self) -> bool:
        """Whether a row may be one that was lost."""
        return bool(self._waiting)

    def vouched(self, seq: int) -> None:
        """The event of that repair is sound."""
        self._sound.add(seq)

    def add(self, event: Event, wrong: Wrong, table: str, row: object, words: str) -> None:
        """What is wrong with a row for which that event vouches."""
        if (table, str(row)) in self._named:
            self._waiting.append((event.seq, Problem(wrong, table, str(row), words)))
        else:
            self._report.add(wrong, table, row, words)

    def settle(self) -> None:
        """Tell what is a problem after all: a repair loses only what was written before it."""
        for seq, problem in self._waiting:
            if any(repair in self._sound and seq < repair for repair in self._named[problem.table, problem.row]):
                self._report.lost += 1
            else:
                self._report.add(problem.wrong, problem.table, problem.row, problem.words)


_NEVER_LOST = ("event", "head")
"""A repair that loses one of these begins a new chain."""
