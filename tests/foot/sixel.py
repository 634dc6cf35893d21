"""The dots that a terminal is told with sixel (DEC STD 070): a reader for what this project writes."""

from __future__ import annotations

import re

from PIL import Image

from tests.foot.show import Colour

_BODY = re.compile(r"\x1bP[\d;]*q(.*?)\x1b\\", re.S)
_SIZE = re.compile(r'"\d+;\d+;(\d+);(\d+)')
_TOKEN = re.compile(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|(\$)|(-)")
_LINES = 6
"""Dots that one character holds, one below the other."""


def decoded(told: str) -> Image.Image:
    """The picture in what the terminal is told; raises ValueError when there is none, or one without its size."""
    body = _BODY.search(told)
    size = body and _SIZE.match(body[1])
    if not body or not size:
        raise ValueError("no sixel picture with its size")
    image = Image.new("RGB", (int(size[1]), int(size[2])))
    palette: dict[str, Colour] = {}
    ink, x, top = "", 0, 0
    for token in _TOKEN.finditer(body[1], size.end()):
        colour, red, green, blue, times, repeated, single, start, feed = token.groups()
        if colour:
            ink = colour
            if red:
                palette[ink] = (_octet(red), _octet(green), _octet(blue))
        elif start:
            x = 0
        elif feed:
            x, top = 0, top + _LINES
        else:
            bits = ord(repeated or single) - ord("?")
            end = x + int(times or 1)
            for line in range(_LINES):
                if bits >> line & 1 and top + line < image.height:
                    image.paste(palette[ink], (x, top + line, end, top + line + 1))
            x = end
    return image


def _octet(hundredths: str) -> int:
    return round(int(hundredths) * 255 / 100)
