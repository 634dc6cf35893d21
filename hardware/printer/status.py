"""What a printer says of itself: the answers to DLE EOT, which it gives at once even when it is out of paper."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from kiosk.ports.printer import PaperState


class Topic(Enum):
    """n of DLE EOT n, in the order in which they are asked: what matters most comes first."""

    PAPER = 4
    OFFLINE_CAUSE = 2
    PRINTER = 1

    @property
    def question(self) -> bytes:
        """The three bytes of the question."""
        return bytes((0x10, 0x04, self.value))


# Every answer has bits 1 and 4 set, and 0 and 7 clear; nothing else that a printer sends has.
_FIXED_MASK, _FIXED = 0x93, 0x12

_PAPER_NEAR_END = 0x0C
_PAPER_END = 0x60
_COVER_OPEN = 0x04
_STOPPED_FOR_PAPER = 0x20
_ERROR = 0x40
_OFFLINE = 0x08


def is_answer(octet: int) -> bool:
    """Whether the byte can be an answer to DLE EOT."""
    return octet & _FIXED_MASK == _FIXED


def judge(answers: Mapping[Topic, int]) -> PaperState:
    """The state that the answers tell; a topic without an answer tells nothing, no answer at all is UNKNOWN."""
    if not answers:
        return PaperState.UNKNOWN
    paper, cause, printer = (answers.get(topic, 0) for topic in Topic)
    if cause & _COVER_OPEN:
        # With the cover open the paper sensors see no paper either.
        return PaperState.COVER_OR_OFFLINE
    if paper & _PAPER_END or cause & _STOPPED_FOR_PAPER:
        return PaperState.OUT
    if cause & _ERROR or printer & _OFFLINE:
        return PaperState.COVER_OR_OFFLINE
    return PaperState.NEAR_END if paper & _PAPER_NEAR_END else PaperState.OK
