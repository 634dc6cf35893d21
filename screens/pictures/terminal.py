"""Asking the terminal whether it shows pictures. Only before the app starts: then Textual reads every answer."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from screens.pictures.graphics import Graphics, Pictures

SHOW = ("foot",)
"""Names of terminals worth asking; one that does not answer would hold up the first frame for a tenth of a second."""
PLAIN = ("linux", "dumb", "vt")
"""Those without enough colours for a picture."""
SIXEL = "4"
"""In the answer to DA1 (primary device attributes)."""
SECONDS = 0.5
"""Time for the answer; one that comes later would be taken for keys, and foot has to draw its window first."""


def graphics_of_terminal(name: str, *, ask_any: bool = False) -> Graphics:
    """What the terminal called `name` (`TERM`) shows; half blocks where there is nobody to ask.

    `ask_any` asks terminals of every name: worth it for a demonstration on somebody's own machine.
    """
    if name.startswith(PLAIN):
        return Graphics(Pictures.NONE)
    keyboard, screen = sys.__stdin__, sys.__stdout__
    if keyboard is None or screen is None or not keyboard.isatty() or not screen.isatty():
        return Graphics()
    return _asked(screen) if ask_any or name.startswith(SHOW) else Graphics()


def _asked(screen: TextIO) -> Graphics:
    # This module of the library alone: the whole of it loads Pillow, which the first frame does not need.
    # What it logs of a terminal that does not answer would stand on that terminal where nobody has set up a log.
    from textual_image._terminal import TerminalError, capture_terminal_response, get_cell_size

    logging.getLogger("textual_image").addHandler(logging.NullHandler())
    try:
        with capture_terminal_response("\x1b[?", "c", SECONDS) as answer:
            screen.write("\x1b[c")
            screen.flush()
        has_sixel = SIXEL in answer.sequence.removeprefix("\x1b[?").removesuffix("c").split(";")
        cell = get_cell_size()
    except (TerminalError, TimeoutError, OSError, ZeroDivisionError) as silence:  # a serial line may have no columns
        logging.getLogger(__name__).info("the terminal does not say whether it shows pictures: %s", silence)
        return Graphics()
    return Graphics(Pictures.SIXEL, (cell.width, cell.height)) if has_sixel else Graphics()
