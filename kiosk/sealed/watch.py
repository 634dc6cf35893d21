"""A sealed file of a day in the running kiosk: kept up with, and erased when its last day is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sized
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from structlog import get_logger

from kiosk.ports.desk import Clock, Flag, Staff
from kiosk.sealed.problems import SealedUnavailable

if TYPE_CHECKING:
    from kiosk.sealed.file import Mark

LOOK_SECONDS = 1.0
"""Between two looks at the file: a new one counts within two seconds, and a look is one stat in a thread."""

H = TypeVar("H", bound=Sized)


@dataclass(frozen=True, slots=True)
class Held(Generic[H]):
    """What is held of one file, and the last day of which it tells."""

    content: H
    last_day: date | None = None
    mark: Mark | None = None

    def is_over(self, today: date) -> bool:
        """Whether nobody needs it any more."""
        return self.last_day is not None and self.last_day < today


class DayFile(Protocol[H]):
    """The file. Every method raises SealedUnavailable."""

    def mark(self) -> Mark | None:
        """Which file lies there now; None when there is none."""
        ...

    def hold(self, mark: Mark) -> Held[H]:
        """What lies there, as it is looked up."""
        ...

    def erase(self, only: Mark | None = None) -> bool:
        """Remove that file and no newer."""
        ...


class DayWatch(Generic[H]):
    """Holds what lies in the file. `open_file` is called in a thread: cryptography is no part of the first frame."""

    def __init__(
        self, name: str, nothing: H, open_file: Callable[[], DayFile[H]], clock: Clock, staff: Staff, flag: Flag
    ) -> None:
        """`flag` is up while the file cannot be read or erased."""
        self._name = name
        self._nothing = Held(nothing)
        self._open_file = open_file
        self._clock = clock
        self._staff = staff
        self._flag = flag
        self._held = self._nothing
        self._told = ""

    @property
    def content(self) -> H:
        """What is held now."""
        return self._held.content

    async def keep_looking(self, every: float = LOOK_SECONDS) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Take a new file, let go of one that was removed, erase one whose last day is over.

        What cannot be read leaves the old one; it is told to staff and to the log, and tried again with every look.
        """
        file = await asyncio.to_thread(self._open_file)
        troubles = [await self._keep_up(file), await self._close_day(file)]
        self._tell("; ".join(trouble for trouble in troubles if trouble))

    async def _keep_up(self, file: DayFile[H]) -> str:
        try:
            mark = await asyncio.to_thread(file.mark)
            if mark == self._held.mark:
                return ""
            self._held = await asyncio.to_thread(file.hold, mark) if mark else self._nothing
        except SealedUnavailable as trouble:
            return str(trouble)
        get_logger().info(f"{self._name} taken" if mark else f"{self._name} is gone", count=len(self._held.content))
        return ""

    async def _close_day(self, file: DayFile[H]) -> str:
        over = self._held
        # A clock that leapt a year ahead must not erase what is needed today.
        if not (self._clock.sure and over.is_over(self._clock.now().date())):
            return ""
        # The memory first: a disk that refuses is no reason to find somebody of yesterday.
        self._held = Held(self._nothing.content, over.last_day, over.mark)
        try:
            await asyncio.to_thread(file.erase, over.mark)
        except SealedUnavailable as trouble:
            return str(trouble)
        self._held = self._nothing
        get_logger().info(f"{self._name} erased, its last day is over")
        return ""

    def _tell(self, trouble: str) -> None:
        if trouble and trouble != self._told:
            get_logger().warning(f"{self._name} cannot be read or erased", text=trouble)
            self._staff.raise_flag(self._flag)
        elif self._told and not trouble:
            self._staff.lower_flag(self._flag)
        self._told = trouble
