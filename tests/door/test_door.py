"""The kiosk of the counter, from outside: keys and signals in, screens, paper, files and exit codes out."""

from __future__ import annotations

import json
import os
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style

from hardware.virtual.printer import Condition
from hardware.virtual.vpcd import VirtualSlot
from kiosk.gateway.people import InventedPerson, by_key
from kiosk.rehearsal.scenario import CardShown
from kiosk.settings import load
from kiosk.slip.keys import KEY_FILE, PublicKey
from kiosk.slip.payload import verify
from kiosk.station.status import State, read_status
from kiosk.station.wiring.house import card_of
from tests.door.conftest import House
from tests.door.pane import COLUMNS, ROWS, Pane
from tests.door.visits import START, begin_with_ticket, canaries, said, stop, unsure, with_card, with_certificate
from tests.parts import pcscd_with_readers
from tests.screens.seeing import photograph

CALM = "この端末は使えません。窓口へお越しください。"
PERSON = by_key("hanako")


@pytest.fixture
def today(house: House) -> date:
    return datetime.now(load(house.config).zone).date()


def left_in(folders: list[Path], person: InventedPerson, today: date) -> list[str]:
    """Which of the person's canaries stands in which file."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert len(files) >= 5  # ledger, its keys, the slip's key, log and status
    contents = {file.name: file.read_bytes() for file in files}
    return [
        f"{words} in {name}"
        for words, canary in canaries(person, today).items()
        for name, content in contents.items()
        if canary.search(content)
    ]


async def test_documents_end_with_a_number_and_a_slip_and_leave_nothing_of_the_person(
    house: House, pane: Pane, today: date
) -> None:
    await pane.open(house.kiosk("run"))
    await with_certificate(pane, PERSON, today)
    shown = await pane.until("受付番号 A-001", "C02")
    assert "印刷できませんでした" not in shown
    payload = verify((await house.printer.next_job()).qr, [PublicKey.load(house.state / KEY_FILE)], "k01")
    assert (str(payload.number), payload.reason.value, payload.day) == ("A-001", "C02", today)
    assert left_in([house.state, house.run], PERSON, today) == []
    await pane.strike("1")
    await pane.until(START)
    assert await stop(pane, house) == 0
    assert left_in([house.state, house.run], PERSON, today) == []
    left = await pane.everything()
    assert not any(text in left for text in (*PERSON.name.split(), PERSON.insured.number))


@pytest.mark.pcscd
async def test_card_in_a_real_reader_ends_with_a_number_and_a_slip(house: House, pane: Pane, today: date) -> None:
    with pcscd_with_readers(), VirtualSlot() as slot:
        slot.insert(card_of(PERSON, CardShown.OWN, today))
        await pane.open(house.kiosk("run"))
        await with_card(pane, PERSON, today)
        await pane.until("受付番号 A-001", "C01", "カードを", "お取りください")
        await pane.strike("1")
        await pane.until("カード")
        slot.pull()
        await pane.until(START)
        assert await stop(pane, house) == 0
    assert (await house.printer.next_job()).qr
    assert left_in([house.state, house.run], PERSON, today) == []


async def test_slip_that_does_not_come_out_stands_on_the_screen_and_is_genuine(
    house: House, pane: Pane, tmp_path: Path
) -> None:
    await house.printer.become(Condition.REFUSES)
    await pane.open(house.kiosk("run"))
    await unsure(pane)
    shown = await pane.until("受付番号 A-001", "印刷できませんでした", "█ ███ █")
    paint = Style(color="#000000", bgcolor="#ffffff")
    lines = [[Segment(line + " " * (COLUMNS - len(line)), paint)] for line in shown.splitlines()]
    photograph(lines, COLUMNS, ROWS).save(tmp_path / "photograph.png")
    code, answer = said(house.kiosk("slip", "verify", "--json", "--image", tmp_path / "photograph.png"))
    assert (code, json.loads(answer)["number"], json.loads(answer)["code"]) == (0, "A-001", "N01")
    await pane.strike("1")
    await pane.until(START)
    assert await stop(pane, house) == 0


async def test_sigterm_in_the_middle_of_a_visit_ends_in_order_and_leaves_nothing(
    house: House, pane: Pane, today: date
) -> None:
    await pane.open(house.kiosk("run"))
    await begin_with_ticket(pane, PERSON, today)
    await pane.strike("2")
    await pane.until("受診券の保険者番号を入れてください")
    await pane.strike(PERSON.insurer.digits, enter=True)
    await pane.until("資格確認書の保険者番号")
    assert read_status(house.run).state is State.SERVING
    assert await stop(pane, house) == 0
    assert await pane.restored()
    left = await pane.everything()
    assert not any(words in left for words in (str(PERSON.ticket(today)), PERSON.insurer.digits, "お持ちですか"))
    assert left_in([house.state, house.run], PERSON, today) == []
    code, answer = said(house.kiosk("status"))
    assert code == 2
    assert "停止しています" in answer


BROKEN_SCREEN = """
import sys
from screens.brought import BroughtScreen
from kiosk.cli import main

def broken(self):
    told = {secret!r}
    raise RuntimeError(told)

BroughtScreen.body = broken
main()
"""


async def test_crash_shows_nothing_of_anybody_restores_the_terminal_and_is_a_failure(
    house: House, pane: Pane, today: date
) -> None:
    """The same program with one broken screen; what it is told stands in its variables and its message."""
    secret = f"{PERSON.name} {PERSON.insured.number}"
    program = BROKEN_SCREEN.format(secret=secret)
    await pane.open([sys.executable, "-c", program, "--config", house.config, "run"])
    await pane.until(START)
    await pane.strike("1")
    await pane.until("受診券のバーコードをかざす")
    await pane.strike("*")
    assert await pane.ended() == os.EX_SOFTWARE
    assert await pane.restored()
    left = await pane.everything()
    assert left.count(CALM) == 1
    assert not any(words in left for words in (*secret.split(), "Traceback", "told", "RuntimeError", "locals"))
    log = (house.state / "log" / "kiosk.log").read_text(encoding="utf-8")
    assert 'event="crash on the screen" text="RuntimeError' in log
    assert left_in([house.state, house.run], PERSON, today) == []
    assert said(house.kiosk("status"))[0] == 2
