"""Screens that ask before they act: nothing happens before `y`, and a scanner types no `y`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from kiosk.locale import _
from screens.staff.base import StaffScreen
from screens.staff.commands import Command, moves
from screens.staff.lines import Look, Paragraph, Part
from screens.staff.watched import Watched
from screens.staff.widgets.pager import Pager

if TYPE_CHECKING:
    from screens.staff.app import StaffApp


class ConfirmScreen(StaffScreen):
    """Acts once for one `y`, and says in its own line what came of it."""

    def __init__(self, app: StaffApp, watched: Watched, heading: str) -> None:
        super().__init__(app, watched)
        self.terminal = watched
        self.heading = heading
        self.busy = False
        self.over = False
        """Whether what it asked for is done: it only waits to be taken away, and no `y` counts."""

    def band(self) -> list[Part]:
        return [Part(f" {self.heading} ", Look.BAND), *super().band()]

    def begin(self, work: Coroutine[object, object, None], *, writes: bool = True) -> None:
        """Do it; meanwhile no `y` counts. `writes`: it changes something at the terminal."""

        async def once() -> None:
            try:
                await work
            finally:
                self.busy = False
                self.redraw()

        self.busy = True
        self.say(_("待っています"))
        self.redraw()
        self.staff.begin(once(), self, writes=writes)

    def ready(self) -> None:
        """It can be tried again."""
        self.busy = False

    def done(self, words: str, *, good: bool = True) -> None:
        """It is over: back to where it was asked for, and say so there, when what stands above was read."""

        def told() -> None:
            self.back()
            for screen in self.staff.board_screens[-1:]:
                screen.say(words, good=good)

        self.over = True
        self.staff.errands.when_read(told)

    def yes(self) -> Command:
        """The key that acts."""
        return Command("y", "y", _("はい"), self._yes)

    def _yes(self) -> None:
        if self.fresh:
            self.say(_("よければ、もう一度 y を押してください"))
        elif not self.busy and not self.over:
            self.act()

    def _act(self, name: str) -> None:
        if name == "y" and (self.busy or self.over):
            return  # what was said of the first one stays: it may be that nobody knows yet
        super()._act(name)

    def act(self) -> None:
        """It was confirmed."""


class AskScreen(ConfirmScreen):
    """One question."""

    def __init__(
        self,
        app: StaffApp,
        watched: Watched,
        heading: str,
        page: Sequence[Paragraph],
        act: Callable[[AskScreen], None],
    ) -> None:
        super().__init__(app, watched, heading)
        self._page = tuple(page)
        self._do = act

    def body(self) -> ComposeResult:
        yield Pager("text", self.site.fold)

    def draw(self) -> None:
        self.query_one("#text", Pager).put([Paragraph(""), *self._page])

    def commands(self) -> Iterator[Command]:
        yield self.yes()
        yield Command("n", "n", _("いいえ"), self.back)
        yield Command("escape", "Esc", _("もどる"), self.back)
        yield from moves(_("めくる"), lambda key: self.query_one("#text", Pager).move(key))

    def act(self) -> None:
        self._do(self)
