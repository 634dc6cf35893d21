"""What the board knows of the place and of the person in front of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.ports.board import Board

SMALLEST = (80, 24)
"""Columns and rows that the board needs."""


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Terminal:
    """One terminal on the board, and the way to it."""

    name: str
    """As staff call it; until the terminal has told its own."""
    board: Board
    who: Callable[[], str] = str
    """How its record names this user; empty while it has not told."""


@dataclass(frozen=True, slots=True)
class GuideLine:
    """A line of the guide to the ministry's ways."""

    text: str
    heading: bool = False
    indent: int = 0
    """Columns."""


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of it."""

    title: str
    lines: tuple[GuideLine, ...]


@dataclass(frozen=True, slots=True)
class StaffSite:
    """The words, the time limits and the clock of the board."""

    fold: Callable[[str, int], list[str]]
    """Breaks a text into lines of so many columns, as Japanese is broken."""
    who: str = ""
    """The staff member's name, as the header shows it; empty where nobody gave one."""
    guide: Callable[[], tuple[GuidePage, ...]] = tuple
    """The steps of bringing in the ministry's ways, with portals and contacts."""
    forget_seconds: float = 120
    """Without a key for so long, what tells of a person leaves the screen."""
    fresh_seconds: float = 0.3
    """So soon after it was shown nothing is confirmed: the key was meant for what stood there before."""
    judge_seconds: float = 0.1
    """How long a letter waits until it is known for a finger's, and is no scanner's."""
    pause_seconds: float = 0.8
    """Digits of a scanner that sends no Enter are whole after so long."""
    answer_seconds: float = 240
    """How long a terminal may take for one answer, whatever is asked; the way to it has shorter limits of its own."""
    again_seconds: float = 3
    """How long after a failure a terminal is asked again."""
    now: Callable[[], datetime] = _local_now
    """What the clock in the header shows."""
