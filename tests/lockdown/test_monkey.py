"""By chance nobody gets out, nothing breaks, and nobody is left behind. `python -m bench.monkey` plays on."""

from __future__ import annotations

import os

from kiosk.ports.examinee import Question
from tests.lockdown.monkey import Monkey

SEED = 20260601
# Every fourth event or so is a new screen, which takes a tenth of a second to draw.
EVENTS = int(os.environ.get("KIOSK_MONKEY", "500"))
ENOUGH = 5_000
"""Events after which every question has been asked."""
QUESTIONS = {kind.__name__ for kind in Question.__subclasses__()}


async def test_a_monkey_finds_no_way_out_and_nobody() -> None:
    report = await Monkey(SEED).play(EVENTS)
    assert report.found == []
    assert report.events.total() >= EVENTS
    assert report.visits > EVENTS / 200
    assert report.looks
    # What comes up in so few events is chance: real timers take part.
    assert len(QUESTIONS - set(report.questions)) <= (3 if EVENTS < ENOUGH else 0)
