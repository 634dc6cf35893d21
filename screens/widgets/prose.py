"""Words that are read: titles and help, with line breaks where a reader breathes, and furigana for who wants them."""

from __future__ import annotations

from rich.text import Text
from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget

from screens.ruby import lines_of
from screens.widgets.words import Words


class Prose(Words):
    """Words in as few lines as the width allows, none of them torn; larger for those who asked for it."""

    idle = False
    """Whether it says nothing new, and may give way."""

    def __init__(self, words: str, *, dom_id: str | None = None, classes: str | None = None) -> None:
        super().__init__(words, id=dom_id, classes=classes, markup=False)

    def say(self, words: str) -> bool:
        """Take other words, and tell whether they need more rows or fewer: only then the screen is laid out anew."""
        if words == self.content:
            return False
        before = self._rows_needed
        self.update(words, layout=False)
        self.clear_cached_dimensions()
        moves = self._rows_needed != before
        if moves:
            self.refresh(layout=True)
        return moves

    @property
    def _rows_needed(self) -> int:
        least = self.styles.min_height
        # What it stands in: `container_size` is the room that it was given at last, in which larger letters never fit.
        around = self.parent.content_size if isinstance(self.parent, Widget) else self.container_size
        rows = self.get_content_height(around, self.app.size, self.content_size.width)
        return max(rows, int(least.value) if least is not None and least.is_cells else 0)


class ReadAloud(Prose):
    """The same with the readings of its kanji above them, in kana of half width: two of them are as wide as a kanji."""

    MAY_GROW = False
    bare = False
    """Whether there is no room for readings."""

    def render(self) -> RenderResult:
        if self.bare:
            return super().render()
        lines = lines_of(str(self.content), self.content_size.width)
        return Text("\n".join(row for line in lines for row in line.rows), no_wrap=True, overflow="crop")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        if self.bare:
            return super().get_content_height(container, viewport, width)
        return sum(len(line.rows) for line in lines_of(str(self.content), width))

    def bare_words(self) -> None:
        """Readings give way: what is asked has to stand whole."""
        self.bare = True
        self.clear_cached_dimensions()
        self.refresh(layout=True)
