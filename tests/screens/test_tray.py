"""The demo's table: beside the kiosk, never in its way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from kiosk import locale
from kiosk.checkin.language import Language
from kiosk.locale import spoken
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Document,
    NamePart,
    Question,
    Start,
    Typed,
    Wanted,
)
from screens.base import BESIDE_COLUMNS, BESIDE_WIDTH, Beside
from screens.tray import tray_beside
from screens.tray_hints import EXPLAINED, hint
from screens.tray_parts import People, TrayKey
from screens.tray_table import Mishap, Sample, Shelf
from screens.tray_views import FaultList, FaultView, FolderView, HelpView, SlipView, TrayView
from screens.widgets.key import Key
from tests.screens.gallery import cut_off
from tests.screens.sitting import EVERY_QUESTION, PATIENCE, sitting

PRACTICE = "練習用・架空の人"
HINT_COLUMNS = 30
"""Under the kiosk, on the smallest terminal."""
SIZES = [(80, 24), (80, 30), (124, 34), (200, 50)]
NOTE = "有効・一人・一致(国保6けた、答えは空白2つを前につけた8文字)"
NUMBER = AskNumber(Wanted.NUMBER, Document.CERTIFICATE)
TARO = Sample(
    "taro",
    "見本　太郎",
    numbers={
        Wanted.TICKET_INSURER: "01130012",
        Wanted.INSURER: "01130012",
        Wanted.SYMBOL: "12",
        Wanted.NUMBER: "100001",
        Wanted.BRANCH: "01",
    },
    birthdate=date(1970, 12, 31),
    kana="ミホン　バタロウ",
)


@pytest.fixture(autouse=True)
def in_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever language another test left behind, and back to it afterwards."""
    monkeypatch.setattr(locale, "_spoken", Language.JAPANESE)


@dataclass
class Hands:
    """A table top that remembers what was done."""

    done: list[str] = field(default_factory=list)
    holds_card: bool = False
    slip: Path | None = None
    has_face_reader: bool = False
    folder: Path | None = None
    files: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    on: set[str] = field(default_factory=set)
    said: str = ""
    settings_file: Path | None = None

    def samples(self) -> list[Sample]:
        paper = ("保険者番号 01130012", "記号 12  番号 100001  枝番 01", "生年月日 昭和45年12月31日")
        code = "451231 2039 7001"
        return [
            Sample(f"s{place}", f"見本 {place}", NOTE, "1234", "26100012345", paper if place % 2 else (), code)
            for place in range(1, 25)
        ]

    def insert(self, key: str) -> None:
        self.done.append(f"insert {key}")
        self.holds_card = True

    def pull(self) -> None:
        self.done.append("pull")
        self.holds_card = False

    def scan(self, key: str) -> None:
        self.done.append(f"scan {key}")

    def look(self, key: str) -> str:
        self.done.append(f"look {key}")
        return f"{key} は顔認証をしました"

    def last_slip(self) -> Path | None:
        return self.slip

    def mishaps(self) -> list[Mishap]:
        return [Mishap(name, f"{name} の説明", name.endswith("pulled"), name in self.on) for name in self.faults]

    def toggle(self, name: str) -> None:
        self.on ^= {name}

    def note(self) -> str:
        return self.said

    def shelves(self) -> list[Shelf]:
        return [Shelf("req"), Shelf("res", self.files)]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_function_keys_do_what_they_say(size: tuple[int, int]) -> None:
    hands = Hands()
    async with sitting(AskBrought(), size, tray_beside(hands)) as here:
        await here.until(lambda: PRACTICE in here.text())
        await here.strike(["f3", "f2", "f5", "f2", "f1", "f4", "f3"])
        assert hands.done == ["insert s1", "scan s2", "pull", "insert s2"]
        await here.until(lambda: "2/24 見本 2" in here.text())
        assert not here.outcome.done()


@pytest.mark.parametrize("name", EVERY_QUESTION)
def test_every_question_has_a_hint_that_fits(name: str) -> None:
    said = hint(EVERY_QUESTION[name], Hands().samples()[0])
    assert 0 < cell_len(said.japanese) <= HINT_COLUMNS
    assert 0 < cell_len(said.english) <= BESIDE_WIDTH - 4


