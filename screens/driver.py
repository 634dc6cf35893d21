"""A terminal of which keys, touches and pastes are heard, as far as a screen has a use for them, and nothing else.

Textual 8.2.8 lets a broken character or an odd sequence end the program, is deaf after a paste that has no end, and
heeds sizes and signals that neither the kiosk nor the staff's board has a use for.
"""

from __future__ import annotations

import os
import selectors
import signal
from codecs import getincrementaldecoder
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard

from textual import events, messages
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

if TYPE_CHECKING:
    from types import FrameType

    from textual.message import Message

MOST_COLUMNS, MOST_ROWS = 400, 120
"""Larger than any screen; a terminal of ten thousand columns would be painted for minutes."""
LOOK_SECONDS = 0.1
"""How often the end is looked for, and whether an escape stays alone."""
READ_OCTETS = 4096
PASTE_SECONDS = 1.0
"""A paste that was silent for so long is over; one that has no end is over with the first key after so long."""
KEY_OCTETS = 16
"""What comes at once and is no longer is a key or a touch; what is pasted comes in pieces that are longer."""
Heard = events.Key | events.MouseEvent | events.Paste | messages.TerminalSupportsSynchronizedOutput


class Paste:
    """What is being pasted: its beginning is kept, as far as somebody wants it."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._began = self._last = monotonic()
        self._text = ""

    def add(self, character: str) -> None:
        self._last = monotonic()
        if len(self._text) < self._longest + len(BRACKETED_PASTE_END):
            self._text += character

    def over(self, count: int) -> bool:
        """Whether so many octets that come now belong to it no more, though its end did not come."""
        now = monotonic()
        return now - self._last >= PASTE_SECONDS or (now - self._began >= PASTE_SECONDS and count <= KEY_OCTETS)

    @property
    def text(self) -> str:
        return self._text.removesuffix(BRACKETED_PASTE_END)[: self._longest]


class Ear:
    """Makes keys, touches and pastes of what the terminal sends. Broken parts are dropped; what follows is heard."""

    def __init__(self, *, touches: bool = True, longest_paste: int = 0) -> None:
        """Of a paste so many characters are heard; with 0 none is. One that has no end is dropped."""
        self._touches = touches
        self._longest_paste = longest_paste
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._parser = XTermParser()
        self._tail = ""
        self._paste: Paste | None = None

    def hear(self, octets: bytes) -> Iterator[Heard]:
        """What these octets, after all before them, are."""
        if self._paste and self._paste.over(len(octets)):
            self._paste = None
        for character in self._decoder.decode(octets):
            self._tail = (self._tail + character)[-len(BRACKETED_PASTE_START) :]
            if self._paste:
                self._paste.add(character)
                if self._tail == BRACKETED_PASTE_END:
                    if text := self._paste.text:
                        yield events.Paste(text)
                    self._paste = None
                continue
            yield from self._heard(character)
            if self._tail == BRACKETED_PASTE_START:
                self._parser = XTermParser()  # Textual's would listen for nothing but the end
                self._paste = Paste(self._longest_paste)

    def wait(self) -> Iterator[Heard]:
        """What is known now that a moment has gone by: an escape that stayed alone was the key."""
        yield from filter(self._is_heard, list(self._parser.tick()))

    def _heard(self, character: str) -> list[Heard]:
        try:
            return list(filter(self._is_heard, list(self._parser.feed(character))))
        except Exception:
            # A sequence with numbers that make no sense; there is nobody to whom one could tell it.
            self._parser = XTermParser()
            return []

    def _is_heard(self, message: Message) -> TypeGuard[Heard]:
        match message:
            case events.Key(character=character):
                return character is None or not any(0xD800 <= ord(part) < 0xE000 for part in character)
            case events.MouseMove(button=0):
                return False  # a pointer without a finger: nothing is under it
            case events.MouseEvent():
                return self._touches
            case messages.TerminalSupportsSynchronizedOutput():
                return True
            case _:
                return False  # sizes, a window that lost its focus, places of a cursor


class SafeDriver(LinuxDriver):
    """Draws as Textual's does, in sizes that a screen can have; hears with an `Ear`."""

    DEAF_TO: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGQUIT, signal.SIGTSTP)
    """What a keyboard can send and nothing heeds."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in self.DEAF_TO:
            signal.signal(number, _ignore)  # unlike SIG_IGN nothing that children inherit
        self._size_waits = False
        # Whoever was stopped goes on where they were: Textual's would read the keys with one thread more.
        signal.signal(signal.SIGCONT, signal.SIG_DFL)

    def ear(self) -> Ear:
        """What it hears with."""
        return Ear()

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's has no types
        signal.signal(signal.SIGWINCH, self._resized)

    def run_input_thread(self) -> None:
        ear = self.ear()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(LOOK_SECONDS):
                    octets = self._read()
                    if not octets:
                        self._app.call_later(self._app.exit)  # the terminal is gone: nobody can be served here
                        return
                    for heard in ear.hear(octets):
                        self.process_message(heard)
                for heard in ear.wait():
                    self.process_message(heard)

    def _resized(self, _number: int, _frame: FrameType | None) -> None:
        """However often: the loop asks for the size once when it comes to it."""
        if not self._size_waits:
            self._size_waits = True
            self._loop.call_soon_threadsafe(self._tell_size)

    def _tell_size(self) -> None:
        self._size_waits = False
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, READ_OCTETS)
        except OSError:  # what a terminal that was hung up answers
            return b""

    def _get_terminal_size(self) -> tuple[int, int]:
        columns, rows = super()._get_terminal_size()
        return min(columns, MOST_COLUMNS), min(rows, MOST_ROWS)

    def _query_in_band_window_resize(self) -> None:
        """Sizes come from the kernel."""


class KioskDriver(SafeDriver):
    """The kiosk's: keys and touches, and no signal of a keyboard ends it. systemd does, with SIGTERM."""

    DEAF_TO = (signal.SIGINT, *SafeDriver.DEAF_TO)

    # What is not asked for does not come, where the terminal keeps to it.

    def _enable_mouse_support(self) -> None:
        self.write("\x1b[?1000h\x1b[?1002h\x1b[?1006h")

    def _disable_mouse_support(self) -> None:
        self.write("\x1b[?1006l\x1b[?1002l\x1b[?1000l")

    def _enable_bracketed_paste(self) -> None:
        """Nobody pastes here."""


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """A signal that changes nothing."""
