"""A key with a picture; what has no room gives way: first what explains the name, then the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from textual import events
from textual.geometry import Region, Spacing
from textual.strip import Strip

from kiosk.ports.voice import KeyWords
from screens.base import kiosk_of
from screens.breaking import broken
from screens.pictures.drawing import Drawing
from screens.widgets.key import Key, Role
from screens.widgets.picture import Easel

BESIDE = Spacing(0, 1, 0, 12)
"""Room for the picture at the left of the words, where the key is wide."""
ABOVE = (Spacing(3, 0, 0, 0), Spacing(2, 0, 0, 0))
"""Room above them, where it is narrow."""
BARE = Spacing(0, 1, 0, 1)
WIDE = 24
"""Columns from which on a key is wide."""
GROUND = "field"


class PictureKey(Key):
    """The picture stands in the padding, which depends on the room that there is."""

    def __init__(
        self,
        labels: Sequence[str],
        drawing: Drawing,
        press: Callable[[], None],
        *,
        heard: KeyWords,
        role: Role = Role.PLAIN,
        bounce_seconds: float = 0.15,
        dom_id: str | None = None,
    ) -> None:
        """`labels` says the same at greater and at lesser length."""
        super().__init__(labels[0], press, heard=heard, role=role, bounce_seconds=bounce_seconds, dom_id=dom_id)
        self._labels = tuple(labels)
        self._easel = Easel(self, drawing, GROUND)

    def on_resize(self, event: events.Resize) -> None:
        edge = self.gutter - self.styles.padding
        # The last row belongs to the frame of the focus.
        width, height = event.size.width - edge.width, event.size.height - edge.height - 1
        padding, label = next(
            (way for way in self._ways(width) if _fits(way[1], width - way[0].width, height - way[0].height)),
            (BARE, self._labels[-1]),
        )
        self.styles.padding = padding
        self.set_class(padding is BESIDE, "-beside")
        self.set_class(padding in ABOVE, "-above")
        if label != self.label:
            self.update(label)

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        room = self._room
        whole = crop.x == 0 and crop.width == self.outer_size.width
        frames = self._easel.frames((room.width, room.height)) if whole and room.area else None
        if frames is None:
            return strips
        rows = frames[0]
        for place, y in enumerate(crop.line_range):
            if room.y <= y < room.bottom:
                strip = strips[place]
                strips[place] = Strip.join([strip.crop(0, room.x), rows[y - room.y], strip.crop(room.right)])
        return strips

    def _ways(self, width: int) -> Iterator[tuple[Spacing, str]]:
        """From the best: where the picture stands, and what is said."""
        pictured = (BESIDE,) if width >= WIDE else ABOVE
        for padding in (*(pictured if kiosk_of(self).graphics.sharp else ()), BARE):
            for label in self._labels:
                yield padding, label

    @property
    def _room(self) -> Region:
        """Where the picture stands in the key; a column is left free between it and the words."""
        padding, gutter = self.styles.padding, self.gutter
        if padding.top:
            return Region(gutter.left, gutter.top - padding.top, self.content_size.width, padding.top)
        if padding.left > 1:
            return Region(gutter.left - padding.left, gutter.top, padding.left - 1, self.content_size.height)
        return Region()


def _fits(label: str, width: int, height: int) -> bool:
    words = (word for word in label.split())
    return len(broken(label, width)) <= height and all(cell_len(word) <= width or not word.isascii() for word in words)
