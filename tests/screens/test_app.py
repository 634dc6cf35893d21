"""The app around the questions: locked, quick to its first frame, and silent about everybody when it breaks."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.screen import Screen

from kiosk.ports.examinee import AskBrought, AskStart, Examinee
from screens.app import KioskApp
from screens.base import FirstScreen
from screens.crash import summary
from tests.screens.sitting import PATIENCE, site, sitting

CANARY = "8675309"
CALM = "この端末は使えません。窓口へお越しください。"


def in_a_terminal(program: str) -> tuple[int, str]:
    """Run a program with the terminal as its stdin, stdout and stderr; its exit status and all it wrote."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "PYTHONUTF8": "1"}
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    os.close(slave)
    written = b""
    while True:
        try:
            some = os.read(master, 65536)
        except OSError:  # the other side is closed
            break
        if not some:
            break
        written += some
    os.close(master)
    return child.wait(PATIENCE), written.decode("utf-8", "replace")


CRASH = """
import asyncio, sys
from kiosk.ports.examinee import AskPin, AskStart
from screens.app import KioskApp
from screens.site import ScreenSite

class Telling(Exception):
    def __rich__(self):
        return str(self)

def fail(kind):
    canary = "8675309" + ""
    raise kind(canary)

async def main(examinee):
    name = "8675309" + ""
    {body}

app = KioskApp(ScreenSite("test"), main, on_crash=lambda told: open({log!r}, "a").write(told + "\\n"))
app.run()
sys.exit(app.return_code)
"""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("fail(ValueError)", "ValueError"),
        ("fail(Telling)", "Telling"),
        ("raise ExceptionGroup(name, [ValueError(name), OSError(name)])", "ValueError"),
        ("app.call_later(fail, KeyError); await asyncio.Event().wait()", "KeyError"),
        ("app.set_timer(0.01, lambda: fail(ZeroDivisionError)); await examinee.ask(AskPin(3))", "ZeroDivisionError"),
        ("raise asyncio.CancelledError(name)", "RuntimeError"),
    ],
)
def test_a_crash_shows_no_values_and_is_a_failure(body: str, kind: str, tmp_path: Path) -> None:
    log = tmp_path / "crash.log"
    status, shown = in_a_terminal(CRASH.format(body=body, log=str(log)))
    assert status != 0
    assert CANARY not in shown
    assert "Traceback" not in shown
    assert shown.count(CALM) == 1
    told = log.read_text(encoding="utf-8")
    assert told.startswith(kind)
    assert CANARY not in told
    assert len(told.splitlines()) == 1


def test_the_end_of_the_work_is_no_failure(tmp_path: Path) -> None:
    status, shown = in_a_terminal(CRASH.format(body="return", log=str(tmp_path / "none")))
    assert status == 0
    assert CALM not in shown


def test_the_first_frame_stands_before_the_work_begins(tmp_path: Path) -> None:
    """The work's own words come after the first screen's in what the terminal got."""
    _status, shown = in_a_terminal(CRASH.format(body="app.bell(); app.refresh()", log=str(tmp_path / "none")))
    assert "準備しています" in shown


def test_the_first_frame_needs_nothing_heavy() -> None:
    program = """
        import sys
        import screens.app, screens.site
        ours = {"PIL", "qrcode", "httpx", "sqlite_utils", "escpos", "smartcard", "cryptography", "textual_image",
                "pydantic", "structlog", "fastapi", "screens.registry", "screens.question", "screens.number",
                "kiosk.ports", "kiosk.checkin.insurance", "screens.options", "screens.widgets.picture"}
        print(sorted(ours & set(sys.modules)))
    """
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert found.stdout.strip() == "[]"


def test_summary_names_type_and_line_only() -> None:
    try:
        int(CANARY + "x")
    except ValueError as error:
        told = summary(error)
    assert told.startswith("ValueError screens/test_app.py:")
    assert CANARY not in told


def test_summary_of_what_was_never_raised_is_its_name() -> None:
    assert summary(KeyError(CANARY)) == "KeyError"


@pytest.mark.parametrize(
    "key", ["ctrl+q", "ctrl+c", "ctrl+z", "ctrl+p", "ctrl+d", "ctrl+backslash", "ctrl+s", "f1", "f12"]
)
async def test_no_key_leaves_the_kiosk(key: str) -> None:
    async with sitting(AskBrought()) as here:
        await here.pilot.press(key)
        await here.strike([key])
        assert here.app.is_running
        assert len(here.app.screen_stack) == 2
        assert not here.outcome.done()


async def test_no_binding_no_palette_no_selection() -> None:
    async with sitting(AskStart()) as here:
        assert here.app._bindings.key_to_bindings == {}
        assert not here.app.use_command_palette
        assert not here.app.ALLOW_SELECT
        await here.pilot.mouse_down("#facility", offset=(0, 0))
        await here.pilot.hover("#clock")
        await here.pilot.mouse_up("#clock")
        assert here.screen.get_selected_text() is None


async def test_a_dragging_finger_moves_nothing() -> None:
    """foot turns a drag into a mouse wheel."""
    async with sitting(AskBrought()) as here:
        before = here.text()
        for widget in here.screen.query("#kiosk *"):
            wheel = events.MouseScrollDown(widget, *widget.region.offset, 0, 1, 0, False, False, False)
            here.app.post_message(wheel)
        await here.pilot.pause()
        assert here.text() == before


async def test_leaving_ends_the_work_in_order() -> None:
    """The work's own clean-up runs when the app is told to exit: a card loses its power."""
    cleaned: list[bool] = []

    async def main(examinee: Examinee) -> None:
        try:
            await examinee.ask(AskStart())
        finally:
            cleaned.append(True)

    app = KioskApp(site(), main)
    async with app.run_test() as pilot:
        await pilot.pause()
        while isinstance(app.screen, FirstScreen):
            await pilot.pause()
        app.exit()
    assert cleaned == [True]


async def test_a_screen_at_rest_is_not_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen below the question must not have it painted anew whenever a message comes to it."""
    painted: list[str] = []
    async with sitting(AskStart()) as here:
        usual = here.app._display

        def display(screen: Screen[Any], what: Any) -> None:
            painted.append(repr(screen))
            usual(screen, what)

        monkeypatch.setattr(here.app, "_display", display)
        below = here.app.screen_stack[0]
        heard: list[bool] = []
        for _ in range(3):
            below.refresh()
            below.call_after_refresh(heard.append, True)
            below.call_later(heard.append, False)
        await here.until(lambda: heard.count(False) == 3)
        await here.pilot.pause()
        assert painted == []
