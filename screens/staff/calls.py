"""The call list: visits whose query is still to be made up, with the four items that are to be noted for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from kiosk.locale import _
from kiosk.ports.board import BoardFailure, OpenedVisit, PersonView, VisitLine, Which
from screens.staff.base import StaffScreen
from screens.staff.commands import Command, moves
from screens.staff.lines import Line, Look, Part, cut, line, plain
from screens.staff.procedure import code_of
from screens.staff.visit import birth
from screens.staff.watched import Watched
from screens.staff.widgets.listing import NO_MARK, Item, Listing
from screens.staff.widgets.rows import Rows
from screens.staff.words import STANDINGS

if TYPE_CHECKING:
    from screens.staff.app import StaffApp

EACH = 4
"""Rows of one visit: number with sex and birth date, the name, two for the address."""
INDENT = 4


class CallsScreen(StaffScreen):
    """Opens only the visits that can be seen, because who looked at whom is recorded."""

    PERSONAL = True

    def __init__(self, app: StaffApp, watched: Watched) -> None:
        super().__init__(app, watched)
        self.terminal = watched
        self._lines: tuple[VisitLine, ...] = ()
        self._opened: dict[str, OpenedVisit] = {}
        self._asked: set[str] = set()
        self._loaded = False

    def body(self) -> ComposeResult:
        yield Rows(dom_id="heading")
        yield Listing("list", _("照会待ちの受付はありません。"), EACH, self._seen)

    def on_mount(self) -> None:
        self.staff.begin(self._load(), self)

    def band(self) -> list[Part]:
        return [Part(_(" 照会待ち "), Look.BAND), *super().band()]

    def commands(self) -> Iterator[Command]:
        yield Command("escape", "Esc", _("もどる"), self.back)
        yield from moves(_("えらぶ"), self._move)
        yield Command("enter", "Enter", _("ひらく"), self._open)

    def draw(self) -> None:
        words = _("{count}件。照会は、つながってから端末がやり直します。")
        counted = words.format(count=len(self._lines)) if self._loaded else _("読んでいます")
        heading = [Part(f" {counted} ", Look.STRONG), Part(f" {self._listing.where}", Look.QUIET)]
        self.query_one("#heading", Rows).show([tuple(heading)])
        self._listing.put([Item(visit.id, self._item(visit)) for visit in self._lines])

    @property
    def _listing(self) -> Listing:
        return self.query_one("#list", Listing)

    def _item(self, visit: VisitLine) -> tuple[Line, ...]:
        sign, word, look = STANDINGS[visit.standing]
        first: Line = (
            Part(f"{visit.number}  {visit.at:%m-%d %H:%M}  {code_of(visit)} ", Look.STRONG),
            Part(f" {sign} {_(word)} ", look),
        )
        opened = self._opened.get(visit.id)
        if opened is None:
            return first, line(_("    読んでいます"), Look.QUIET)
        if opened.person is None:
            if opened.unreadable:
                return first, line(_("    個人の情報を開けません。本人に聞いてください"), Look.TROUBLE)
            return first, line(_("    個人の情報は消去されています"), Look.QUIET)
        return (first + _birth_and_sex(opened.person), *self._person(opened.person))

    def _person(self, person: PersonView) -> list[Line]:
        width = max(10, self._listing.size.width - len(NO_MARK) - INDENT)
        name = "  ".join(filter(None, (person.name, person.kana))) or _("(わかりません)")
        address = self.site.fold(plain(person.address) or _("(わかりません)"), width)
        rows = [Part(cut(name, width), Look.STRONG), Part(address[0]), Part(cut("".join(address[1:]), width))]
        return [(Part(" " * INDENT), row) for row in rows]

    def _move(self, key: str) -> None:
        self._listing.move(key)
        self.draw()

    def _open(self) -> None:
        visit = next((visit for visit in self._lines if visit.id == self._listing.chosen), None)
        if visit is not None:
            self.staff.errands.open_visit(visit, self.terminal, self)

    async def _load(self) -> None:
        self._lines = await self.staff.ask(self.terminal.board.visits(Which.DEFERRED))
        self._loaded = True
        self.redraw()

    def _seen(self, keys: Sequence[str]) -> None:
        new = [key for key in keys if key not in self._asked]
        if new:
            self._asked.update(new)
            self.staff.begin(self._open_each(new), self)

    async def _open_each(self, keys: Sequence[str]) -> None:
        for key in keys:
            if not self.ready_to_draw:
                return
            try:
                opened = await self.staff.ask(self.terminal.board.open(key))
            except BoardFailure:
                self._asked.difference_update(keys)
                raise
            if self.ready_to_draw:
                self._opened[key] = opened
                self.redraw()


def _birth_and_sex(person: PersonView) -> Line:
    unknown = _("(わかりません)")
    return (Part(f"  {person.sex or unknown}  {birth(person.birthdate) or unknown}"),)
