"""Draws slips beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kiosk.checkin.visit import Visit
from kiosk.ports.printer import Slip
from kiosk.slip.content import SlipSite, slip_content
from kiosk.slip.examinee import drawn, in_printers_letters
from kiosk.slip.keys import SigningKey
from kiosk.slip.lines import slip_lines
from kiosk.slip.payload import sign


class SlipPress:
    """The port `Slips`: content, signature, QR and layout of a visit, always the same for the same visit."""

    def __init__(self, site: Callable[[], SlipSite], key: SigningKey) -> None:
        """`site` is asked for every slip: whether a simulator answers is known only once the gateway has said so."""
        self._site = site
        self._key = key

    async def draw(self, visit: Visit) -> Slip:
        """The visit's slip. Raises FontMissing, which `warm_up` finds before anybody is served."""
        return await asyncio.to_thread(self._draw, visit)

    async def warm_up(self) -> None:
        """Load the typeface and the drawing libraries, so that the first examinee does not wait for them.

        Raises FontMissing.
        """
        await asyncio.to_thread(_load_libraries)

    def _draw(self, visit: Visit) -> Slip:
        from kiosk.slip.fonts import has_stand_in
        from kiosk.slip.layout import draw

        qr = sign(visit, self._key)
        site = self._site()
        reads = visit.draft.language
        content = slip_content(visit, site, drawn(reads, every_letter=has_stand_in()))
        in_text = slip_content(visit, site, in_printers_letters(reads))
        return Slip(draw(content, qr, site.head), qr, slip_lines(in_text, site.head))


def _load_libraries() -> None:
    import joserfc.jws  # noqa: F401 (loaded here for `sign`)

    from kiosk.slip.fonts import Weight, has_stand_in, load_font
    from kiosk.slip.qr import draw_qr

    draw_qr("0", 100, 1)
    for weight in Weight:
        load_font(weight, 24)
    has_stand_in()
