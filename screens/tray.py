"""The demo's table beside the kiosk: sample people with their cards, tickets and papers. No part of the kiosk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from kiosk.locale import _
from screens.base import Beside

if TYPE_CHECKING:
    from textual.widget import Widget

LEAVE = "f9"
"""The key that ends the demo; the kiosk itself has none."""
LOOK_SECONDS = 0.5
"""How often the tray looks whether a card lies in the reader or a slip came out."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented person, with what lies on the table for them."""

    key: str
    title: str
    note: str = ""
    """What is special about them."""
    pin: str = ""
    """Empty when there is no card."""
    ticket: str = ""
    """整理番号, for the scanner or to be typed; empty when there is none."""
    paper: tuple[str, ...] = ()
    """Lines of the paper: 保険者番号, 記号, 番号, 枝番, birth date."""


class Tabletop(Protocol):
    """The virtual devices, as hands would use them."""

    @property
    def holds_card(self) -> bool:
        """Whether a card lies in the reader."""
        ...

    def samples(self) -> Sequence[Sample]:
        """Everybody at the table, at least one."""
        ...

    def insert(self, key: str) -> None:
        """Put that person's card on the reader."""
        ...

    def pull(self) -> None:
        """Take the card off the reader."""
        ...

    def scan(self, key: str) -> None:
        """Hold that person's ticket before the scanner."""
        ...

    def last_slip(self) -> Path | None:
        """The picture of the last slip, a PNG; None before the first."""
        ...


@dataclass(slots=True)
class _Table:
    """What outlives one screen: who is chosen, and whether the slip is being looked at."""

    tabletop: Tabletop
    picture: Callable[[Path], Widget] | None
    place: int = 0
    looking: bool = False

    @property
    def sample(self) -> Sample:
        samples = self.tabletop.samples()
        return samples[self.place % len(samples)]


def tray_beside(tabletop: Tabletop) -> Callable[[], Tray]:
    """The `beside` of `KioskApp`. To be called before the app runs: the terminal is asked here for its pictures."""
    table = _Table(tabletop, _pictures())
    return lambda: Tray(table)


def _pictures() -> Callable[[Path], Widget] | None:
    """A widget for a picture, where there is a terminal that could show one."""
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stdout__ and sys.__stdout__.isatty()):
        return None
    from textual_image.widget import Image

    return lambda path: Image(path, id="slip")


