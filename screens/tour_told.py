"""What the tour has told so far, and what whoever looks on wants: it outlives each screen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Caption:
    """The same in two languages."""

    japanese: str
    english: str


NOTHING = Caption("", "")


@dataclass(slots=True)
class Told:
    """The story so far."""

    titles: tuple[str, ...]
    """What each guest stands for, in the order in which they come."""
    place: int = -1
    """Of the guest who is here; -1 before the first."""
    who: Caption = NOTHING
    now: Caption = NOTHING
    endings: list[str] = field(default_factory=list)
    """How it ended for those who are through."""
    papers: tuple[tuple[str, ...], ...] = ()
    """What is looked at in place of the kiosk, the most important first; empty while the kiosk is."""
    over: bool = False
    """Whether the last word is said."""
    by_hand: bool = False
    """Whether each step waits for a key."""
    stepped: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by whoever has read enough."""
