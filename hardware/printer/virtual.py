"""A printer whose paper is a folder: every slip becomes a PNG. For the demonstration and for trying things out."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.printer.escpos import encode
from hardware.printer.proof import load_libraries, prove
from kiosk.ports.printer import PaperState, PrinterFailure, PrinterFault, Slip

if TYPE_CHECKING:
    from PIL.Image import Image

KEPT = 200
"""Slips that stay in the folder; older ones go, as paper does."""


class FolderPrinter:
    """The port `Printer` on a folder. The slips go through the same bytes and the same proof as on a real printer."""

    def __init__(self, folder: Path, head_dots: int, *, cut: bool) -> None:
        self._folder = folder
        self._head_dots = head_dots
        self._cut = cut
        self._one_at_a_time = asyncio.Lock()
        self.last: Path | None = None
        """The newest slip, once there is one."""

    async def print(self, slip: Slip) -> None:
        """Write `slip-N.png`, N counting up. Raises PrinterFailure."""
        async with self._one_at_a_time:
            try:
                self.last = await asyncio.to_thread(self._write, slip)
            except OSError as refused:
                raise PrinterFailure(PrinterFault.UNREACHABLE) from refused

    async def warm_up(self) -> None:
        """Load the libraries, so that the first examinee does not wait for them."""
        await asyncio.to_thread(load_libraries)

    async def paper(self) -> PaperState:
        """A folder always has paper."""
        return PaperState.OK

    def _write(self, slip: Slip) -> Path:
        if slip.image.width != self._head_dots:
            raise PrinterFailure(PrinterFault.QR_UNREADABLE)
        image = prove(encode(slip.image, cut=self._cut), slip)
        return save_picture(image, self._folder)


def save_picture(image: Image, folder: Path) -> Path:
    """Put the picture into the folder as the next `slip-N.png`, complete from the first moment. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = sorted(int(file.stem[5:]) for file in folder.glob("slip-*.png") if file.stem[5:].isdecimal())
    for old in numbers[: -KEPT + 1]:
        _file(folder, old).unlink(missing_ok=True)
    target = _file(folder, numbers[-1] + 1 if numbers else 1)
    draft = folder / f".{target.name}.{secrets.token_hex(4)}"
    try:
        image.save(draft, format="PNG")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def _file(folder: Path, number: int) -> Path:
    return folder / f"slip-{number:05d}.png"
