"""The receipt printer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PIL.Image import Image


class PrinterFault(Enum):
    """Why a slip did not come out, as far as the printer tells."""

    UNREACHABLE = "unreachable"
    """Nothing listens, or there is no such device: nothing was sent."""
    BROKE_OFF = "broke off"
    """The line broke under a slip: it may be on paper all the same."""
    TIMED_OUT = "timed out"
    PAPER_OUT = "paper out"
    COVER_OR_OFFLINE = "cover or offline"
    QR_UNREADABLE = "qr unreadable"
    """The bytes for the printer did not give back the QR; nothing was sent."""


class PrinterFailure(Exception):
    """A slip did not come out, or not surely."""

    def __init__(self, fault: PrinterFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class PaperState(Enum):
    """What the printer says of itself."""

    OK = "ok"
    NEAR_END = "near end"
    OUT = "out"
    COVER_OR_OFFLINE = "cover or offline"
    UNKNOWN = "unknown"
    """It did not answer; many printers do not."""


class LineStyle(Enum):
    """How a line of text stands on paper."""

    PLAIN = "plain"
    BOLD = "bold"
    LARGE = "large"
    """Twice as wide and high."""
    HUGE = "huge"
    """Four times."""
    INVERSE = "inverse"
    """White on black."""
    QR = "qr"
    """No text: here stands the QR."""


@dataclass(frozen=True, slots=True, repr=False)
class TextLine:
    """One line, no longer than the paper is wide. Its repr shows nothing."""

    text: str
    style: LineStyle = LineStyle.PLAIN
    centred: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Slip:
    """A drawn slip. Its repr shows nothing."""

    image: Image
    """Black on white, mode 「1」, as wide as the print head: 384 or 576 dots."""
    qr: str
    """What its QR must read."""
    lines: tuple[TextLine, ...] = ()
    """The same slip in the printer's own letters, for lines that are too slow for a picture."""


class Printer(Protocol):
    """Something that prints slips."""

    async def print(self, slip: Slip) -> None:
        """Print and cut. Raises PrinterFailure."""
        ...
