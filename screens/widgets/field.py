"""A field that shows what is being typed, one place for each digit that is still to come."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from kiosk.checkin.person import MASK
from screens.entry import Entry

MOST_PLACES = 11
"""Longer fields show what was typed and a cursor instead of places; their length differs from paper to paper."""


class Field(Static):
    """Draws an entry; holds no digit itself."""

    def __init__(self, entry: Entry, label: str = "", *, hidden: bool = False, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self.entry = entry
        self.label = label
        self.hidden = hidden
        """Whether nobody may see what is typed, nor hear it."""
        self._active = True

    def refresh_entry(self, *, active: bool) -> None:
        """The entry has changed; `active` is the field that takes the next digit."""
        self._active = active
        self.set_class(active, "-active")
        self.refresh()

    def relabel(self, label: str) -> None:
        """Take another label."""
        if label != self.label:
            self.label = label
            self.refresh()

    def render(self) -> Text:
        typed = len(self.entry)
        shown = [MASK] * typed if self.hidden else [f"{character} " for character in self.entry.text]
        if self.entry.limit <= MOST_PLACES:
            rest = ["＿"] * (self.entry.limit - typed)
            line = " ".join(shown + rest)
        else:
            line = "".join(part.strip() for part in shown) + ("＿" if self._active and not self.entry.full else "")
        return Text(f"{self.label}  {line}" if self.label else line, no_wrap=True, overflow="crop")
