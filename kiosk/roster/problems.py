"""What can be wrong with a roster, told without quoting anything that stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.sealed.problems import SealedUnavailable


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place, and what to do. It never quotes what stands there."""

    line: int
    """Line of the file, from 1; 0 for the file as a whole."""
    column: str
    """The column's title; empty for the line as a whole."""
    remedy: str

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line else []
        return ": ".join([*place, *([self.column] if self.column else []), self.remedy])


class RosterError(Exception):
    """The file cannot be used; the message has a line for every problem."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.problems = tuple(problems)


class RosterUnavailable(SealedUnavailable):
    """The sealed roster cannot be written, read or erased; the message says what to do, and no datum."""
