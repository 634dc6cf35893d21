"""The real engine, where the extra `voices` is installed."""

from __future__ import annotations

from array import array

import pytest

from kiosk.ports.voice import SAMPLES_PER_SECOND, Prompt, Sign
from kiosk.voice.openjtalk import MEAN, PEAK, OpenJTalk
from tests.voice.clips import WANTED

pytest.importorskip("pyopenjtalk", reason="only a machine that makes the clips has it", exc_type=ImportError)


@pytest.mark.parametrize("sentence", [Prompt.CARD, Prompt.DESK, Sign("X"), Sign("0")])
def test_a_clip_is_speech_of_one_loudness(sentence: Prompt | Sign) -> None:
    samples = array("h", OpenJTalk().render(WANTED[sentence]))
    assert 0.3 < len(samples) / SAMPLES_PER_SECOND < 12
    assert max(map(abs, samples)) <= PEAK
    assert 0.5 * MEAN < (sum(sample * sample for sample in samples) / len(samples)) ** 0.5 < 1.01 * MEAN


def test_it_makes_the_same_clip_again() -> None:
    engine = OpenJTalk()
    assert engine.render("カード。") == engine.render("カード。")


def test_it_says_nothing_on_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    """There the report stands, as JSON."""
    OpenJTalk().render("カード。")
    assert capfd.readouterr().out == ""


def test_no_sentence_needs_the_model_that_is_switched_off() -> None:
    assert [text for text in WANTED.values() if "何" in text] == []
