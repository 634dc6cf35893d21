"""Keys: what a screen offers is one list, from which both its footer and what a key does are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from rich.cells import cell_len
from textual.events import Key

from kiosk.checkin.writing import half_width_digits
from kiosk.locale import _
from screens.staff.lines import Line, Look, Part

MOVES = ("up", "down", "pageup", "pagedown", "home", "end")
"""Keys that choose in a list or turn a text."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a key does."""

    key: str
    """A small letter or sign, or Textual's name of a key."""
    cap: str
    """What the footer calls the key; empty for one that stands in the help alone."""
    label: str
    act: Callable[[], None]


def moves(label: str, move: Callable[[str], None]) -> Iterator[Command]:
    """The keys that choose or turn, as one entry of the footer."""
    for key in MOVES:
        yield Command(key, _("矢印") if key == "down" else "", label, partial(move, key))


def struck(key: Key) -> str:
    """What was struck: a sign in half width and small, whatever the input method made of it, or the name of a key."""
    if key.is_printable and key.character:
        return half_width_digits(key.character).lower() or "space"
    return key.key


def footer(commands: Iterable[Command], width: int, rows: int) -> list[Line]:
    """The keys in so many rows; a key and its label stay together."""
    lines: list[list[Part]] = [[Part(" ")]]
    used = 1
    for command in commands:
        if not command.cap:
            continue
        needed = cell_len(command.cap) + cell_len(command.label) + 5
        if used + needed > width and len(lines) < rows:
            lines.append([Part(" ")])
            used = 1
        lines[-1] += [Part(f" {command.cap} ", Look.CAP), Part(f" {command.label}  ")]
        used += needed
    return [tuple(parts) for parts in lines]
