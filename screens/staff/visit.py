"""One visit: who it is, what was found, what to do step by step, and what staff did so far."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal

from kiosk.checkin.settlement import Settlement, Settling, StaffEntry, in_force
from kiosk.checkin.wareki import NotADate, to_wareki
from kiosk.locale import _
from kiosk.ports.board import OpenedVisit, PersonView, VisitLine
from screens.staff.base import WIDE_COLUMNS, StaffScreen
from screens.staff.commands import Command, moves
from screens.staff.lines import Look, Paragraph, Part, one_line
from screens.staff.menu import AskScreen
from screens.staff.procedure import ALTERED, note_page, steps_page
from screens.staff.watched import Watched
from screens.staff.widgets.pager import Pager
from screens.staff.widgets.rows import Rows
from screens.staff.words import STANDINGS, reminder, settling, way

if TYPE_CHECKING:
    from screens.staff.app import StaffApp


class VisitScreen(StaffScreen):
    """An open visit; without `opened` what may be seen without a name."""

    PERSONAL = True

    def __init__(self, app: StaffApp, watched: Watched, line: VisitLine, opened: OpenedVisit | None) -> None:
        super().__init__(app, watched)
        self.terminal = watched
        self.line = line
        self._opened = opened

    def body(self) -> ComposeResult:
        yield Rows(dom_id="heading")
        with Horizontal(id="visit"):
            yield Pager("text", self.site.fold)
            yield Pager("aside", self.site.fold)

    @property
    def opened(self) -> OpenedVisit | None:
        """As it was looked up last; None for those who only look."""
        return self._opened

    def become(self, opened: OpenedVisit) -> None:
        """The visit as it stands now."""
        self.line, self._opened = opened.line, opened
        self.redraw()

    def listed(self, line: VisitLine) -> None:
        """The visit as the list has it now: printed, or its query made up."""
        if line != self.line:
            self.line = line
            self.redraw()

    def commands(self) -> Iterator[Command]:
        yield Command("escape", "Esc", _("もどる"), self.back)
        yield from moves(_("めくる"), self._turn)
        if self.terminal.may_act and self._opened is not None:
            yield Command("s", "s", _("結果を記録する"), self._settle)
            if self._last is not None:
                yield Command("u", "u", _("記録の取り消し"), self._undo)
            yield Command("r", "r", _("もう一度印刷"), self._reprint)

    # What it shows.

    def draw(self) -> None:
        sign, word, look = STANDINGS[self.line.standing]
        visit = self.line
        heading = [Part(f" {visit.number} ", Look.CHOSEN), Part(f" {visit.at:%m-%d %H:%M} "), Part(" ")]
        heading += [Part(f" {sign} {_(word)} ", look), Part(f"  {_what_it_is(visit)} ", Look.STRONG)]
        if reminded := reminder(visit.standing, deferred=visit.deferred, printed=visit.printed):
            heading.append(Part(f" {reminded} ", Look.MARK))
        self.query_one("#heading", Rows).show([tuple(heading)])
        who, what, done = self._who(), self._what(), self._done()
        wide = self.size.width >= WIDE_COLUMNS
        note = self._behind_it()
        self.query_one("#text", Pager).put([*who, *done] if wide else [*who, *what, *done, *note])
        self.query_one("#aside", Pager).put([*what, *note] if wide else [])

    def _who(self) -> list[Paragraph]:
        if self._opened is None:
            return []
        person = self._opened.person
        if self._opened.unreadable:
            words = _(
                "個人の情報を開けません(鍵がちがうか、記録がこわれています)。本人と書類を確かめて、下の手順を"
                "進めてください。結果は記録できます。管理者に伝えてください。"
            )
            return [Paragraph(words, Look.TROUBLE, lead="! "), *(_person(person) if person else ()), Paragraph("")]
        if person is None:
            words = _("個人の情報は、保存期間をすぎたので消去されています。")
            return [Paragraph(words, Look.QUIET), Paragraph("")]
        return [*_person(person), Paragraph("")]

    def _what(self) -> list[Paragraph]:
        found = self._opened.findings if self._opened else ()
        return [*(Paragraph(words, Look.TROUBLE, lead="! ") for words in found), *steps_page(self.line)]

    def _behind_it(self) -> list[Paragraph]:
        return [] if self.line.altered else note_page(self.line.reason)

    def _done(self) -> list[Paragraph]:
        if self._opened is None:
            return []
        entries = self._opened.entries
        undone = {entry.settlement.undoes for entry in entries}
        last = self._last
        page = [Paragraph(_("職員の記録(新しい順)"), Look.STRONG)]
        if not entries:
            page.append(Paragraph(_("まだありません。"), Look.QUIET, indent=1))
        for entry in reversed(entries):
            mark = "* " if entry == last else "- "
            look = Look.GOOD if entry == last else Look.QUIET if entry.id in undone else Look.PLAIN
            words = f"{entry.at:%m-%d %H:%M} {entry.who}: {settling(entry.settlement)}"
            words += _("(取り消し済)") if entry.id in undone else ""
            page.append(Paragraph(words, look, 1, mark))
            if entry.settlement.note:
                page.append(Paragraph(one_line(entry.settlement.note), look, 4))
        return page

    @property
    def _last(self) -> StaffEntry | None:
        return in_force(self._opened.entries) if self._opened else None

    # What its keys do.

    def _turn(self, key: str) -> None:
        for pager in self.query(Pager):
            pager.move(key)

    def _settle(self) -> None:
        from screens.staff.settle import SettleScreen

        if self._opened is not None:
            self.staff.put(SettleScreen(self.staff, self.terminal, self._opened))

    def _undo(self) -> None:
        opened, last = self._opened, self._last
        if opened is None or last is None:
            return
        words = _("{number} の「{what}」({who} {at})を取り消します。取り消したことも記録に残ります。")
        what, at = settling(last.settlement), f"{last.at:%H:%M}"
        asked = words.format(number=self.line.number, what=what, who=last.who, at=at)

        def undo(asking: AskScreen) -> None:
            settlement = Settlement(Settling.UNDONE, undoes=last.id)
            asking.busy = True
            asking.say(_("記録しています"))
            self.staff.errands.settle(opened, settlement, asking)

        self.staff.put(AskScreen(self.staff, self.terminal, _("記録の取り消し"), [Paragraph(asked)], undo))

    def _reprint(self) -> None:
        words = _("{number} の受付票をもう一度印刷します。前の票は受け取って捨ててください。")
        number, visit = self.line.number, self.line.id

        def reprint(asking: AskScreen) -> None:
            async def printing() -> None:
                await self.staff.ask(self.terminal.board.reprint(visit))
                asking.done(_("{number} を印刷しました").format(number=number))

            asking.begin(printing())

        page = [Paragraph(words.format(number=number))]
        self.staff.put(AskScreen(self.staff, self.terminal, _("もう一度印刷"), page, reprint))


def _what_it_is(visit: VisitLine) -> str:
    return _(ALTERED) if visit.altered else f"{visit.reason.value} {way(visit.way)}"


def _person(person: PersonView) -> Iterator[Paragraph]:
    unknown = _("(わかりません)")
    yield Paragraph(person.name or person.kana or unknown, Look.STRONG, lead=_("氏名    "))
    if person.name:
        yield Paragraph(person.kana or unknown, lead=_("カナ    "))
    yield Paragraph(f"{birth(person.birthdate) or unknown}   {_('性別')} {person.sex or unknown}", lead=_("生年月日 "))
    yield Paragraph(person.address or unknown, lead=_("住所    "))
    insured = person.insured_id or unknown
    words = _("{number}   記号・番号・枝番 {insured}")
    yield Paragraph(words.format(number=person.insurer_number or unknown, insured=insured), lead=_("保険者番号 "))
    if person.ticket:
        yield Paragraph(person.ticket, lead=_("整理番号 "))
    if person.reads:
        yield Paragraph(person.reads, Look.STRONG, lead=_("読む言語 "))


def birth(day: date | None) -> str:
    """「昭和45年1月2日(1970-01-02)」; empty when it is not known."""
    if day is None:
        return ""
    try:
        return f"{to_wareki(day)}({day:%Y-%m-%d})"
    except NotADate:
        return f"{day:%Y-%m-%d}"
