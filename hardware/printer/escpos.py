"""A drawn slip as ESC/POS bytes: initialise, raster bands (GS v 0), feed, cut.

python-escpos builds them and never opens a device. Its module prints a remark to stdout for paper of unknown width,
installs a log handler and leaves a temporary directory behind: `_library` gives it no occasion to.
"""

from __future__ import annotations

import logging
import os
import shutil
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

BAND_ROWS = 200
"""Rows of one raster command: cheap printers fail on pictures larger than their buffer."""
FEED_LINES = 6
"""Lines between print head and cutter, or tear bar: about 25 mm."""


def encode(image: Image, *, cut: bool) -> bytes:
    """The bytes that print `image`, mode 「1」, and then feed it out and cut it where there is a cutter."""
    library = _library()
    # The width is that of the head, and both cuts are known: what the library would look up in its printer database.
    profile = library.capabilities.Profile(features={"paperPartCut": True, "paperFullCut": True})
    profile.profile_data = {**profile.profile_data, "media": {"width": {"pixels": image.width}}}
    printer = library.printer.Dummy(profile=profile)
    printer.hw("INIT")
    for top in range(0, image.height, BAND_ROWS):
        band = image.crop((0, top, image.width, min(top + BAND_ROWS, image.height)))
        printer.image(band, impl="bitImageRaster")
    if cut:
        # A bridge of paper stays, so that the slip does not fall to the floor.
        printer.cut(mode="PART")
    else:
        printer.print_and_feed(FEED_LINES)
    return bytes(printer.output)


def bands(data: bytes, size: int = 200 * 72 + 8) -> list[bytes]:
    """The bytes in pieces of about one raster band, each of which is sent in one go."""
    return [data[start : start + size] for start in range(0, len(data), size)]


@lru_cache(maxsize=1)
def _library() -> Any:
    """python-escpos, loaded when the first slip is printed."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    import escpos.capabilities
    import escpos.printer

    for handler in [handler for handler in root.handlers if handler not in handlers]:
        # It would write to stderr, on which the screen is drawn.
        root.removeHandler(handler)
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
    return escpos
