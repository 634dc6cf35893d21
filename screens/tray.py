"""The demo's table beside the kiosk: sample people with their cards, tickets and papers. No part of the kiosk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from time import monotonic

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import spoken
from screens.base import Beside
from screens.question import QuestionScreen
from screens.reading import JAPANESE
from screens.tour_told import Caption
from screens.tray_hints import hint
from screens.tray_parts import People, TrayKey, say
from screens.tray_table import Sample, Tabletop
from screens.tray_views import LOOK_SECONDS, FaultView, FolderView, HelpView, Picture, SlipView, TrayView, pictures

LEAVE = "f9"
"""The key that ends the demo; the kiosk itself has none."""
NOTE_SECONDS = 5.0
"""How long the table says what came of a look into the face reader."""


class Looking(Enum):
    """What is looked at in place of the kiosk; the value is the key that opens and closes it."""

    SLIP = "f6"
    FOLDERS = "f8"
    HELP = "f10"
    FAULTS = "f12"


@dataclass(slots=True)
class _Table:
    """What outlives one screen: who is chosen, what is being looked at, and what is to be said."""

    tabletop: Tabletop
    picture: Picture | None
    place: int = 0
    looking: Looking | None = None
    note: str = ""
    noted_at: float = 0.0

    @property
    def sample(self) -> Sample:
        samples = self.tabletop.samples()
        return samples[self.place % len(samples)]

    def say(self, note: str) -> None:
        self.note, self.noted_at = note, monotonic()

    @property
    def said(self) -> str:
        return self.note if monotonic() - self.noted_at < NOTE_SECONDS else ""


def tray_beside(tabletop: Tabletop) -> Callable[[], Tray]:
    """The `beside` of `KioskApp`. To be called before the app runs: the terminal is asked here for its pictures."""
    table = _Table(tabletop, pictures())
    return lambda: Tray(table)


class Tray(Beside):
    """The table. Its keys are F1 to F10, F12 and the mouse; digits, arrows and the focus are the kiosk's."""

    def __init__(self, table: _Table) -> None:
        super().__init__()
        self._table = table
        self._focused_before: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="tray-table"):
            with Horizontal(id="tray-head"):
                yield Static(id="tray-title", markup=False)
                yield TrayKey("F10", "説明 Help", lambda: self._look_at(Looking.HELP), "説明")
                yield TrayKey("F9", "終わる", self.app.exit)
            yield Static(id="tray-next", markup=False)
            yield People(self._table.tabletop.samples, self._choose, self._table.place)
            with Horizontal(id="tray-who"):
                yield TrayKey("F1", "前の人", lambda: self._turn(-1))
                yield Static(id="tray-name", markup=False)
                yield TrayKey("F2", "次の人", lambda: self._turn(1))
            yield Static(id="tray-sample", markup=False)
            with Container(id="tray-actions"):
                yield from self._actions()
            yield Static(id="tray-state", markup=False)

    def _actions(self) -> Iterator[TrayKey]:
        yield TrayKey("F3", "カードを置く", self._insert)
        yield TrayKey("F4", "カードを抜く", self._pull, "抜く")
        yield TrayKey("F5", "受診券をかざす", self._scan, "受診券")
        yield TrayKey("F6", "受付票を見る", lambda: self._look_at(Looking.SLIP), "受付票")
        if self._table.tabletop.has_face_reader:
            yield TrayKey("F7", "顔認証付きカードリーダーを使う", self._use_face_reader, "顔認証")
        if self._table.tabletop.folder is not None:
            yield TrayKey("F8", "フォルダーを見る", lambda: self._look_at(Looking.FOLDERS), "フォルダ")
        if self._table.tabletop.mishaps():
            yield TrayKey("F12", "故障を起こす・直す", lambda: self._look_at(Looking.FAULTS), "故障")

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self._show_state)
        if self._table.looking is not None:
            self._look_at(self._table.looking)

    def on_resize(self) -> None:
        self._show()

    def on_click(self, event: events.Click) -> None:
        """A click on the table is none on the kiosk."""
        event.stop()

    def take_key(self, key: str) -> bool:
        """Act on a key of the tray's; False for one of the kiosk's. While something is looked at, it takes them all."""
        if key == LEAVE:
            self.app.exit()
            return True
        looking = self._table.looking
        if looking is not None:
            if any(view.take_key(key) for view in self.query(TrayView)):
                return True
            if key in ("escape", "enter", looking.value):
                self._put_away()
            return True
        for mine in self.query(TrayKey):
            if mine.function == key:
                mine.press()
                return True
        return False

    # What its keys do.

    def _turn(self, step: int) -> None:
        self._choose((self._table.place + step) % len(self._table.tabletop.samples()))

    def _choose(self, place: int) -> None:
        self._table.place = place
        self._show()

    def _insert(self) -> None:
        self._table.tabletop.insert(self._table.sample.key)
        self._show_state()

    def _pull(self) -> None:
        self._table.tabletop.pull()
        self._show_state()

    def _scan(self) -> None:
        self._table.tabletop.scan(self._table.sample.key)

    def _use_face_reader(self) -> None:
        table, key = self._table, self._table.sample.key
        # In a thread, and of the app: the gateway may take its time, and this screen may be gone by then.
        self.app.run_worker(lambda: table.say(table.tabletop.look(key)), thread=True)

    def _look_at(self, looking: Looking) -> None:
        self._table.looking = looking
        self._focused_before = self.screen.focused.id if self.screen.focused is not None else None
        self.add_class("-looking")
        self.screen.add_class("-looking")
        self.mount(self._view(looking))

    def _put_away(self) -> None:
        self._table.looking = None
        self.remove_class("-looking")
        self.screen.remove_class("-looking")
        self.query(TrayView).remove()
        screen, back_to = self.screen, self._focused_before
        if isinstance(screen, QuestionScreen):
            # What was hidden has lost the focus, and it is hidden until the next layout.
            screen.set_focus(None)
            screen.call_after_refresh(lambda: screen.focus_on(back_to))

    def _view(self, looking: Looking) -> TrayView:
        tabletop = self._table.tabletop
        if looking is Looking.HELP:
            return HelpView(tabletop.settings_file, self._put_away)
        if looking is Looking.FAULTS:
            return FaultView(tabletop.mishaps, tabletop.toggle, self._put_away)
        if looking is Looking.FOLDERS and tabletop.folder is not None:
            return FolderView(tabletop.folder, tabletop.shelves, self._put_away)
        return SlipView(tabletop.last_slip(), self._table.picture, self._put_away)

    # What it shows.

    def _title(self) -> str:
        """What all this is, and what to do next; in one line where there is no room for more."""
        practice, said = "練習用・架空の人", self._said
        if self._side:
            return practice
        if said:
            return said
        # One line has room for one language: whoever reads the kiosk in another one reads English here.
        asked = self._hint
        return f"{practice}  > {asked.japanese}" if spoken() in JAPANESE else f"> {asked.english}"

    def _next(self) -> str:
        """What to do next, in both languages, where there is room."""
        return self._said or f"> {self._hint.japanese}\n  {self._hint.english}"

    @property
    def _said(self) -> str:
        return self._table.said or self._table.tabletop.note()

    @property
    def _side(self) -> bool:
        return self.screen.has_class("-side")

    @property
    def _hint(self) -> Caption:
        screen = self.screen
        return hint(
            screen.question if isinstance(screen, QuestionScreen) else None,
            self._table.sample,
            holds_card=self._table.tabletop.holds_card,
        )

    def _show(self) -> None:
        sample, samples = self._table.sample, self._table.tabletop.samples()
        place, side = self._table.place % len(samples), self._side
        name = f"{place + 1}/{len(samples)} {sample.title}"
        facts = [
            f"暗証番号 {sample.pin}" if sample.pin else "カードなし",
            f"整理番号 {sample.ticket}" if sample.ticket else "受診券なし",
        ]
        if sample.face_code:
            facts.append(f"照合番号B {sample.face_code}")
        if side:
            about = "\n".join(filter(None, (sample.note, *facts, *sample.paper)))
        else:
            # What is typed has the two lines for itself; the note may be cut.
            name = "  ".join(filter(None, (name, sample.note)))
            about = "  ".join(facts) + "\n" + "  ".join(sample.paper)
        self.query_one("#tray-name", Static).update(name)
        self.query_one("#tray-sample", Static).update(about)
        actions = self.query("#tray-actions TrayKey").results(TrayKey)
        tabletop = self._table.tabletop
        many = tabletop.has_face_reader or tabletop.folder is not None or bool(tabletop.mishaps())
        for key in actions:
            key.fit(short=many and not side)
        for key in self.query("#tray-head TrayKey").results(TrayKey):
            key.fit(short=side)
        self.query_one(People).mark(place)
        self._show_state()

    def _show_state(self) -> None:
        tabletop = self._table.tabletop
        card = "カード: リーダー" if tabletop.holds_card else "カード: 卓の上"
        slip = "受付票: あります" if tabletop.last_slip() else "受付票: まだ"
        lines = [f"{card}  {slip}"]
        if on := [mishap.name for mishap in tabletop.mishaps() if mishap.on]:
            lines.append(f"故障: {'、'.join(on)}")
        if tabletop.folder is not None:
            lines.append("  ".join(f"{shelf.name} {len(shelf.files)}" for shelf in tabletop.shelves()))
            lines.append(str(tabletop.folder))
        said = {"state": "\n".join(lines), "title": self._title(), "next": self._next()}
        for what, words in said.items():
            for static in self.query(f"#tray-{what}").results(Static):
                say(static, words)
