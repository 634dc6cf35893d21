"""What lies on the demo's table, and what hands do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from kiosk.ports.examinee import Wanted


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented person, with what lies on the table for them."""

    key: str
    title: str
    note: str = ""
    """What is special about them."""
    pin: str = ""
    """Empty when there is no card."""
    ticket: str = ""
    """整理番号, for the scanner or to be typed; empty when there is none."""
    paper: tuple[str, ...] = ()
    """Lines of the paper: 保険者番号, 記号, 番号, 枝番, birth date."""
    face_code: str = ""
    """照合番号B, as it is typed."""
    numbers: Mapping[Wanted, str] = field(default_factory=dict)
    """What is typed for each number of the paper; empty for one that this person has not."""
    birthdate: date | None = None
    kana: str = ""
    """Family and given name; empty when there is no card."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One of the gateway's folders, as it is at this moment."""

    name: str
    files: tuple[str, ...] = ()
    """A line for each file, the newest first."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """A fault that can be had for training."""

    name: str
    words: str
    """What it is, in one sentence."""
    once: bool = False
    """Whether it strikes once and is over."""
    on: bool = False
    """Whether it goes on, or will strike the next use."""


class Tabletop(Protocol):
    """The virtual devices, as hands would use them."""

    @property
    def holds_card(self) -> bool:
        """Whether a card lies in the reader."""
        ...

    @property
    def has_face_reader(self) -> bool:
        """Whether a face reader stands there."""
        ...

    @property
    def folder(self) -> Path | None:
        """Where the gateway's folders are; None when it stands on none."""
        ...

    @property
    def settings_file(self) -> Path | None:
        """The demo's configuration, for commands beside it."""
        ...

    def samples(self) -> Sequence[Sample]:
        """Everybody at the table, at least one."""
        ...

    def insert(self, key: str) -> None:
        """Put that person's card on the reader."""
        ...

    def pull(self) -> None:
        """Take the card off the reader."""
        ...

    def scan(self, key: str) -> None:
        """Hold that person's ticket before the scanner."""
        ...

    def look(self, key: str) -> str:
        """Let that person look into the face reader; what came of it, in words. May take seconds, in any thread."""
        ...

    def last_slip(self) -> Path | None:
        """The picture of the last slip, a PNG; None before the first."""
        ...

    def shelves(self) -> Sequence[Shelf]:
        """The gateway's folders; none when it stands on none."""
        ...

    def mishaps(self) -> Sequence[Mishap]:
        """The faults that the devices can have, and how they are now."""
        ...

    def toggle(self, name: str) -> None:
        """Let that fault strike, or put it right."""
        ...

    def note(self) -> str:
        """What is to be said of the last thing that hands did; empty when all went well."""
        ...
