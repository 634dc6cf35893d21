"""日締め: the counts of the day are seen first, then it is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Standing
from kiosk.checkin.ways import Way
from kiosk.locale import _
from kiosk.ports.board import DayClose, VisitLine, Which
from screens.staff.base import CLOCK_SECONDS
from screens.staff.commands import Command, moves
from screens.staff.lines import Look, Paragraph, columns
from screens.staff.menu import ConfirmScreen
from screens.staff.watched import Watched
from screens.staff.widgets.pager import Pager
from screens.staff.words import STANDINGS, way

if TYPE_CHECKING:
    from screens.staff.app import StaffApp


class CloseScreen(ConfirmScreen):
    """Today's counts, `y`, and what was written."""

    def __init__(self, app: StaffApp, watched: Watched) -> None:
        super().__init__(app, watched, _("日締め"))
        self._visits: tuple[VisitLine, ...] | None = None
        self._sealed: DayClose | None = None
        self._day = self._asked_on = self.site.now().date()

    def body(self) -> ComposeResult:
        yield Pager("text", self.site.fold)

    def on_mount(self) -> None:
        self.set_interval(CLOCK_SECONDS, self._look_at_the_date)
        self.begin(self._count())

    async def _count(self) -> None:
        visits = await self.staff.ask(self.terminal.board.visits(Which.ALL))
        self._day = self._terminals_day(visits)
        self._visits = visits
        self.say("")

    def _terminals_day(self, visits: Sequence[VisitLine]) -> date:
        """The day of the counts: the terminal's, whatever the clock of the board says."""
        now, view = self.site.now(), self.terminal.view
        if visits:
            return visits[0].day
        return view.as_of.astimezone(now.tzinfo).date() if view else now.date()

    def _look_at_the_date(self) -> None:
        """Counts that were left standing overnight are not those of today."""
        if self.site.now().date() != self._asked_on and not (self.busy or self.over or self._sealed):
            self.done(_("日付が変わったので、日締めの画面をとじました"), good=False)

    def commands(self) -> Iterator[Command]:
        if self._visits is not None and self._sealed is None:
            yield self.yes()
        yield Command("escape", "Esc", _("もどる"), self.back)
        yield from moves(_("めくる"), lambda key: self.query_one("#text", Pager).move(key))

    def draw(self) -> None:
        self.query_one("#text", Pager).put(list(self._page()))

    def _page(self) -> Iterator[Paragraph]:
        closed, visits = self._sealed, self._visits
        if closed is not None:
            words = _("{month}月{day}日を締めました。")
            yield Paragraph(words.format(month=closed.day.month, day=closed.day.day), Look.GOOD)
            yield Paragraph(closed.export, lead=_("署名のついたファイル: "))
            yield from _counts(closed.by_standing, closed.by_way, closed.by_reason)
        elif visits is not None:
            left = sum(visit.standing is Standing.OPEN for visit in visits)
            if left:
                words = _("未了の受付が{left}件あります。先に手順をすませてください。")
                yield Paragraph(words.format(left=left), Look.TROUBLE, lead="! ")
            words = _("{month}月{day}日の件数です。締めると、決まった受付にはメモだけを足せます。よければ y。")
            yield Paragraph(
                words.format(month=self._day.month, day=self._day.day),
                Look.STRONG,
            )
            yield from _counts(
                Counter(visit.standing for visit in visits),
                Counter(visit.way for visit in visits),
                Counter(visit.reason for visit in visits),
            )

    def act(self) -> None:
        self._look_at_the_date()
        if not self.over:
            self.begin(self._close())

    async def _close(self) -> None:
        self._sealed = await self.staff.ask(self.terminal.board.close_day(self._day))
        self.say(_("日締めをしました"), good=True)


def _counts(
    standings: Mapping[Standing, int], ways: Mapping[Way, int], reasons: Mapping[Reason, int]
) -> Iterator[Paragraph]:
    tables: Sequence[tuple[str, list[tuple[str, int]]]] = (
        (_("結果"), [(_(STANDINGS[one][1]), standings.get(one, 0)) for one in Standing]),
        (_("方法"), [(way(one), ways[one]) for one in Way if ways.get(one)]),
        (_("コード"), [(f"{one.value} {PROCEDURES[one].title}", reasons[one]) for one in Reason if reasons.get(one)]),
    )
    for heading, rows in tables:
        yield Paragraph("")
        yield Paragraph(heading, Look.STRONG)
        for name, count in rows:
            yield Paragraph(name, lead=columns((f"{count:5}{_('件')}", 8)))
