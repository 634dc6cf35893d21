"""A menu: a key or the arrows choose, the sentence below says what would be done, and `y` does it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from kiosk.locale import _
from screens.staff.commands import Command, moves
from screens.staff.lines import Line, Look, Paragraph, Part
from screens.staff.menu import ConfirmScreen
from screens.staff.widgets.listing import Item, Listing
from screens.staff.widgets.pager import Pager


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu."""

    key: str
    """A digit or a small letter."""
    label: str
    hint: str = ""


class MenuScreen(ConfirmScreen):
    """Chooses one thing of several."""

    FIRST_CHOSEN: ClassVar[bool] = True
    """Whether the first line is chosen at once: not where a `y` struck too soon would stand in the record."""

    def body(self) -> ComposeResult:
        with Container(id="menu"):
            yield Listing("list", "", first=self.FIRST_CHOSEN)
            yield Pager("about", self.site.fold)

    @abstractmethod
    def choices(self) -> Sequence[Choice]:
        """What there is to choose."""

    @abstractmethod
    def about(self, choice: Choice | None) -> Sequence[Paragraph]:
        """What would be done; None while nothing is chosen."""

    @abstractmethod
    def do(self, choice: Choice) -> None:
        """Do it."""

    @property
    def listing(self) -> Listing:
        """The menu's lines."""
        return self.query_one("#list", Listing)

    @property
    def chosen(self) -> Choice | None:
        """The chosen line."""
        return next((choice for choice in self.choices() if choice.key == self.listing.chosen), None)

    def draw(self) -> None:
        self.listing.put([Item(choice.key, (_line(choice),)) for choice in self.choices()])
        self.query_one("#about", Pager).put(self.about(self.chosen))

    def commands(self) -> Iterator[Command]:
        yield self.yes()
        yield Command("escape", "Esc", _("もどる"), self.back)
        yield from moves(_("えらぶ"), self._move)
        yield Command("enter", "", "", self._ask_for_y)
        for choice in self.choices():
            yield Command(choice.key, "", choice.label, partial(self.choose, choice.key))

    def choose(self, key: str) -> None:
        """Choose that line."""
        self.listing.choose(key)
        self.redraw()

    def act(self) -> None:
        if (chosen := self.chosen) is None:
            self.say(_("先に、数字か矢印で選んでください"))
        else:
            self.do(chosen)

    def _ask_for_y(self) -> None:
        self.say(_("よければ y を押してください") if self.chosen else _("先に、数字か矢印で選んでください"))

    def _move(self, key: str) -> None:
        self.listing.move(key)
        self.redraw()


def _line(choice: Choice) -> Line:
    return (Part(f" {choice.key} ", Look.CAP), Part(f"  {choice.label}"), Part(f"  {choice.hint}", Look.QUIET))
