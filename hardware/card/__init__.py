"""The card reader and the My Number card, over PC/SC.

`PcscReader` in `reader.py` is the port; below it stand, one file each: the card's profile (`myna`), the guard that lets
only known commands through (`guard`), the connection (`pcsc`) and the thread that watches the readers (`monitor`).
"""

from __future__ import annotations

import logging

# Without a handler of its own, Python would write warnings to stderr, which belongs to the screen.
logging.getLogger(__name__).addHandler(logging.NullHandler())
