"""What the answers to DLE EOT mean."""

from __future__ import annotations

import pytest

from hardware.printer.status import Topic, is_answer, judge
from kiosk.ports.printer import PaperState


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({}, PaperState.UNKNOWN),
        ({Topic.PAPER: 0x12}, PaperState.OK),
        ({Topic.PAPER: 0x12, Topic.OFFLINE_CAUSE: 0x12, Topic.PRINTER: 0x12}, PaperState.OK),
        ({Topic.PAPER: 0x1E}, PaperState.NEAR_END),
        ({Topic.PAPER: 0x72}, PaperState.OUT),
        ({Topic.PAPER: 0x7E, Topic.OFFLINE_CAUSE: 0x32, Topic.PRINTER: 0x1A}, PaperState.OUT),
        ({Topic.PAPER: 0x12, Topic.OFFLINE_CAUSE: 0x32}, PaperState.OUT),
        ({Topic.PAPER: 0x7E, Topic.OFFLINE_CAUSE: 0x16, Topic.PRINTER: 0x1A}, PaperState.COVER_OR_OFFLINE),
        ({Topic.PAPER: 0x12, Topic.OFFLINE_CAUSE: 0x52}, PaperState.COVER_OR_OFFLINE),
        ({Topic.PRINTER: 0x1A}, PaperState.COVER_OR_OFFLINE),
        ({Topic.PRINTER: 0x16}, PaperState.OK),
    ],
)
def test_answers_tell_the_state(answers: dict[Topic, int], state: PaperState) -> None:
    assert judge(answers) is state


def test_only_bytes_with_the_fixed_bits_are_answers() -> None:
    answers = [octet for octet in range(256) if is_answer(octet)]
    assert len(answers) == 16
    assert {0x12, 0x16, 0x1A, 0x1E, 0x32, 0x52, 0x72, 0x7E} <= set(answers)
    assert not {0x00, 0xFF, 0x11, 0x13} & set(answers)


def test_questions_are_dle_eot() -> None:
    assert [topic.question for topic in Topic] == [b"\x10\x04\x04", b"\x10\x04\x02", b"\x10\x04\x01"]