class Tray(Beside):
    """The table. Its keys are F1 to F6, F9 and the mouse; digits, arrows and the focus are the kiosk's."""

    def __init__(self, table: _Table) -> None:
        super().__init__()
        self._table = table

    def compose(self) -> ComposeResult:
        with Vertical(id="tray-table"):
            yield Static(
                _("デモ用の卓（キオスクの一部ではありません）  F9 デモを終わる"), id="tray-title", markup=False
            )
            yield People(self._table, self._show)
            with Horizontal(id="tray-who"):
                yield TrayKey("F1", _("前の人"), lambda: self._turn(-1))
                yield Static(id="tray-name", markup=False)
                yield TrayKey("F2", _("次の人"), lambda: self._turn(1))
            yield Static(id="tray-sample", markup=False)
            with Container(id="tray-actions"):
                yield TrayKey("F3", _("カードを置く"), self._insert)
                yield TrayKey("F4", _("カードを抜く"), self._pull)
                yield TrayKey("F5", _("受診券をかざす"), self._scan)
                yield TrayKey("F6", _("受付票を見る"), self._look)
            yield Static(id="tray-state", markup=False)

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self._show_state)
        if self._table.looking:
            self._open_slip()

    def on_resize(self) -> None:
        self._show()

    def on_click(self, event: events.Click) -> None:
        """A click on the table is none on the kiosk."""
        event.stop()

    def take_key(self, key: str) -> bool:
        """Act on a key of the tray's; False for one of the kiosk's. While a slip is open, it takes them all."""
        if key == LEAVE:
            self.app.exit()
            return True
        looking = self._table.looking
        if looking and key in ("escape", "enter", "f6"):
            self._close_slip()
        elif not looking:
            for mine in self.query(TrayKey):
                if mine.function == key:
                    mine.press()
                    return True
        return looking

    # What its keys do.

    def _turn(self, step: int) -> None:
        self._table.place = (self._table.place + step) % len(self._table.tabletop.samples())
        self._show()

    def _insert(self) -> None:
        self._table.tabletop.insert(self._table.sample.key)
        self._show_state()

    def _pull(self) -> None:
        self._table.tabletop.pull()
        self._show_state()

    def _scan(self) -> None:
        self._table.tabletop.scan(self._table.sample.key)

    def _look(self) -> None:
        self._table.looking = True
        self._open_slip()

    # What it shows.

    def _show(self) -> None:
        sample, samples = self._table.sample, self._table.tabletop.samples()
        place = self._table.place % len(samples) + 1
        self.query_one("#tray-name", Static).update(f"{place}/{len(samples)} {sample.title}")
        facts = [sample.note] if sample.note else []
        facts.append(_("暗証番号 {pin}").format(pin=sample.pin) if sample.pin else _("カードなし"))
        facts.append(_("整理番号 {ticket}").format(ticket=sample.ticket) if sample.ticket else _("受診券なし"))
        parting = "\n" if self.screen.has_class("-side") else "  "
        self.query_one("#tray-sample", Static).update(f"{parting.join(facts)}\n{parting.join(sample.paper)}")
        self.query_one(People).refresh()
        self._show_state()

    def _show_state(self) -> None:
        card = _("カード: リーダーにあります") if self._table.tabletop.holds_card else _("カード: 卓の上")
        slip = _("受付票: あります") if self._table.tabletop.last_slip() else _("受付票: まだ")
        for state in self.query("#tray-state").results(Static):
            state.update(f"{card}  {slip}")

    def _open_slip(self) -> None:
        self.add_class("-looking")
        self.screen.add_class("-looking")
        self.mount(SlipView(self._table.tabletop.last_slip(), self._table.picture, self._close_slip))

    def _close_slip(self) -> None:
        self._table.looking = False
        self.remove_class("-looking")
        self.screen.remove_class("-looking")
        self.query(SlipView).remove()


class People(Static):
    """Everybody at the table, as many as there is room for; a click chooses."""

    def __init__(self, table: _Table, chosen: Callable[[], None]) -> None:
        super().__init__(id="tray-people")
        self._table = table
        self._chosen = chosen

    def render(self) -> Text:
        samples, first = self._table.tabletop.samples(), self._first
        lines = Text(no_wrap=True, overflow="crop")
        for place, sample in enumerate(samples[first : first + max(1, self.size.height)], start=first):
            mark, style = (">", "reverse") if place == self._table.place else (" ", "")
            lines.append(f"{mark} {sample.title}\n", style)
        return lines

    def on_click(self, event: events.Click) -> None:
        place = self._first + event.y
        if place < len(self._table.tabletop.samples()):
            self._table.place = place
            self._chosen()

    @property
    def _first(self) -> int:
        """The first that is shown, so that the chosen one is among them."""
        return max(0, self._table.place - max(1, self.size.height) + 1)


class TrayKey(Static):
    """A key of the tray: small, in its own colours, and never focused."""

    def __init__(self, function: str, label: str, press: Callable[[], None]) -> None:
        super().__init__(f"{function} {label}", markup=False, id=f"tray-{function.lower()}")
        self.function = function.lower()
        self.press = press

    def on_click(self) -> None:
        self.press()


class SlipView(VerticalScroll):
    """The last slip, in place of the kiosk until it is closed."""

    def __init__(self, slip: Path | None, picture: Callable[[Path], Widget] | None, close: Callable[[], None]) -> None:
        super().__init__()
        self._slip = slip
        self._picture = picture
        self._close = close

    def compose(self) -> ComposeResult:
        yield TrayKey("F6", _("とじる"), self._close)
        if self._slip is None:
            yield Static(_("受付票はまだありません。"))
            return
        yield Static(str(self._slip), id="slip-path", markup=False)
        if self._picture is None:
            yield Static(_("この端末では絵を出せません。上のファイルを開いてください。"))
        else:
            yield self._picture(self._slip)
