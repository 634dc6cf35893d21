"""The place beside the kiosk while the tour is played: who is there, and what happens now. No part of the kiosk."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.locale import _
from screens.base import Beside
from screens.burst import MODIFIERS
from screens.tour_told import Told
from screens.tray import LEAVE
from screens.tray_parts import say

GO_ON = "f5"
"""The key that lets it go on by itself again."""
PAPER_COLUMNS = 52
"""Of one paper that is looked at, with its edges."""


class TourTray(Beside):
    """Any key stops the tour, and each one after that brings the next step; F5 lets it go on by itself."""

    def __init__(self, told: Told, yours: Callable[[], Beside]) -> None:
        """`yours` makes what stands here when the tour is over."""
        super().__init__()
        self._told = told
        self._yours = yours

    def compose(self) -> ComposeResult:
        with Horizontal(id="tour-head"):
            yield Static(id="tour-title", markup=False)
            yield Static(id="tour-keys", markup=False)
        yield Static(id="tour-guests", markup=False)
        yield Static(id="tour-who", markup=False)
        with Vertical(id="tour-now"):
            yield Static(id="tour-japanese", markup=False)
            yield Static(id="tour-english", markup=False)

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def on_click(self, event: events.Click) -> None:
        """As any key."""
        event.stop()
        self.take_key("click")

    def take_key(self, key: str) -> bool:
        """Every key is the tour's."""
        told = self._told
        if key in (LEAVE, "ctrl+c"):
            self.app.exit()
        elif key in MODIFIERS:
            pass
        elif told.by_hand and key == GO_ON and not told.over:
            told.by_hand = False
            told.stepped.set()
        elif told.by_hand or told.over:
            told.stepped.set()
        else:
            told.by_hand = True
        self.draw()
        return True

    def draw(self) -> None:
        """Show what is told now."""
        if not self.is_mounted:
            return
        told = self._told
        self._say("title", self._title())
        self._say("keys", self._keys())
        self._say("guests", "\n".join(self._guests()))
        self._say("who", f"{told.who.japanese}\n{told.who.english}")
        self._say("japanese", told.now.japanese)
        self._say("english", told.now.english)
        self._show_papers()

    def hand_over(self) -> None:
        """Make room for the table."""
        self._take_papers_away()
        self.screen.mount(self._yours())
        self.remove()

    def _say(self, what: str, words: str) -> None:
        say(self.query_one(f"#tour-{what}", Static), words)

    def _title(self) -> str:
        told = self._told
        if told.over:
            return _("見学はおわりです")
        count = len(told.titles)
        return _("見学: 架空の五人の受付  {place}/{count}").format(place=max(1, told.place + 1), count=count)

    def _keys(self) -> str:
        if self._told.over:
            return _("どのキーでも、ご自分で試せます  F9 おわる")
        if self._told.by_hand:
            return _("どのキーでも次へ  F5 自動で進む  F9 おわる")
        return _("どのキーでも止まる  F9 おわる")

    def _guests(self) -> list[str]:
        """Who was here, who is, and who is to come."""
        told = self._told
        lines = []
        for place, title in enumerate(told.titles):
            mark = ">" if place == told.place and not told.over else " "
            ending = told.endings[place] if place < len(told.endings) else ""
            lines.append(f"{mark} {place + 1} {title}" + (f"\n    {ending}" if ending else ""))
        return lines

    def _show_papers(self) -> None:
        """What is looked at takes the kiosk's place."""
        papers = self._told.papers
        shown = self.screen.query(Papers)
        if shown and shown.first(Papers).papers == papers:
            return
        self._take_papers_away()
        if papers:
            self.screen.add_class("-papers")
            self.screen.mount(Papers(papers), before=self)

    def _take_papers_away(self) -> None:
        self.screen.query(Papers).remove()
        self.screen.remove_class("-papers")


class Papers(Horizontal):
    """Papers beside each other, as many as there is room for."""

    def __init__(self, papers: tuple[tuple[str, ...], ...]) -> None:
        super().__init__()
        self.papers = papers

    def compose(self) -> ComposeResult:
        for paper in self.papers:
            yield Static("\n".join(paper), classes="paper", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        room = max(1, event.size.width // PAPER_COLUMNS)
        for place, paper in enumerate(self.query(".paper").results(Static)):
            paper.display = place < room
