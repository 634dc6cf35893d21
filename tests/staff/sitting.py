"""Somebody at the board: the harness of its tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.pilot import Pilot

from kiosk.printout.lines import break_lines
from screens.staff.app import StaffApp
from screens.staff.base import StaffScreen
from screens.staff.lines import width_of
from screens.staff.site import GuideLine, GuidePage, StaffSite, Terminal
from screens.staff.widgets.rows import Rows
from tests.staff.fake import FakeBoard
from tests.staff.people import NOW

PATIENCE = 15
"""Seconds after which a test gives up waiting; nothing waits that long when it works."""
LOOK_SECONDS = 0.005
SLOWLY, AT_ONCE = 0.2, 0.001
"""Seconds between the keys of a finger and of a scanner."""
SMALL, LARGE = (80, 24), (200, 60)
GUIDE = (
    GuidePage("どの施設も", (GuideLine("導入の手順", heading=True), GuideLine("ポータルで利用を申請する", indent=2))),
    GuidePage("医科", tuple(GuideLine(f"手順{place}") for place in range(80))),
)


@dataclass
class Sitting:
    """A board with its terminals."""

    app: StaffApp
    pilot: Pilot[None]
    boards: Sequence[FakeBoard]
    last_key: float = 0

    @property
    def board(self) -> FakeBoard:
        return self.boards[0]

    @property
    def screen(self) -> StaffScreen:
        assert isinstance(self.app.screen, StaffScreen)
        return self.app.screen

    async def strike(self, *keys: str, gap: float = SLOWLY) -> None:
        """Strike keys so far apart by their own time stamps, one after the other has done its work."""
        for key in keys:
            await self._post([key], gap)

    async def scan(self, text: str, *, end: str = "enter", pieces: int = 1) -> None:
        """A scanner types; a slow line may bring it in pieces."""
        size = -(-len(text) // pieces)
        for start in range(0, len(text), size):
            last = start + size >= len(text)
            await self._post([*text[start : start + size], *([end] if last and end else [])], AT_ONCE)

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.quiet()

    async def _post(self, keys: Iterable[str], gap: float) -> None:
        at = max(events.Key("a", "a").time, self.last_key + 1)
        for place, key in enumerate(keys):
            event = events.Key(key, key) if len(key) == 1 else events.Key(key, None)
            event.time = self.last_key = at + place * gap
            self.app.post_message(event)
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until nothing waits."""
        await asyncio.sleep(0)
        await self.until(lambda: self.app.settled)
        await self.pilot.pause()
        await self.until(lambda: self._drawn)

    @property
    def _drawn(self) -> bool:
        screen = self.app.screen
        return not isinstance(screen, StaffScreen) or screen.drawn or screen.has_class("-small")

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to be so."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise AssertionError(f"it did not come; there stands:\n{self.text()}") from None

    async def reads(self, *words: str) -> str:
        """Wait until all the words stand on the screen; gives it without line breaks."""
        await self.until(lambda: all(word in self.joined() for word in words))
        return self.joined()

    def text(self) -> str:
        """Everything that stands on the screen, line by line."""
        return "\n".join("".join(segment.text for segment in line) for line in self.lines())

    def joined(self) -> str:
        """The same as one line: where a sentence breaks is no matter."""
        return "".join(line.strip() for line in self.text().splitlines())

    def lines(self) -> list[list[Segment]]:
        return [list(strip) for strip in self.app.screen._compositor.render_strips()]

    def cut(self) -> list[str]:
        """Every row that does not fit, and every list or text that has rows to spare below the screen."""
        found = []
        for rows in self.screen.query(Rows):
            if not rows.region.area:
                continue
            place = self.screen.find_widget(rows)
            if not place.clip.contains_region(place.region):
                found.append(f"{rows!r} is cut: {place.region} by {place.clip}")
            if len(rows.lines) > rows.size.height:
                found.append(f"{rows!r} has {len(rows.lines)} lines in {rows.size.height}")
            for one in rows.lines:
                words = "".join(part.text for part in one)
                found += [f"{rows!r}: {words!r} in {rows.size.width}"] * (width_of(one) > rows.size.width)
        return found


def site(**limits: Any) -> StaffSite:
    """A board whose clock stands, and which minds no quick hand."""
    usual: dict[str, Any] = {
        "fold": lambda text, width: break_lines(text, width, cell_len),
        "who": "佐藤 花子",
        "guide": lambda: GUIDE,
        "forget_seconds": 3600,
        "fresh_seconds": 0,
        "judge_seconds": 0,
        "pause_seconds": PATIENCE,
        "again_seconds": 0.01,
        "now": lambda: NOW,
    }
    return StaffSite(**{**usual, **limits})


@asynccontextmanager
async def sitting(*boards: FakeBoard, size: tuple[int, int] = SMALL, **limits: Any) -> AsyncIterator[Sitting]:
    """The board over these terminals, one that is well where none is given, when it has told how it is."""
    watched = boards or (FakeBoard(),)
    app = StaffApp([Terminal(board.now.name, board) for board in watched], site(**limits))
    async with app.run_test(size=size) as pilot:
        here = Sitting(app, pilot, watched)
        await here.until(lambda: app.board_screen is not None)
        await here.quiet()
        yield here
