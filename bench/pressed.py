"""What a key or a touch is measured on: a bare Textual button, and the kiosk's screen for a number.

python -m bench.pressed bare|kiosk|wedge FILE      writes to FILE where to touch: two places, column and row
python -m bench.pressed card FILE                  shows how to put the card, with its moving picture
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Button, Label, Static

from kiosk.ports.examinee import AskNumber, Document, Examinee, InsertCard, Wanted
from screens.app import KioskApp
from screens.site import ScreenSite
from screens.widgets.key import Key


class Bare(App[None]):
    """One button that counts on a label."""

    CSS = "Screen { align: center middle; }"

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._count = 0

    def compose(self) -> ComposeResult:
        yield Label("0")
        yield Button("press")

    def on_mount(self) -> None:
        self.query_one(Button).focus()
        self.call_after_refresh(lambda: _tell(self._file, [self.query_one(Button)] * 2))

    def on_button_pressed(self) -> None:
        self._count += 1
        self.query_one(Label).update(str(self._count))


def kiosk(file: Path, *, wedge: bool) -> KioskApp:
    """The keypad: a digit, and the key that takes it back; with `wedge` a scanner may type, so that a key waits."""

    async def main(examinee: Examinee) -> None:
        asking = asyncio.ensure_future(examinee.ask(AskNumber(Wanted.NUMBER, Document.CERTIFICATE)))
        while not [key for key in app.screen.query("#digit-1") if key.region.area]:  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.05)
        _tell(file, [app.screen.query_one("#digit-1", Key), app.screen.query_one("#erase", Key)])
        await asking

    app = KioskApp(ScreenSite("見本健診センター", idle_seconds=3600, scans_as_keys=wedge), main)
    return app


def card() -> KioskApp:
    """A picture that moves."""

    async def main(examinee: Examinee) -> None:
        await examinee.ask(InsertCard())

    return KioskApp(ScreenSite("見本健診センター", idle_seconds=3600), main)


def _tell(file: Path, places: list[Button] | list[Key] | list[Static]) -> None:
    middles = [
        (place.region.x + place.region.width // 2, place.region.y + place.region.height // 2) for place in places
    ]
    written = file.with_suffix(".part")
    written.write_text(json.dumps(middles), encoding="ascii")
    written.rename(file)


if __name__ == "__main__":
    which, told = sys.argv[1], Path(sys.argv[2])
    match which:
        case "bare":
            Bare(told).run()
        case "card":
            card().run()
        case _:
            kiosk(told, wedge=which == "wedge").run()
