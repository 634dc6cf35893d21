"""Parts of the demo's table: its keys, and the list of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual import events
from textual.widgets import Static

from screens.tray_table import Sample


def say(static: Static, words: str) -> None:
    """Show these words; what stands there already is not painted again."""
    if static.content != words:
        static.update(words)


class TrayKey(Static):
    """A key of the tray: small, in its own colours, and never focused."""

    def __init__(self, function: str, label: str, press: Callable[[], None], short: str = "") -> None:
        """`short` is the label where the keys stand beside each other and are many."""
        super().__init__(f"{function} {label}", markup=False, id=f"tray-{function.lower()}")
        self.function = function.lower()
        self.press = press
        self._long, self._short = f"{function} {label}", f"{function} {short or label}"

    def fit(self, *, short: bool) -> None:
        """Take the label for that room."""
        self.update(self._short if short else self._long)

    def on_click(self) -> None:
        self.press()


class People(Static):
    """Everybody at the table, as many as there is room for; a click chooses."""

    def __init__(self, samples: Callable[[], Sequence[Sample]], choose: Callable[[int], None], place: int) -> None:
        super().__init__(id="tray-people")
        self._samples = samples
        self._choose = choose
        self._place = place

    def mark(self, place: int) -> None:
        """Show that this one is chosen."""
        self._place = place
        self.refresh()

    def render(self) -> Text:
        samples, first = self._samples(), self._first
        lines = Text(no_wrap=True, overflow="crop")
        for place, sample in enumerate(samples[first : first + max(1, self.size.height)], start=first):
            mark, style = (">", "reverse") if place == self._place else (" ", "")
            lines.append(f"{mark} {sample.title}\n", style)
        return lines

    def on_click(self, event: events.Click) -> None:
        place = self._first + event.y
        if place < len(self._samples()):
            self._choose(place)

    @property
    def _first(self) -> int:
        """The first that is shown, so that the chosen one is among them."""
        return max(0, self._place - max(1, self.size.height) + 1)
