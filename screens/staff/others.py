"""Several clerks work at one terminal: a visit that is open here follows what the others enter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kiosk.locale import _
from kiosk.ports.board import OpenedVisit, VisitLine
from screens.staff.menu import ConfirmScreen
from screens.staff.settle import SettleScreen
from screens.staff.visit import VisitScreen
from screens.staff.watched import Watched
from screens.staff.words import settling

if TYPE_CHECKING:
    from screens.staff.app import StaffApp


class Others:
    """Looks a visit up again only when somebody entered something there: each look stands in the record."""

    def __init__(self, app: StaffApp) -> None:
        self._app = app
        self._looking: set[str] = set()
        self._lost: set[Watched] = set()

    def news(self, watched: Watched) -> None:
        """A terminal told something. After a gap nobody knows what was entered meanwhile."""
        if not watched.reachable:
            self._lost.add(watched)
            return
        missed = watched in self._lost
        self._lost.discard(watched)
        for screen in self._open_visits(watched):
            visit = screen.line.id
            if visit in self._looking or visit in self._app.errands.entering or screen.opened is None:
                continue
            if missed or self._told_of(screen, screen.opened):
                self._looking.add(visit)
                self._app.begin(self._look_again(screen), screen)

    def listed(self, watched: Watched, lines: Sequence[VisitLine]) -> None:
        """The list has visits as they are now: printed, or their queries made up."""
        now = {line.id: line for line in lines}
        for screen in self._open_visits(watched):
            screen.listed(now.get(screen.line.id, screen.line))

    def _open_visits(self, watched: Watched) -> Iterator[VisitScreen]:
        for screen in self._app.board_screens:
            if isinstance(screen, VisitScreen) and screen.terminal is watched:
                yield screen

    @staticmethod
    def _told_of(screen: VisitScreen, opened: OpenedVisit) -> bool:
        view = screen.terminal.view
        known = {entry.id for entry in opened.entries}
        return view is not None and any(
            told.visit == screen.line.id and told.entry not in known for told in view.entered
        )

    async def _look_again(self, screen: VisitScreen) -> None:
        visit = screen.line.id
        try:
            now = await self._app.ask(screen.terminal.board.open(visit))
        finally:
            self._looking.discard(visit)
        before = screen.opened
        if before is None or screen not in self._app.board_screens:
            return
        known = {entry.id for entry in before.entries}
        new = [entry for entry in now.entries if entry.id not in known]
        screen.become(now)
        if not new:
            return
        words = _("{who} がいま {number} に記録しました: {what}").format(
            who=new[-1].who, number=now.line.number, what=settling(new[-1].settlement)
        )
        screen.warn(words)
        for above in self._app.board_screens[self._app.board_screens.index(screen) + 1 :]:
            if isinstance(above, SettleScreen) and above.visit.line.id == visit:
                above.changed(now, words)
            elif isinstance(above, ConfirmScreen) and not above.busy:
                above.warn(words)