@pytest.mark.parametrize("name", EVERY_QUESTION)
def test_the_hint_says_what_to_type_for_everybody(name: str) -> None:
    for person in (TARO, replace(TARO, numbers={**TARO.numbers, Wanted.SYMBOL: ""})):
        said = hint(EVERY_QUESTION[name], person, holds_card=True)
        assert 0 < cell_len(said.japanese) <= HINT_COLUMNS
        assert 0 < cell_len(said.english) <= BESIDE_WIDTH - 4


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        (AskNumber(Wanted.TICKET_INSURER, Document.TICKET), "01130012"),
        (NUMBER, "100001"),
        (AskBirthdate(), "2 451231"),
        (AskInitial(NamePart.FAMILY), "7 2"),
        (AskInitial(NamePart.GIVEN), "6 1"),
    ],
    ids=["insurer", "number", "birthdate", "family", "given"],
)
def test_the_hint_is_the_keys(question: Question[Any], keys: str) -> None:
    said = hint(question, TARO)
    assert keys in said.japanese
    assert keys in said.english


def test_a_birth_date_is_hinted_as_its_screen_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only in Japanese with an era; every other language begins with the years of the West."""
    monkeypatch.setattr(locale, "_spoken", Language.VIETNAMESE)
    assert "19701231" in hint(AskBirthdate(), TARO).english


def test_a_number_that_a_person_has_not_is_the_key_for_it() -> None:
    without = replace(TARO, numbers={Wanted.SYMBOL: ""})
    assert "*" in hint(AskNumber(Wanted.SYMBOL, Document.CERTIFICATE), without).english


def test_no_card_is_to_be_taken_where_none_is() -> None:
    result = EVERY_QUESTION["result-confirmed"]
    assert "F4" in hint(result, TARO, holds_card=True).english
    assert "F4" not in hint(result, TARO).english


@pytest.mark.parametrize("size", [(80, 24), (124, 34)], ids=str)
async def test_the_table_says_what_to_do_next(size: tuple[int, int]) -> None:
    """With what is to be typed, of the person who is chosen."""
    async with sitting(AskStart(), size, tray_beside(Hands())) as here:
        await here.until(lambda: "> Enter で受付をはじめる" in here.text())
        await here.face(AskPin(tries_left=3))
        await here.until(lambda: "> 1234 を打って Enter" in here.text())
        assert ("Type 1234, then Enter" in here.text()) is (size[0] >= BESIDE_COLUMNS)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_help_explains_it_in_one_look(size: tuple[int, int]) -> None:
    async with sitting(AskStart(), size, tray_beside(Hands())) as here:
        await here.strike(["f10"])
        await here.until(lambda: all(line.strip() in here.text() for line in EXPLAINED))
        await here.strike(["f10"])
        await here.until(lambda: not here.screen.query(HelpView))
        assert not here.outcome.done()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_everything_that_is_typed_can_be_read(size: tuple[int, int]) -> None:
    """The note on a person may be long; it is the first to be cut."""
    async with sitting(AskBrought(), size, tray_beside(Hands())) as here:
        await here.pilot.pause()
        shown = here.text()
        for words in (
            "1234",
            "26100012345",
            "01130012",
            "番号 100001  枝番 01",
            "昭和45年12月31日",
            "451231 2039 7001",
        ):
            assert words in shown
        assert "有効・一人" in shown


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_key_of_a_full_table_can_be_read(size: tuple[int, int]) -> None:
    """With a face reader, folders and faults there are seven beside each other, and no column too many."""
    hands = Hands(has_face_reader=True, folder=Path("demo/oqs"), faults=("card.pulled",))
    async with sitting(AskBrought(), size, tray_beside(hands)) as here:
        await here.pilot.pause()
        for key in here.screen.query("#tray-actions TrayKey").results(TrayKey):
            assert str(key.content) in here.text()
            assert here.screen.find_widget(key).clip.contains_region(key.region)
        assert ("F4 カードを抜く" in here.text()) is (size[0] >= BESIDE_COLUMNS)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_person_is_sent_to_the_face_reader(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """What came of it is said for a while, on whatever screen the kiosk is by then."""
    monkeypatch.setattr("screens.tray.NOTE_SECONDS", PATIENCE)
    hands = Hands(has_face_reader=True)
    beside = tray_beside(hands)
    async with sitting(AskBrought(), size, beside) as here:
        await here.strike(["f2", "f7"])
        await here.until(lambda: hands.done == ["look s2"])
        await here.until(lambda: "s2 は顔認証をしました" in here.text())
        assert not here.outcome.done()
    async with sitting(AskStart(), size, beside) as here:
        await here.until(lambda: "s2 は顔認証をしました" in here.text())


async def test_a_table_without_face_reader_and_folders_has_no_keys_for_them() -> None:
    hands = Hands()
    async with sitting(AskBrought(), (124, 34), tray_beside(hands)) as here:
        await here.strike(["f7", "f8"])
        assert "F7" not in here.text()
        assert "F8" not in here.text()
        assert not hands.done
        assert not here.screen.query(TrayView)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_folders_are_looked_at_as_files_come(size: tuple[int, int]) -> None:
    hands = Hands(folder=Path("demo/oqs"))
    async with sitting(AskBrought(), size, tray_beside(hands)) as here:
        await here.strike(["f8"])
        await here.until(lambda: "demo/oqs" in here.text() and "res  0" in here.text())
        assert "どれをお持ちですか" not in here.text()
        hands.files = ("09:05:12   2874 OQSsiquc01res_1.xml",)
        await here.until(lambda: "res  1" in here.text() and "OQSsiquc01res_1.xml" in here.text())
        await here.strike(["f6", "2"])
        assert here.screen.query(FolderView)
        await here.strike(["f8"])
        await here.until(lambda: "どれをお持ちですか" in here.text())
        assert not here.outcome.done()


FAULTS = tuple(f"{device}.{place}" for device in ("card", "printer", "scanner") for place in range(20))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_faults_are_struck_and_put_right_from_a_list(size: tuple[int, int]) -> None:
    hands = Hands(faults=FAULTS)
    async with sitting(AskBrought(), size, tray_beside(hands)) as here:
        await here.strike(["f12", "down", "space"])
        await here.until(lambda: ">! card.1 " in here.text())
        assert "どれをお持ちですか" not in here.text()
        await here.strike(["pagedown", "pagedown", "up", "space", "up", "space", "space"])
        assert hands.on == {"card.1", "printer.0"}
        await here.until(lambda: "! printer.0" in here.text())
        await here.strike(["2", "f3", "f12"])
        await here.until(lambda: not here.screen.query(FaultView))
        await here.until(lambda: "どれをお持ちですか" in here.text())
        assert ("故障: card.1、printer.0" in here.text()) is (size[0] >= BESIDE_COLUMNS)
        assert not hands.done
        assert not here.outcome.done()


async def test_every_fault_of_the_list_can_be_scrolled_to() -> None:
    async with sitting(AskBrought(), (80, 24), tray_beside(Hands(faults=FAULTS))) as here:
        await here.strike(["f12", *["pagedown"] * 6])
        await here.until(lambda: "scanner.19" in here.text())
        await here.strike(["pageup"] * 6)
        await here.until(lambda: "card.0 " in here.text())


async def test_a_long_fault_has_a_line_of_its_own_and_is_clicked_there() -> None:
    hands = Hands(faults=("card." + "long" * 15, "printer.paper_out"))
    async with sitting(AskBrought(), (80, 24), tray_beside(hands)) as here:
        await here.strike(["f12"])
        await here.until(lambda: "printer.paper_out" in here.text())
        await here.pilot.click(FaultList, offset=(3, 1))
        await here.pilot.click(FaultList, offset=(3, 2))
        assert hands.on == set(hands.faults)


async def test_a_click_on_a_fault_strikes_it() -> None:
    hands = Hands(faults=("card.pulled", "printer.paper_out"))
    async with sitting(AskBrought(), (124, 34), tray_beside(hands)) as here:
        await here.strike(["f12"])
        await here.until(lambda: "card.pulled*" in here.text())
        await here.pilot.click(FaultList, offset=(3, 1))
        assert hands.on == {"printer.paper_out"}


async def test_what_hands_cannot_do_is_said() -> None:
    hands = Hands(said="カードリーダーがありません")
    async with sitting(AskBrought(), (80, 24), tray_beside(hands)) as here:
        await here.until(lambda: "カードリーダーがありません" in here.text())


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_mouse_does_the_same_and_is_no_touch_of_the_kiosk(size: tuple[int, int]) -> None:
    hands = Hands()
    async with sitting(AskStart(), size, tray_beside(hands)) as here:
        await here.hit("#tray-f3", "#tray-f4", "#tray-f2", "#tray-f5", "#tray-f1")
        await here.hit("#tray-title")
        assert hands.done == ["insert s1", "pull", "scan s2"]
        assert not here.outcome.done()


async def test_a_person_can_be_chosen_from_the_list() -> None:
    async with sitting(AskStart(), (124, 34), tray_beside(Hands())) as here:
        people = here.screen.query_one(People)
        await here.pilot.click(People, offset=(3, 2))
        await here.until(lambda: "3/24 見本 3" in here.text())
        assert people.region.height > 3
        assert not here.outcome.done()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_kiosk_keeps_its_keys_and_its_focus(size: tuple[int, int]) -> None:
    hands = Hands()
    async with sitting(NUMBER, size, tray_beside(hands)) as here:
        focused = here.screen.focused
        await here.strike(["f3", "1", "f2", "2"])
        assert here.screen.focused is focused
        for _ in range(len(here.screen.query(Key)) + 1):
            await here.strike(["tab"])
            assert isinstance(here.screen.focused, Key)
        await here.strike(["3", "enter"])
        assert await here.answered() == Typed("123")


@pytest.mark.parametrize("size", [(80, 24), (124, 34)], ids=str)
async def test_the_kiosk_is_whole_beside_the_tray(size: tuple[int, int]) -> None:
    async with sitting(AskStart(), size, tray_beside(Hands())) as here:
        for name, question in EVERY_QUESTION.items():
            await here.face(question)
            assert cut_off(here) == [], name


async def test_the_choice_outlives_the_screen() -> None:
    beside = tray_beside(Hands())
    async with sitting(AskStart(), (124, 34), beside) as here:
        await here.strike(["f2", "enter"])
        assert await here.answered() is Start.BEGIN
    async with sitting(AskBrought(), (124, 34), beside) as here:
        await here.until(lambda: "2/24 見本 2" in here.text())


@pytest.mark.parametrize("close", ["f6", "escape", "enter"])
async def test_the_slip_is_looked_at_and_put_away(close: str, tmp_path: Path) -> None:
    hands = Hands(slip=tmp_path / "slip-7.png")
    async with sitting(AskBrought(), (124, 34), tray_beside(hands)) as here:
        await here.strike(["f6"])
        await here.until(lambda: "slip-7.png" in here.text())
        assert "どれをお持ちですか" not in here.text()
        await here.strike(["2", "tab"])
        await here.strike([close])
        await here.until(lambda: not here.screen.query(SlipView))
        await here.until(lambda: "どれをお持ちですか" in here.text())
        assert not here.outcome.done()


@pytest.mark.parametrize("view", ["f6", "f10", "f12"])
async def test_after_a_look_the_focus_is_where_it_was(view: str) -> None:
    """Enter does what it would have done before: nobody is called because the slip was looked at."""
    async with sitting(
        EVERY_QUESTION["result-confirmed"], (124, 34), tray_beside(Hands(faults=("card.pulled",)))
    ) as here:
        await here.until(lambda: here.screen.focused is not None)
        before = here.screen.focused
        await here.strike([view])
        await here.until(lambda: bool(here.screen.query(TrayView)) and here.screen.focused is not before)
        await here.strike([view])
        await here.until(lambda: here.screen.focused is before)


@pytest.mark.parametrize("size", [(80, 24), (124, 34)], ids=str)
async def test_the_table_speaks_for_whoever_shows_the_demo(size: tuple[int, int]) -> None:
    """Its keys stay Japanese whatever language is tried on the kiosk; the one line for a hint is English then."""
    async with sitting(AskStart(), size, tray_beside(Hands(faults=("card.pulled",)))) as here:
        await here.strike(["8"])
        await here.face(AskNumber(Wanted.TICKET, Document.TICKET))
        await here.until(lambda: "Press F5 to scan the ticket" in here.text())
        assert spoken() is Language.VIETNAMESE
        keys = " ".join(str(key.content) for key in here.screen.query(TrayKey).results(TrayKey))
        assert "F5 受診券" in keys
        assert "F6 受付票" in keys


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_help_names_the_command_for_the_board(size: tuple[int, int]) -> None:
    hands = Hands(settings_file=Path("demo/kiosk.toml"))
    async with sitting(AskStart(), size, tray_beside(hands)) as here:
        await here.strike(["f10"])
        await here.until(lambda: "kiosk --config demo/kiosk.toml staff" in here.text())
        assert all(line.strip() in here.text() for line in EXPLAINED)


async def test_no_slip_yet_is_said() -> None:
    async with sitting(AskBrought(), (124, 34), tray_beside(Hands())) as here:
        await here.until(lambda: "受付票: まだ" in here.text())
        await here.strike(["f6"])
        await here.until(lambda: "受付票はまだありません" in here.text())


async def test_without_a_table_function_keys_do_nothing() -> None:
    async with sitting(AskBrought()) as here:
        await here.strike([f"f{place}" for place in range(1, 13)])
        assert not here.screen.query(Beside)
        assert not here.outcome.done()


async def test_f9_ends_the_demo() -> None:
    """The kiosk has no key that leads out; the table has one."""
    ended: list[bool] = []
    async with sitting(AskBrought(), (124, 34), tray_beside(Hands())) as here:
        here.app.exit = lambda *_: ended.append(True)  # type: ignore[method-assign]  # only asked whether it is called
        await here.pilot.press("f9")
        assert ended
