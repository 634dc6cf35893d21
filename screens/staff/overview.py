"""Every terminal on one screen; Enter goes to one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from kiosk.locale import _
from kiosk.ports.board import Service
from screens.staff.base import StaffScreen
from screens.staff.commands import Command, moves
from screens.staff.lines import Line, Look, Part, columns, cut, line
from screens.staff.pages import guide_screen, keys_screen, state_screen
from screens.staff.state import state_lines
from screens.staff.watched import Watched
from screens.staff.widgets.listing import Item, Listing
from screens.staff.widgets.rows import Rows
from screens.staff.words import LEVEL_LOOKS, SERVICES, SIGNS

if TYPE_CHECKING:
    from screens.staff.app import StaffApp


class OverviewScreen(StaffScreen):
    """The first screen where there are several terminals."""

    def __init__(self, app: StaffApp) -> None:
        super().__init__(app, None)

    def body(self) -> ComposeResult:
        yield Rows(dom_id="heading")
        yield Listing("list", _("端末がありません。"))
        yield Rows(dom_id="about")

    def band(self) -> list[Part]:
        poorly = sum(watched.level.value > 0 for watched in self.staff.terminals)
        count = len(self.staff.terminals)
        words = _("{count}台のうち{poorly}台に手当てが要ります") if poorly else _("{count}台とも正常です")
        return [Part(_(" 受付端末  "), Look.BAND), Part(words.format(count=count, poorly=poorly), Look.BAND)]

    def draw(self) -> None:
        heading = columns((_("端末"), 16), (_("ようす"), 8), (_("いま"), 34))
        self.query_one("#heading", Rows).show([line(f"  {heading}" + _("未了 本日"), Look.STRONG)])
        self._listing.put([Item(watched.terminal.name, (_line(watched),)) for watched in self.staff.terminals])
        about = self.query_one("#about", Rows)
        chosen = self._chosen
        rows: list[Line] = [line(cut(f" {chosen.name}", about.size.width), Look.STRONG)]
        rows += state_lines(chosen, about.size.width, about.size.height - 1, self.site.fold)
        about.show(rows)

    def commands(self) -> Iterator[Command]:
        yield from moves(_("えらぶ"), self._move)
        yield Command("enter", "Enter", _("ひらく"), self._open)
        yield Command("i", "i", _("端末のようす"), lambda: self.staff.put(state_screen(self.staff, self._chosen)))
        yield Command("h", "h", _("導入の案内"), lambda: self.staff.put(guide_screen(self.staff, None)))
        yield Command("?", "?", _("キーの説明"), lambda: self.staff.put(keys_screen(self.staff, None)))

    def news(self, watched: Watched) -> None:  # noqa: ARG002 - every terminal stands here
        self.redraw()

    @property
    def _listing(self) -> Listing:
        return self.query_one("#list", Listing)

    @property
    def _chosen(self) -> Watched:
        key = self._listing.chosen
        return next((w for w in self.staff.terminals if w.terminal.name == key), self.staff.terminals[0])

    def _move(self, key: str) -> None:
        self._listing.move(key)
        self.redraw()

    def _open(self) -> None:
        self.staff.to_the_list(self._chosen)


def _line(watched: Watched) -> Line:
    view = watched.view
    look = LEVEL_LOOKS[watched.level] if watched.level.value else Look.PLAIN
    doing = watched.doing
    if view is not None and view.service is not Service.OPEN and watched.reachable:
        doing = f"{doing} ({_(SERVICES[view.service])})"
    known = f"{view.open:4} {view.confirmed + view.desk:4}" if view and view.version else ""
    level = f" {SIGNS[watched.level]} {watched.level.word} "
    return (Part(columns((watched.name, 16))), Part(level, look), Part(" "), Part(columns((doing, 34)) + known))
