"""The visits of a day at one terminal, the newest first, live; above them how the terminal is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal

from kiosk.locale import _
from kiosk.ports.board import BoardFailure, TerminalView, VisitLine, Which
from screens.staff.base import WIDE_COLUMNS, StaffScreen
from screens.staff.commands import Command, moves
from screens.staff.lines import Line, Look, Part, columns, cut
from screens.staff.pages import guide_screen, keys_screen, state_screen
from screens.staff.procedure import NO_CODE, code_of, steps_page, title_of
from screens.staff.state import state_lines
from screens.staff.watched import Watched
from screens.staff.widgets.listing import NO_MARK, Item, Listing
from screens.staff.widgets.pager import Pager
from screens.staff.widgets.rows import Rows
from screens.staff.words import SHORT_WAYS, STANDINGS, date_words, reminder, way

if TYPE_CHECKING:
    from screens.staff.app import StaffApp

FILTERS = {Which.ALL: "すべて", Which.OPEN: "未了", Which.DEFERRED: "照会待ち"}
STANDING_CELLS = 12
FOLLOW_SECONDS = 20
"""Without a key for so long the list goes with what is newest."""
AGAIN_SECONDS = 60
"""So often the list is asked for again, even when the terminal told nothing: its counts do not tell of every change."""


class VisitsScreen(StaffScreen):
    """The list. The first screen where there is one terminal."""

    def __init__(self, app: StaffApp, watched: Watched) -> None:
        super().__init__(app, watched)
        self.terminal = watched
        self._which = Which.ALL
        self._day: date | None = None
        self._lines: tuple[VisitLine, ...] = ()
        self._asked: TerminalView | None = None
        self._failed = ""
        self._loading: asyncio.Task[None] | None = None

    def body(self) -> ComposeResult:
        yield Rows(dom_id="state")
        yield Rows(dom_id="heading")
        with Horizontal(id="side-by-side"):
            yield Listing("list", _("受付はありません。"))
            yield Pager("aside", self.site.fold)

    def on_mount(self) -> None:
        self.set_interval(AGAIN_SECONDS, self.reload)
        self.reload()

    def commands(self) -> Iterator[Command]:
        yield from moves(_("えらぶ"), self._move)
        yield Command("enter", "Enter", _("ひらく"), self._open)
        yield Command("f", "f", _("しぼる"), self._next_filter)
        yield Command("left", "", _("前の日"), lambda: self._turn_day(-1))
        yield Command("right", "", _("次の日"), lambda: self._turn_day(1))
        if self.terminal.may_act:
            yield Command("c", "c", _("照会待ち"), self._calls)
            yield Command("p", "p", _("端末の操作"), self._steer)
        yield Command("i", "i", _("ようす"), lambda: self.staff.put(state_screen(self.staff, self.terminal)))
        yield Command("h", "h", _("案内"), lambda: self.staff.put(guide_screen(self.staff, self.terminal)))
        yield Command("?", "?", _("キー"), lambda: self.staff.put(keys_screen(self.staff, self.terminal)))
        if len(self.staff.terminals) > 1:
            yield Command("escape", "Esc", _("端末の一覧"), self.back)

    # What it shows.

    def draw(self) -> None:
        state = self.query_one("#state", Rows)
        state.show(state_lines(self.terminal, state.size.width, state.size.height, self.site.fold))
        listing = self._listing
        width, day = listing.size.width, self._day or self.site.now().date()
        listing.nothing = _("一覧を読めません。") if self._failed else _("受付はありません。")
        # While somebody is at the keys, Enter opens what they see, and not what came a moment ago.
        newest = self.staff.untouched_seconds > FOLLOW_SECONDS
        listing.put([Item(visit.id, (_line(visit, width, day),)) for visit in self._lines], first=newest)
        self._draw_heading()
        self._draw_aside()

    def _draw_aside(self) -> None:
        """What the chosen one needs, where there is room: who it is stands on its own screen, and is recorded there."""
        visit = self._chosen() if self.size.width >= WIDE_COLUMNS else None
        self.query_one("#aside", Pager).put(steps_page(visit) if visit else [])

    def _draw_heading(self) -> None:
        today = self.site.now().date()
        words = _("すべての日") if self._which is Which.DEFERRED else date_words(self._day or today, today)
        parts = [Part(f" {words}  ", Look.STRONG)]
        for which, name in FILTERS.items():
            chosen = which is self._which
            parts.append(Part(f"[{_(name)}]" if chosen else f" {_(name)} ", Look.CHOSEN if chosen else Look.PLAIN))
            parts.append(Part(" "))
        parts.append(Part(f"  {self._listing.where}", Look.QUIET))
        if self._failed:
            parts.append(Part(f"  ! {_('前の一覧')} ", Look.MARK))
        self.query_one("#heading", Rows).show([tuple(parts)])

    @property
    def _listing(self) -> Listing:
        return self.query_one("#list", Listing)

    def news(self, watched: Watched) -> None:
        super().news(watched)
        if watched is self.terminal and watched.reachable and self._asked != watched.substance:
            self.reload()

    # What its keys do.

    def _move(self, key: str) -> None:
        self._listing.move(key)
        self._draw_heading()
        self._draw_aside()

    def _chosen(self) -> VisitLine | None:
        key = self._listing.chosen
        return next((visit for visit in self._lines if visit.id == key), None)

    def _open(self) -> None:
        visit = self._chosen()
        if visit is not None:
            self.staff.errands.open_visit(visit, self.terminal, self)
        elif self._lines:
            self.say(_("選んでいた受付は一覧から外れました。矢印で選んでください"))

    def _next_filter(self) -> None:
        order = list(FILTERS)
        self._which = order[(order.index(self._which) + 1) % len(order)]
        self._lines = ()
        self._listing.clear()
        self._draw_heading()
        self.reload()

    def _turn_day(self, days: int) -> None:
        today = self.site.now().date()
        day = min((self._day or today) + timedelta(days), today)
        self._day = None if day == today else day
        self._lines = ()
        self._listing.clear()
        self._draw_heading()
        self.reload()

    def _calls(self) -> None:
        from screens.staff.calls import CallsScreen

        self.staff.put(CallsScreen(self.staff, self.terminal))

    def _steer(self) -> None:
        from screens.staff.steering import SteeringScreen

        self.staff.put(SteeringScreen(self.staff, self.terminal))

    def open_sequence(self, number: int) -> None:
        """Open today's visit with that number, whatever the list shows."""

        async def opening() -> None:
            found = await self.staff.ask(self.terminal.board.visits(Which.ALL, self._day))
            visit = next((one for one in found if one.number.rpartition("-")[2].lstrip("0") == str(number)), None)
            if visit is None:
                self.say(_("{number}番の受付は、この日のこの端末にありません").format(number=number), wrong=True)
                return
            self._listing.choose(visit.id)
            self.staff.errands.open_visit(visit, self.terminal, self)

        self.staff.begin(opening(), self)

    # The list itself.

    def reload(self) -> None:
        """Ask for the list; a newer wish takes the place of one that still waits."""
        if self._loading is not None:
            self._loading.cancel()
        self._loading = asyncio.create_task(self._load(self._which, self._day))

    def on_unmount(self) -> None:
        if self._loading is not None:
            self._loading.cancel()

    async def _load(self, which: Which, day: date | None) -> None:
        self._asked = self.terminal.substance
        try:
            self._lines = await self.staff.ask(self.terminal.board.visits(which, day))
        except BoardFailure as failure:
            self._failed = failure.words
            if self.terminal.reachable:  # else the header says why
                self.say(failure.words, wrong=True)
        else:
            if self._failed and self.said == self._failed:
                self.say("")
            self._failed = ""
            self.staff.others.listed(self.terminal, self._lines)
        self.redraw()


def _line(visit: VisitLine, width: int, day: date) -> Line:
    """With the time, or with the date of a visit of another day than is looked at."""
    sign, word, look = STANDINGS[visit.standing]
    wide = width >= WIDE_COLUMNS
    what = NO_CODE if visit.altered else way(visit.way) if wide else _(SHORT_WAYS[visit.way])
    standing = f" {sign} {_(word)} "
    parts = [
        Part(columns((visit.number, 6), (f"{visit.at:%H:%M}" if visit.day == day else f"{visit.day:%m-%d}", 5))),
        Part(standing, look),
        Part(" " * (STANDING_CELLS - cell_len(standing))),
        Part(columns((what, 40 if wide else 11)) + f"{code_of(visit)} "),
    ]
    reminded = reminder(visit.standing, deferred=visit.deferred, printed=visit.printed)
    if reminded:
        parts += [Part(f" {reminded} ", Look.MARK), Part(" ")]
    room = width - len(NO_MARK) - sum(cell_len(part.text) for part in parts)
    return (*parts, Part(cut(title_of(visit), room), Look.TROUBLE if visit.altered else Look.PLAIN))
