"""What every screen of the board has: who and how above, its keys below, a line for what is to be said."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from kiosk.locale import _
from screens.staff.commands import Command, footer, struck
from screens.staff.lines import Line, Look, Paragraph, Part, line, plain, width_of
from screens.staff.site import SMALLEST
from screens.staff.watched import Watched
from screens.staff.widgets.rows import Rows

if TYPE_CHECKING:
    from screens.staff.app import StaffApp

CLOCK_SECONDS = 1
"""How often the clock looks; it shows minutes, and only then anything is sent."""
TALL_ROWS, ROOMY_COLUMNS, WIDE_COLUMNS = 34, 100, 130
"""From here on there is room to be generous."""
LONGEST_NUMBER = 5
"""Digits of a visit's number; more of them are a slip's code."""
GOOD_SECONDS = 60
"""What went well is old news then, and may not be so any more."""
FEWEST_DIGITS = 100
"""A slip's code has about 240; so many do not come from fingers."""
MOST_DIGITS = 600


class StaffScreen(Screen[None]):
    """A screen of the board. The app brings keys straight to it.

    Digits are never commands here: they are the number of a visit or the code of a slip, typed or scanned, and Enter
    opens the visit.
    """

    AUTO_FOCUS = ""
    PERSONAL: ClassVar[bool] = False
    """Whether it tells of a person, and goes by itself when nobody touches a key."""
    takes_letters = False
    """Whether letters are a text here, and no commands."""
    TO_BE_READ: ClassVar[bool] = False
    """Whether nothing that ends by itself may take it away or cover it before somebody confirms that it was read."""

    def __init__(self, app: StaffApp, watched: Watched | None) -> None:
        super().__init__()
        self.staff = app
        self.site = app.site
        self.watched = watched
        self.typed = ""
        """Digits on their way to a number or a code."""
        self.ready_to_draw = False
        """Whether its widgets are there: not yet at first, and no more when it was taken away."""
        self.drawn = False
        """Whether what stands there was broken for the size that it has."""
        self._said: tuple[str, Look] = ("", Look.PLAIN)
        self._said_at = monotonic()
        self._pause: Timer | None = None
        self._shown_at = monotonic()

    # What it looks like.

    def compose(self) -> ComposeResult:
        yield Rows(Look.BAND, dom_id="head")
        yield from self.body()
        yield Rows(dom_id="message")
        yield Rows(dom_id="keys")
        size = "x".join(map(str, SMALLEST))
        yield Static(_("画面が小さすぎます。{size}より大きくしてください。q 終わる").format(size=size), id="small")

    @abstractmethod
    def body(self) -> ComposeResult:
        """What stands between the header and the keys."""

    @abstractmethod
    def commands(self) -> Iterator[Command]:
        """What keys do here, for this user, now."""

    def draw(self) -> None:
        """Bring everything up to date; what did not change is not drawn again."""

    def on_mount(self) -> None:
        self.ready_to_draw = True
        self._shown_at = monotonic()
        self.set_interval(CLOCK_SECONDS, self._tick)
        self.redraw()
        self.staff.catch_up()

    def on_unmount(self) -> None:
        self.ready_to_draw = False

    def on_screen_resume(self) -> None:
        self._shown_at = monotonic()
        self.redraw()

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        self.set_class(height >= TALL_ROWS, "-tall")
        self.set_class(width >= WIDE_COLUMNS, "-wide")
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-small")
        self.drawn = False
        self.call_after_refresh(self.redraw)

    @property
    def fresh(self) -> bool:
        """Whether it has only just appeared."""
        return monotonic() - self._shown_at < self.site.fresh_seconds

    def redraw(self) -> None:
        """Everything, the frame too; what is broken into lines only when there is a size to break it for."""
        if not self.ready_to_draw:
            return
        self.drawn = self.query_one("#head").size.width > 0
        self._draw_head()
        self.draw()
        self._draw_message()
        width, height = self.query_one("#keys").size
        self.query_one("#keys", Rows).show(footer(self._offered(), width, height))

    def band(self) -> list[Part]:
        """The left of the header."""
        return (
            self.watched.band(wide=self.size.width >= ROOMY_COLUMNS)
            if self.watched
            else [Part(_(" 受付端末 "), Look.BAND)]
        )

    def _tick(self) -> None:
        self._draw_head()
        if self._said[1] is Look.GOOD and monotonic() - self._said_at > GOOD_SECONDS:
            self.say("")

    def _draw_head(self) -> None:
        head = self.query_one("#head", Rows)
        if not head.size.width:
            return
        now = self.site.now()
        role = "" if self.watched is None or self.watched.may_act else _("(見るだけ)")
        who = (self.watched.terminal.who() if self.watched else "") or self.site.who
        clock = f" {now.hour}:{now.minute:02d} "
        parts = self.band()
        room = head.size.width - width_of(parts)
        right = plain(f" {who}{role} {clock}")
        if cell_len(right) > room:
            right = clock
        if cell_len(right) > room:
            parts = parts[1:]  # the words come again above the keys; the state and the time do not
            room = head.size.width - width_of(parts)
        head.show([(*parts, Part(" " * max(0, room - cell_len(right)), Look.BAND), Part(right, Look.BAND))])

    # What is said where the key was struck.

    def say(self, words: str, *, wrong: bool = False, good: bool = False) -> None:
        """Say something in the line above the keys; nothing personal."""
        self._said = (words, Look.TROUBLE if wrong else Look.GOOD if good else Look.STRONG)
        self._said_at = monotonic()
        if self.ready_to_draw:
            self._draw_message()

    def warn(self, words: str) -> None:
        """Say that what stands here has just changed; a key that was on its way confirms nothing."""
        self._shown_at = monotonic()
        self.say(words)

    @property
    def said(self) -> str:
        """What stands there."""
        return self._said[0]

    def _draw_message(self) -> None:
        message = self.query_one("#message", Rows)
        if not message.size.width:
            return
        message.show(self._typed_lines() if self.shows_typed else self._said_lines(message.size.width))

    @property
    def shows_typed(self) -> bool:
        """Whether the digits stand in the line above the keys."""
        return bool(self.typed)

    def _said_lines(self, width: int) -> list[Line]:
        words, look = self._said
        mark = "! " if look is Look.TROUBLE else ""
        folded = self.site.fold(plain(mark + words), max(10, width - 2)) if words else []
        return [line(f" {text}", look) for text in folded]

    def _typed_lines(self) -> list[Line]:
        if len(self.typed) > LONGEST_NUMBER:
            words = _("受付票を読んでいます {count}けた").format(count=len(self.typed))
        else:
            words = _("番号 {typed}").format(typed=self.typed)
        return [(Part(f" {words} ", Look.MARK), Part(_("  Enter ひらく  Esc やめる")))]

    # Keys.

    def _offered(self) -> Iterator[Command]:
        yield from self.commands()
        letters = self.takes_letters
        yield Command("q", "" if letters else "q", _("終わる"), self.staff.leave)
        yield Command("ctrl+c", "Ctrl-C" if letters else "", _("終わる"), self.staff.leave)
        yield Command("ctrl+l", "", _("画面を書き直す"), self._draw_anew)

    def _draw_anew(self) -> None:
        self.app.refresh(layout=True)

    def take_key(self, event: events.Key) -> None:
        """A key was struck by a finger."""
        name = struck(event)
        if name.isascii() and name.isdigit() and len(name) == 1:
            self.digit(name)
        elif not (self.typed and self._typing(name)):
            self._act(name)

    def _act(self, name: str) -> None:
        for command in self._offered():
            if command.key == name:
                self.forget_typed()
                self.say("")
                command.act()
                return

    def _typing(self, name: str) -> bool:
        """Whether the key belongs to the digits before it."""
        match name:
            case "enter" | "tab" | "ctrl+j":
                self.whole()
            case "backspace" | "delete":
                self.typed = self.typed[:-1]
                self._draw_message()
            case "escape":
                self.forget_typed()
            case _:
                return False
        return True

    def digit(self, digits: str) -> None:
        """Digits were typed or scanned."""
        self.typed = (self.typed + digits)[: MOST_DIGITS + 1]
        self._draw_message()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(self.site.pause_seconds, self._whole_without_enter)

    def take_burst(self, text: str, ended: bool) -> None:
        """A scanner typed, or an input method, or a piece of what a slow line brings."""
        digits = "".join(text.split())
        if digits.isascii() and digits.isdigit():
            self.digit(digits)
            if ended:
                self.whole()
        elif len(set(text)) > 1:  # one letter again and again is a key that is held down
            self.forget_typed()
            self.staff.errands.not_a_slip(self.watched)

    def whole(self) -> None:
        """The digits are a number or a code: open what they name."""
        typed = self.typed
        self.forget_typed()
        if len(typed) <= LONGEST_NUMBER:
            self.open_number(int(typed))
        else:
            self.staff.errands.show_slip(typed, self.watched)

    def open_number(self, number: int) -> None:
        """Open the visit with that number; the list knows how."""
        self.staff.errands.open_number(number, self.watched)

    def forget_typed(self) -> None:
        """The digits are nothing any more."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        if self.typed:
            self.typed = ""
            self._draw_message()

    def _whole_without_enter(self) -> None:
        if len(self.typed) >= FEWEST_DIGITS:
            self.whole()

    # What the other screens share.

    def news(self, watched: Watched) -> None:
        """A terminal told something."""
        if watched is self.watched:
            self.redraw()

    def back(self) -> None:
        """To the screen before."""
        self.staff.put_away(self)


def paragraphs(texts: Sequence[str], look: Look = Look.PLAIN, *, lead: str = "", indent: int = 0) -> list[Paragraph]:
    """Texts as paragraphs of one kind."""
    return [Paragraph(text, look, indent, lead) for text in texts]
