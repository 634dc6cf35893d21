"""The words and the fields of a question that is typed, and what gives way where there is no room for all of it."""

from __future__ import annotations

from textual import events
from textual.containers import Container, Vertical
from textual.widget import Widget

from screens.widgets.prose import Prose, ReadAloud

PICTURE_ROWS = 5
"""A picture of fewer rows shows nothing."""


class Illustration(Container):
    """The room that is left for a picture, with the picture where that is enough."""

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < PICTURE_ROWS, "-too-low")


class Asked(Vertical):
    """The words and the fields. Without room for all of it, the help gives way to what is said of the digits."""

    def on_resize(self) -> None:
        self.make_room()

    def make_room(self) -> None:
        """Hide what does not fit: a message that says nothing new, then the help."""
        room = self.content_size
        if not room.area:
            return
        for message in self.query("#message").results(Prose):
            # Only on a small panel, where no key stands below it that would move under a finger.
            idle = message.idle and self.screen.has_class("-small")
            message.display = True
            self._show_help(shown=True)
            if idle and self._needed > room.height:
                message.display = False
            if self._needed > room.height:
                for words in self.query("#asked > .help").results(ReadAloud):
                    words.bare_words()
            self._show_help(shown=self._needed <= room.height)

    def _show_help(self, *, shown: bool) -> None:
        for words in self.query("#asked > .help"):
            words.display = shown

    @property
    def _needed(self) -> int:
        """Rows of everything but the picture."""
        return sum(self._rows_of(child) for child in self.children if child.display and child.id != "illustration")

    def _rows_of(self, child: Widget) -> int:
        styles, room = child.styles, self.content_size
        if styles.height is not None and styles.height.is_cells:
            return int(styles.height.value) + styles.margin.height
        content = child.get_content_height(room, self.screen.size, room.width - child.gutter.width)
        return content + child.gutter.height + styles.margin.height
