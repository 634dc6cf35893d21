"""The sounds can be told apart, by those too who do not hear their pitch."""

from __future__ import annotations

from array import array
from itertools import pairwise

import pytest

from kiosk.ports.voice import SAMPLES_PER_SECOND, Pause, Sound
from kiosk.voice.tones import MELODIES, silence, tone

CLICK = 400
"""A step so high at either end is heard."""


@pytest.mark.parametrize("sound", Sound)
def test_a_sound_is_short_and_neither_clicks_nor_clips(sound: Sound) -> None:
    samples = array("h", tone(sound))
    assert len(samples) / SAMPLES_PER_SECOND < 1
    assert 5000 < max(samples) < 20000
    assert abs(samples[0]) < CLICK
    assert samples[-1] == 0
    steps = [abs(b - a) for a, b in pairwise(samples)]
    assert max(steps) < 6000


def test_no_two_have_the_same_rhythm() -> None:
    rhythms = {tuple((note.hertz > 0, note.seconds) for note in notes) for notes in MELODIES.values()}
    assert set(MELODIES) == set(Sound)
    assert len(rhythms) == len(Sound)


def test_all_are_where_older_people_hear() -> None:
    assert all(note.hertz == 0 or 400 <= note.hertz <= 1500 for notes in MELODIES.values() for note in notes)


@pytest.mark.parametrize("pause", Pause)
def test_a_pause_is_silent(pause: Pause) -> None:
    assert silence(pause) == bytes(round(pause.value * SAMPLES_PER_SECOND) * 2)
