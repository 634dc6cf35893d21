"""The demo's table: beside the kiosk, never in its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.ports.examinee import AskBrought, AskNumber, AskStart, Document, Start, Typed, Wanted
from screens.base import Beside
from screens.tray import People, Sample, SlipView, tray_beside
from screens.widgets.key import Key
from tests.screens.sitting import EVERY_QUESTION, sitting
from tests.screens.test_layout import cut_off

NOT_THE_KIOSK = "デモ用の卓（キオスクの一部ではありません）"
SIZES = [(80, 24), (80, 30), (124, 34), (200, 50)]
NUMBER = AskNumber(Wanted.NUMBER, Document.CERTIFICATE)


@dataclass
class Hands:
    """A table top that remembers what was done."""

    done: list[str] = field(default_factory=list)
    holds_card: bool = False
    slip: Path | None = None

    def samples(self) -> list[Sample]:
        paper = ("保険者番号 01130012", "記号 12-34", "番号 5678", "枝番 01", "昭和45年1月2日生")
        return [
            Sample(f"s{place}", f"見本 {place}", "有効", "1234", "26100012345", paper if place % 2 else ())
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

    def last_slip(self) -> Path | None:
        return self.slip


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_function_keys_do_what_they_say(size: tuple[int, int]) -> None:
    hands = Hands()
    async with sitting(AskBrought(), size, tray_beside(hands)) as here:
        assert NOT_THE_KIOSK in here.text()
        await here.strike(["f3", "f2", "f5", "f2", "f1", "f4", "f3"])
        assert hands.done == ["insert s1", "scan s2", "pull", "insert s2"]
        assert "2/24 見本 2" in here.text()
        assert not here.outcome.done()


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
        assert "3/24 見本 3" in here.text()
        assert people.region.height > 3
        assert not here.outcome.done()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_kiosk_keeps_its_keys_and_its_focus(size: tuple[int, int]) -> None:
    hands = Hands()
    async with sitting(NUMBER, size, tray_beside(hands)) as here:
        focused = here.screen.focused
        await here.strike(["f3", "1", "f2", "2"])
        assert here.screen.focused is focused
        for _ in range(40):
            await here.strike(["tab"])
            assert isinstance(here.screen.focused, Key)
        await here.strike(["3", "enter"])
        assert await here.answered() == Typed("123")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", EVERY_QUESTION)
async def test_the_kiosk_is_whole_beside_the_tray(name: str, size: tuple[int, int]) -> None:
    async with sitting(EVERY_QUESTION[name], size, tray_beside(Hands())) as here:
        await here.pilot.pause()
        assert cut_off(here) == []


async def test_the_choice_outlives_the_screen() -> None:
    beside = tray_beside(Hands())
    async with sitting(AskStart(), (124, 34), beside) as here:
        await here.strike(["f2", "enter"])
        assert await here.answered() is Start.BEGIN
    async with sitting(AskBrought(), (124, 34), beside) as here:
        assert "2/24 見本 2" in here.text()


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


async def test_no_slip_yet_is_said() -> None:
    async with sitting(AskBrought(), (124, 34), tray_beside(Hands())) as here:
        assert "受付票: まだ" in here.text()
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
