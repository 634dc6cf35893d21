"""`kiosk staff` as it is started: from a terminal, through ssh, and where it cannot run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from kiosk.guide.content import INSTITUTIONS
from kiosk.printout.document import Document, Heading, Items, Line, Paragraph, Steps, Table
from kiosk.station.status import read_status
from kiosk.station.wiring.staff import staff_site
from kiosk.station.wiring.staff_guide import guide_lines
from screens.staff.site import GuideLine
from tests.door.conftest import House
from tests.door.pane import PATIENCE, Pane
from tests.door.visits import START, unsure

KIOSK = [sys.executable, "-I", "-m", "kiosk"]
SSH = """#!/bin/sh
# Stands in for ssh: one terminal answers, all others do not.
for word; do
    case $word in
    kiosk-staff@k01) exec {kiosk} --config {config} control relay ;;
    esac
done
exit 255
"""


@pytest.fixture
async def desk() -> AsyncIterator[Pane]:
    """The terminal of the desk."""
    with tempfile.TemporaryDirectory(prefix="desk-") as folder:
        opened = Pane(Path(folder))
        yield opened
        await opened.close()


async def say_yes(desk: Pane, words: str) -> None:
    """So soon after a question appeared the board takes no `y`; then once more."""
    end = time.monotonic() + PATIENCE
    while words not in (shown := await desk.text()):
        assert time.monotonic() < end, f"{words} did not come; there stands:\n{shown}"
        await desk.strike("y")


def refused(*arguments: str | Path) -> str:
    """What a start says that ends at once, with the exit code of a user's mistake."""
    ended = subprocess.run([*KIOSK, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode in (1, 2)
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_without_a_terminal_it_says_what_to_use_instead() -> None:
    assert "kiosk status --json" in refused("staff")
    assert "kiosk status --json" in refused("staff", "k01")


def test_the_help_has_examples() -> None:
    ended = subprocess.run([*KIOSK, "staff", "--help"], capture_output=True, text=True, timeout=60, check=True)
    assert "kiosk staff kiosk-staff@k01 kiosk-staff@k02" in ended.stdout


@pytest.mark.parametrize(
    ("size", "arguments", "words"),
    [
        ((79, 24), [], "79x24; the board needs 80x24"),
        ((80, 23), [], "80x23; the board needs 80x24"),
        ((80, 24), ["--", "-oProxyCommand=x"], "is no terminal"),
        ((80, 24), ["k01 reboot"], "is no terminal"),
        ((80, 24), [], "there is no such file"),
    ],
)
async def test_what_cannot_be_is_refused_politely(
    desk: Pane, tmp_path: Path, size: tuple[int, int], arguments: list[str], words: str
) -> None:
    fold = f"stty cols {size[0]} rows {size[1]}; "
    command = " ".join([*KIOSK, "--config", str(tmp_path / "none.toml"), "staff", *map(repr, arguments)])
    await desk.open(["sh", "-c", fold + command])
    assert await desk.ended() in (1, 2)
    shown = "".join((await desk.everything()).split("\n"))
    assert words in shown
    assert "Traceback" not in shown


async def test_the_desk_sees_a_visit_settles_it_and_leaves_nothing(house: House, pane: Pane, desk: Pane) -> None:
    """A real kiosk, its socket, and the board in another terminal; then the kiosk is killed."""
    await pane.open(house.kiosk("run"))
    await pane.until(START)
    await desk.open(house.kiosk("staff", "--as", "佐藤"))
    await desk.until("k01", "受付はありません", "佐藤")
    await unsure(pane)
    await pane.until("受付番号 A-001")
    await desk.until("A-001", "! 未了", "N01")
    await desk.strike("1", enter=True)
    await desk.until("まだありません")
    await desk.strike("s5")
    await desk.until("(5)資格確認書で確認")
    await say_yes(desk, "A-001 に記録しました")
    await desk.until("A-001 に記録しました", "o 対応済", "佐藤")
    os.kill(read_status(house.run).pid, signal.SIGKILL)
    await desk.until("つながりません")
    await desk.strike("u")
    await desk.until("取り消します")
    await say_yes(desk, "つながりしだい調べます")
    await desk.key("C-c")
    assert await desk.ended() == 0
    left = await desk.everything()
    assert "A-001: 記録できたかどうか、まだわかりません" in left
    assert await desk.restored()


async def test_terminals_through_ssh_may_be_down_each_for_itself(house: House, desk: Pane, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    ssh = programs / "ssh"
    ssh.write_text(SSH.format(kiosk=" ".join(KIOSK), config=house.config), encoding="utf-8")
    ssh.chmod(0o755)
    path = f"PATH={programs}:{os.environ['PATH']}"
    await desk.open(["env", path, *KIOSK, "staff", "kiosk-staff@k01", "nowhere"])
    shown = await desk.until("2台のうち2台に手当てが要ります", "k01", "nowhere", "応答していません")
    assert shown.count("つながりません") == 2
    await desk.key("Enter")
    await desk.until("端末の一覧")
    await desk.strike("q")
    assert await desk.ended() == 0
    assert await desk.restored()


async def test_a_signal_ends_the_board_in_order(house: House, desk: Pane) -> None:
    await desk.open(
        [
            "sh",
            "-c",
            " ".join(["echo $$ >", str(house.config.parent / "pid"), "; exec", *map(str, house.kiosk("staff"))]),
        ]
    )
    await desk.until("k01", "つながりません")
    os.kill(int((house.config.parent / "pid").read_text()), signal.SIGTERM)
    assert await desk.ended() == 0
    assert await desk.restored()


BROKEN = """
import sys
from screens.staff.visits import VisitsScreen
from kiosk.cli import main

def broken(self):
    told = {secret!r}
    raise RuntimeError(told)

VisitsScreen._next_filter = broken
main()
"""


async def test_a_crash_shows_no_value_and_restores_the_terminal(house: House, desk: Pane) -> None:
    secret = "見本 花子 6789012"
    program = BROKEN.format(secret=secret)
    await desk.open([sys.executable, "-c", program, "--config", house.config, "staff"])
    await desk.until("k01", "つながりません")
    await desk.strike("f")
    assert await desk.ended() == os.EX_SOFTWARE
    assert await desk.restored()
    left = await desk.everything()
    assert "職員の画面が止まりました" in left
    assert "RuntimeError" in left
    assert not any(words in left for words in (*secret.split(), "Traceback", "told"))


async def test_the_terminal_gets_no_title_and_no_mouse(house: House, desk: Pane, tmp_path: Path) -> None:
    """A title would stand in the task bar, and every move of a mouse would go over the line."""
    record = tmp_path / "typescript"
    await desk.open(["script", "-q", "-f", "-c", " ".join(map(str, house.kiosk("staff"))), record])
    await desk.until("k01", "つながりません")
    await desk.strike("q")
    assert await desk.ended() == 0
    sent = record.read_bytes()
    assert b"\x1b[?1049h" in sent
    assert not any(code in sent for code in (b"\x1b]0;", b"\x1b]2;", b"\x1b[?1000h", b"\x1b[?1003h"))


def test_the_guide_is_the_notice_s() -> None:
    site = staff_site(None)
    pages = site.guide()
    assert len(pages) == 1 + len(INSTITUTIONS)
    text = "\n".join(one.text for page in pages for one in page.lines)
    for institution in INSTITUTIONS.values():
        assert institution.portal in text
    for words in ("マイナ資格確認アプリ", "利用開始申請", "0800-080-4583", "03-5253-1111"):
        assert words in text


def test_a_document_becomes_lines() -> None:
    document = Document(
        "t",
        "f",
        (
            Heading("題"),
            Paragraph(Line("言葉", "昨日で終了")),
            Steps(("一", "二")),
            Items(("もの",)),
            Table(("名", "値"), (("甲", ("乙", "丙")),)),
        ),
    )
    assert list(guide_lines(document))[1:] == [
        GuideLine("題", heading=True),
        GuideLine("【昨日で終了】言葉"),
        GuideLine("1. 一", indent=2),
        GuideLine("2. 二", indent=2),
        GuideLine("- もの", indent=2),
        GuideLine("甲", indent=2),
        GuideLine("値: 乙 丙", indent=6),
    ]


def test_the_site_s_clock_is_the_site_s() -> None:
    assert staff_site(None).now().utcoffset()
    assert isinstance(staff_site(None).now().date(), date)
