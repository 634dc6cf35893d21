"""Several clerks at one terminal: what another one enters is seen at once, and costs nobody a note."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkin.settlement import Settlement, Settling
from kiosk.checkin.ways import Way
from kiosk.ports.board import Refusal, Role
from tests.staff.fake import FakeBoard
from tests.staff.people import line
from tests.staff.sitting import Sitting, sitting

A12 = line(12).id
BY_CERTIFICATE = Settlement(Settling.WAY, way=Way.CERTIFICATE)


async def open_a12(here: Sitting, *keys: str) -> None:
    await here.strike("1", "2", "enter")
    await here.reads("A-012", "連絡先")
    await here.strike(*keys)


def looks(here: Sitting) -> int:
    return here.board.did.count("open 0c")


@pytest.mark.parametrize(
    ("settlement", "words"),
    [(BY_CERTIFICATE, "資格確認書で確認"), (Settlement(Settling.NOTE, note="本人が後で来る"), "メモ")],
    ids=["way", "note"],
)
async def test_an_open_visit_shows_what_another_clerk_has_just_entered(settlement: Settlement, words: str) -> None:
    async with sitting() as here:
        await open_a12(here)
        await here.board.other_enters(A12, settlement)
        await here.reads("鈴木 がいま A-012 に記録しました", words)
        await here.strike("end")
        await here.reads(f"鈴木: {'(5)' if settlement is BY_CERTIFICATE else ''}{words}", settlement.note)
        assert looks(here) == 2


async def test_a_note_that_is_being_typed_is_not_lost_and_the_entry_is_told_there() -> None:
    async with sitting() as here:
        await open_a12(here, "s", "7", "m", *"abc")
        await here.board.other_enters(A12, BY_CERTIFICATE)
        await here.reads("メモ: abc_", "鈴木 がいま A-012 に記録しました", "(5)資格確認書で確認")
        await here.strike("d", "enter", "y")
        await here.reads("A-012 に記録しました: 保険者に電話で確認", "対応済")
        notes = [entry.settlement.note for entry in here.board.kept[A12].entries]
        assert notes == ["", "abcd"]


async def test_a_y_that_was_on_its_way_when_another_entry_came_records_nothing() -> None:
    async with sitting() as here:
        await open_a12(here, "s", "7")
        here.screen.site = replace(here.screen.site, fresh_seconds=3600)
        await here.board.other_enters(A12, BY_CERTIFICATE)
        await here.reads("鈴木 がいま A-012 に記録しました")
        await here.strike("y")
        await here.reads("もう一度 y")
        assert len(here.board.kept[A12].entries) == 1


async def test_an_entry_that_another_clerk_made_can_be_undone_at_once() -> None:
    async with sitting() as here:
        await open_a12(here)
        await here.board.other_enters(A12, BY_CERTIFICATE)
        await here.reads("対応済")
        await here.strike("u")
        await here.reads("(5)資格確認書で確認", "取り消します")
        await here.strike("y")
        await here.reads("記録しました: 前の記録の取り消し", "! 未了")


async def test_entries_elsewhere_and_ones_own_are_no_reason_to_look_again() -> None:
    """Each look at a person stands in the record."""
    async with sitting() as here:
        await open_a12(here)
        await here.board.other_enters(line(3).id, BY_CERTIFICATE)
        await here.quiet()
        await here.strike("s", "5", "y")
        await here.reads("A-012 に記録しました", "対応済")
        last = here.board.kept[A12].entries[-1]
        await here.board.tell(entered=(*here.board.now.entered, _told(last.id)))
        await here.quiet()
        assert looks(here) == 1


def _told(entry: str) -> object:
    from kiosk.ports.board import Entered

    return Entered(A12, entry, "佐藤", Settling.WAY)


async def test_what_came_while_the_line_was_cut_is_seen_when_it_is_back() -> None:
    """A kiosk that began anew tells of no entry any more."""
    async with sitting() as here:
        await open_a12(here)
        await here.board.cut()
        await here.reads("? 不明")
        here.board._enter(A12, BY_CERTIFICATE, "鈴木")
        await here.board.mend()
        await here.reads("o 正常", "鈴木 がいま A-012 に記録しました", "対応済")


async def test_a_look_that_failed_is_told_and_made_again_with_the_next_news() -> None:
    async with sitting() as here:
        await open_a12(here)
        here.board.down(Refusal.RECORD, "記録を読めません")
        await here.board.other_enters(A12, BY_CERTIFICATE)
        await here.reads("! 記録を読めません", "! 未了")
        here.board.refusing = None
        await here.board.tell(desk=9)
        await here.reads("対応済", "鈴木 がいま")


async def test_a_slip_that_came_out_meanwhile_is_no_reminder_any_more() -> None:
    async with sitting() as here:
        await here.strike("4", "enter")
        await here.reads("A-004", "票が未印刷")
        opened = here.board.kept[line(4).id]
        here.board.kept[line(4).id] = replace(opened, line=replace(opened.line, printed=True))
        await here.board.tell(unprinted=0, confirmed=21)
        await here.until(lambda: "票が未印刷" not in here.text())
        assert here.board.did.count("open 04") == 1


async def test_who_only_looks_sees_how_the_visit_stands_now() -> None:
    async with sitting(FakeBoard(Role.VIEWER)) as here:
        await here.strike("enter")
        await here.reads("! 未了", "A-012")
        here.board._enter(A12, BY_CERTIFICATE, "鈴木")
        await here.board.tell(open=1)
        await here.reads("対応済")
        assert looks(here) == 0
