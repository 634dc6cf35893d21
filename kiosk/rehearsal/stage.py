"""What a rehearsal needs of the place where it is played."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from kiosk.checkin.language import Language
from kiosk.gateway.people import InventedPerson
from kiosk.ports.examinee import Examinee, Move, Question, Working
from kiosk.rehearsal.scenario import CardShown, Site, Trouble

A = TypeVar("A")


class Stage(Protocol):
    """The hands at the terminal: keys, cards, codes, and whatever goes wrong."""

    async def shown(self, question: Question[Any]) -> None:
        """Wait until the question's screen takes keys."""
        ...

    async def press(self, *keys: str) -> None:
        """Strike keys as a person does, by their names in Textual."""
        ...

    async def type_slowly(self, text: str) -> None:
        """Type as a person does: not so fast that it could be a scanner."""
        ...

    async def call_staff(self) -> None:
        """Touch 「職員を呼ぶ」."""
        ...

    async def put_card(self, person: InventedPerson, shown: CardShown) -> None:
        """Put that card into the reader, in place of what is in it."""
        ...

    async def look_into_face_reader(self, person: InventedPerson) -> None:
        """Let that person look into the face reader."""
        ...

    async def pull_card(self) -> None:
        """Empty the reader."""
        ...

    async def scan(self, code: str) -> None:
        """Hold the code under the scanner."""
        ...

    async def become(self, site: Site) -> None:
        """Stand in that kind of site: its start screen is asked anew."""
        ...

    async def trouble(self, trouble: Trouble) -> None:
        """Let it go wrong; Trouble.NONE puts everything right."""
        ...

    def qr_of_last_slip(self) -> str | None:
        """What the QR of the slip that came out last reads; None when none came out since trouble() was called."""
        ...


@dataclass(slots=True)
class Watched:
    """An examinee whose questions can be followed."""

    inner: Examinee
    asked: asyncio.Queue[Question[Any]] = field(default_factory=asyncio.Queue)

    @property
    def language(self) -> Language:
        return self.inner.language

    async def ask(self, question: Question[A]) -> A | Move:
        self.asked.put_nowait(question)
        return await self.inner.ask(question)

    def show(self, working: Working) -> None:
        self.inner.show(working)
