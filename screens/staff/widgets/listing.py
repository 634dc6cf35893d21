"""A list with one chosen item, as much of it as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from textual import events

from screens.staff.lines import Line, Look, Part, width_of
from screens.staff.widgets.rows import Rows

MARK, NO_MARK = "> ", "  "


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """One item; its key tells it from the others when the list is shown anew."""

    key: str
    lines: tuple[Line, ...]


class Listing(Rows):
    """Arrow keys choose. The chosen one stays chosen when others come and go.

    When it goes itself, none is chosen until a key chooses: Enter must not open the one that came in its place.
    """

    def __init__(
        self,
        dom_id: str,
        nothing: str,
        each: int = 1,
        seen: Callable[[Sequence[str]], None] | None = None,
        *,
        first: bool = True,
    ) -> None:
        """`nothing` stands there without items; an item has `each` rows; `seen` hears which items can be seen.

        Without `first` none is chosen until a key chooses.
        """
        super().__init__(dom_id=dom_id)
        self.nothing = nothing
        self._each = each
        self._seen = seen
        self._items: tuple[Item, ...] = ()
        self._place = self._top = 0
        self._moved, self._lost = False, not first

    @property
    def chosen(self) -> str | None:
        """The key of the chosen item."""
        return self._items[self._place].key if self._items and not self._lost else None

    @property
    def where(self) -> str:
        """「3/25」; 「-/25」 when none is chosen."""
        place = "-" if self._lost else self._place + 1
        return f"{place}/{len(self._items)}" if self._items else "0/0"

    @property
    def room(self) -> int:
        """How many items can be seen at once."""
        return max(1, self.size.height // self._each)

    def put(self, items: Sequence[Item], *, first: bool = False) -> None:
        """Show these items; with `first` go back to the first one, if nobody has chosen another."""
        before = self.chosen
        self._items = tuple(items)
        keys = [item.key for item in self._items]
        if first and not self._moved:
            self._place, self._lost = 0, False
        elif before in keys:
            self._place = keys.index(before)
        elif before is not None:
            self._lost = True
        self._draw()

    def clear(self) -> None:
        """Nothing is chosen and nothing can be opened until another list comes; what stands there stays so long."""
        self._items = ()
        self._place = 0
        self._moved = self._lost = False

    def choose(self, key: str) -> bool:
        """Choose that item; False when it is not in the list."""
        keys = [item.key for item in self._items]
        if key not in keys:
            return False
        self._place = keys.index(key)
        self._moved, self._lost = True, False
        self._draw()
        return True

    def move(self, key: str) -> None:
        """Choose another one: up, down, pageup, pagedown, home or end."""
        far = len(self._items)
        step = {"up": -1, "down": 1, "pageup": -self.room, "pagedown": self.room, "home": -far, "end": far}[key]
        if self._lost and key == "down":
            step = 0  # the one below has come up already
        self._place += step
        self._lost = False
        self._draw()
        self._moved = self._place > 0

    def on_resize(self, _event: events.Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        self._place = max(0, min(self._place, len(self._items) - 1))
        self._top = max(0, min(self._top, self._place, len(self._items) - self.room))
        self._top = max(self._top, self._place - self.room + 1)
        shown = self._items[self._top : self._top + self.room]
        rows = [
            row
            for place, item in enumerate(shown, self._top)
            for row in self._rows(item, place == self._place and not self._lost)
        ]
        self.show(rows if self._items else [(Part(f"  {self.nothing}", Look.QUIET),)])
        if self._seen is not None:
            self._seen([item.key for item in shown])

    def _rows(self, item: Item, chosen: bool) -> list[Line]:
        blank: tuple[Line, ...] = ((),) * (self._each - len(item.lines))
        if not chosen:
            return [(Part(NO_MARK), *parts) for parts in (*item.lines, *blank)]
        marked: list[Line] = []
        for row, parts in enumerate((*item.lines, *blank)):
            lit = tuple(replace(part, look=Look.CHOSEN) for part in parts)
            filling = " " * max(0, self.size.width - len(MARK) - width_of(lit))
            marked.append((Part(NO_MARK if row else MARK, Look.CHOSEN), *lit, Part(filling, Look.CHOSEN)))
        return marked
