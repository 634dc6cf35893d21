"""What staff send the board for: a visit, a slip, an entry. Each goes on when the screen that asked is gone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from kiosk.checkin.settlement import Settlement
from kiosk.locale import _
from kiosk.ports.board import OpenedVisit, SlipLook, SlipVerdict, VisitLine
from screens.staff.recording import Told, record
from screens.staff.slips import Shown, look_up
from screens.staff.watched import Watched

if TYPE_CHECKING:
    from screens.staff.app import StaffApp
    from screens.staff.base import StaffScreen
    from screens.staff.menu import ConfirmScreen


class Errands:
    """Asks the terminals and puts up what they answer."""

    def __init__(self, app: StaffApp) -> None:
        self._app = app
        self.unsure: dict[str, str] = {}
        """Visits of which nobody knows whether their last entry was recorded: ids, and their numbers."""
        self.entering: dict[str, str] = {}
        """Visits to which an entry is on its way: ids, and their numbers."""
        self._waiting: list[Callable[[], None]] = []

    # What is told when something has ended.

    def when_read(self, tell: Callable[[], None]) -> None:
        """Change the screens now, or as soon as nothing stands there that must be read first."""
        self._waiting.append(tell)
        self.tell_what_waited()

    def tell_what_waited(self) -> None:
        """One after the other; what is told may have to be read itself."""
        while self._waiting and not any(screen.TO_BE_READ for screen in self._app.board_screens):
            self._waiting.pop(0)()

    # Visits.

    def open_visit(self, line: VisitLine, watched: Watched, where: StaffScreen) -> None:
        """Open a visit: with the person for those who may, else its procedure alone."""

        async def opening() -> None:
            opened = await self._app.ask(watched.board.open(line.id))
            if where is self._app.screen:
                self.put_visit(opened.line, opened, watched)

        if watched.may_act:
            where.say(_("{number} をひらいています").format(number=line.number))
            self._app.begin(opening(), where)
        else:
            self.put_visit(line, None, watched)

    def put_visit(self, line: VisitLine, opened: OpenedVisit | None, watched: Watched) -> None:
        """Show a visit; another one that is open goes."""
        from screens.staff.visit import VisitScreen

        for screen in self._app.board_screens:
            screen.say("")
        for screen in [screen for screen in self._app.board_screens if isinstance(screen, VisitScreen)]:
            self._app.put_away(screen)
        self._app.put(VisitScreen(self._app, watched, line, opened))

    def open_number(self, number: int, watched: Watched | None) -> None:
        """Open today's visit with that number, from wherever it was typed."""
        from screens.staff.visits import VisitsScreen

        if watched is None:
            screen = self._app.board_screens[-1]
            screen.say(_("先に端末を選んでください。番号は端末ごとです"), wrong=True)
            return
        home = self._app.to_the_list(watched)
        if isinstance(home, VisitsScreen):
            home.open_sequence(number)

    # Slips.

    def not_a_slip(self, watched: Watched | None) -> None:
        """Something was scanned that is no slip."""
        self._alarm(Shown(SlipLook(SlipVerdict.NOT_A_SLIP, None), watched or self._app.terminals[0]))

    def show_slip(self, code: str, watched: Watched | None) -> None:
        """A slip's code was scanned or typed: find its visit, on the terminal before one or on another."""
        where = self._app.board_screens[-1]
        where.say(_("受付票を調べています"))

        async def looking() -> None:
            first = (watched,) if watched else ()
            order = (*first, *(other for other in self._app.terminals if other is not watched))
            shown = await look_up(code, order, self._app.ask)
            where.say("")
            self._app.touched()
            look = shown.look
            if look.visit is None or look.verdict is not SlipVerdict.GENUINE:
                self._alarm(shown)
            else:
                self.open_shown(shown)

        self._app.begin(looking(), where)

    def open_shown(self, shown: Shown) -> None:
        """Show the visit of a slip."""
        visit = shown.look.visit
        if visit is not None:
            self._app.to_the_list(shown.watched)
            self.put_visit(visit.line, visit if shown.watched.may_act else None, shown.watched)

    def _alarm(self, shown: Shown) -> None:
        from screens.staff.alarm import AlarmScreen

        for screen in [screen for screen in self._app.board_screens if isinstance(screen, AlarmScreen)]:
            self._app.put_away(screen)
        self._app.bell()
        self._app.put(AlarmScreen(self._app, shown))

    # Settlements.

    def settle(self, visit: OpenedVisit, settlement: Settlement, asking: ConfirmScreen) -> None:
        """Record an entry; goes on until it is known whether it was recorded, whatever is on the screen then."""
        from screens.staff.pages import result_screen
        from screens.staff.visit import VisitScreen

        id_, number = visit.line.id, visit.line.number
        if id_ in self.unsure:
            asking.ready()
            asking.say(_("{number} の前の記録をまだ調べています").format(number=number), wrong=True)
            return

        recorded: list[bool] = []

        def tell(told: Told) -> None:
            was_unsure = id_ in self.unsure
            if told.unsure:
                self.unsure[id_] = number
                self._app.written(good=False)
            else:
                self.unsure.pop(id_, None)
            for screen in self._app.board_screens:
                if told.visit and isinstance(screen, VisitScreen) and screen.line.id == id_:
                    screen.become(told.visit)
            if told.recorded:
                asking.over = True
            elif not told.unsure:
                asking.ready()
            recorded.append(told.recorded)
            self.when_read(partial(show, told, was_unsure=was_unsure))

        def show(told: Told, *, was_unsure: bool) -> None:
            late = was_unsure and asking not in self._app.board_screens
            if told.recorded:
                asking.back()
            if late:
                self._app.put(result_screen(self._app, asking.terminal, told.words, wrong=not told.recorded))
            else:
                self._app.board_screens[-1].say(told.words, wrong=not told.recorded, good=told.recorded)

        async def recording() -> None:
            again = self._app.site.again_seconds
            await record(visit, settlement, asking.terminal.terminal, self._app.ask, again, tell)
            self.entering.pop(id_, None)  # not where the board ends before: then it says which one it did not wait for
            self._app.written(good=recorded[-1])
            self._app.others.news(asking.terminal)

        self.entering[id_] = number
        self._app.run_worker(recording())
