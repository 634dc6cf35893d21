"""日締め: the counts of a day are seen first, then it is closed."""

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
from screens.staff.words import STANDINGS, date_words, way

if TYPE_CHECKING:
    from screens.staff.app import StaffApp


class CloseScreen(ConfirmScreen):
    """The days that are not closed, the oldest first: the counts of one, `y`, and what was written."""

    def __init__(self, app: StaffApp, watched: Watched) -> None:
        super().__init__(app, watched, _("日締め"))
        self._days: tuple[date, ...] | None = None
        """As the terminal counts days, whatever the clock of the board says; today is the last."""
        self._day: date | None = None
        """The one whose counts are shown, or asked for."""
        self._visits: tuple[VisitLine, ...] | None = None
        self._sealed: DayClose | None = None
        self._asked_on = self.site.now().date()

    def body(self) -> ComposeResult:
        yield Pager("text", self.site.fold)

    def on_mount(self) -> None:
        self.set_interval(CLOCK_SECONDS, self._look_at_the_date)
        self.begin(self._count(), writes=False)

    async def _count(self, day: date | None = None) -> None:
        """Show the counts of that day, of the oldest without one."""
        self._days = await self.staff.ask(self.terminal.board.days_to_close())
        self._day = day if day in self._days else next(iter(self._days), None)
        if self._day is not None:
            self._visits = await self.staff.ask(self.terminal.board.visits(Which.ALL, self._day))
        self.say("")

    def _look_at_the_date(self) -> None:
        """Counts that were left standing overnight are not those of today."""
        if self.site.now().date() != self._asked_on and not (self.busy or self.over or self._sealed):
            self.done(_("日付が変わったので、日締めの画面をとじました"), good=False)

    def commands(self) -> Iterator[Command]:
        if self._visits is not None and self._sealed is None:
            yield self.yes()
        if self._others():
            yield Command("right", _("左右"), _("ほかの日"), lambda: self._turn(1))
            yield Command("left", "", _("ほかの日"), lambda: self._turn(-1))
        yield Command("escape", "Esc", _("もどる"), self.back)
        yield from moves(_("めくる"), lambda key: self.query_one("#text", Pager).move(key))

    def _others(self) -> list[date]:
        """The days that could be shown instead."""
        return [day for day in self._days or () if day != self._day]

    def _turn(self, step: int) -> None:
        if self.busy or self._day is None:
            return
        others = self._others()
        later = [day for day in others if day > self._day]
        earlier = [day for day in others if day < self._day]
        nearest = (later or earlier)[0] if step > 0 else (earlier or later)[-1]
        self._day, self._visits, self._sealed = nearest, None, None
        self.warn("")
        self.begin(self._count(nearest), writes=False)

    def draw(self) -> None:
        self.query_one("#text", Pager).put(list(self._page()))

    def _page(self) -> Iterator[Paragraph]:
        closed, visits, today = self._sealed, self._visits, self.site.now().date()
        if closed is not None:
            words = _("{day}を締めました。")
            yield Paragraph(words.format(day=date_words(closed.day, today)), Look.GOOD)
            yield Paragraph(closed.export, lead=_("署名のついたファイル: "))
            if others := self._others():
                words = _("まだ締めていない日が{count}日あります。右で、つぎの日へ進みます。")
                yield Paragraph(words.format(count=len(others)), Look.MARK)
            yield from _altered(closed.altered)
            yield from _counts(closed.by_standing, closed.by_way, closed.by_reason)
        elif self._day is None:
            if self._days is not None:
                yield Paragraph(_("締めていない日はありません。"))
        elif visits is not None:
            yield from self._before(visits, self._day, today)

    def _before(self, visits: Sequence[VisitLine], day: date, today: date) -> Iterator[Paragraph]:
        if self._days is not None and len(self._days) > 1:
            words = _("締めていない日が{count}日あります。古い日からひとつずつ締めてください。いまは{place}番目です。")
            place = self._days.index(day) + 1
            yield Paragraph(words.format(count=len(self._days), place=place), Look.MARK)
        left = sum(visit.standing is Standing.OPEN for visit in visits)
        if left:
            words = _("未了の受付が{left}件あります。先に手順をすませてください。")
            yield Paragraph(words.format(left=left), Look.TROUBLE, lead="! ")
        words = _("{day}の件数です。締めると、決まった受付にはメモだけを足せます。よければ y。")
        yield Paragraph(words.format(day=date_words(day, today)), Look.STRONG)
        yield from _altered(sum(visit.altered for visit in visits))
        yield from _counts(
            Counter(visit.standing for visit in visits),
            Counter(visit.counted_way for visit in visits if not visit.altered),
            Counter(visit.reason for visit in visits if not visit.altered),
        )

    def act(self) -> None:
        self._look_at_the_date()
        if not self.over and self._day is not None:
            self.begin(self._close(self._day))

    async def _close(self, day: date) -> None:
        self._sealed = await self.staff.ask(self.terminal.board.close_day(day))
        self._days = tuple(other for other in self._days or () if other != day)
        self.say(_("日締めをしました"), good=True)


def _altered(count: int) -> Iterator[Paragraph]:
    if count:
        words = _(
            "記録が変わっている受付が{count}件あります。方法とコードの件数には入りません。管理者に伝えてください。"
        )
        yield Paragraph(words.format(count=count), Look.TROUBLE, lead="! ")


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
