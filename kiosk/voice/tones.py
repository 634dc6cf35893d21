"""The kiosk's own sounds, made of sines. Between 400 and 1500 Hz, where older people still hear well."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import pi, sin

from kiosk.ports.voice import SAMPLE_OCTETS, SAMPLES_PER_SECOND, Pause, Sound

PEAK = 9000
"""Of 32767: as loud as the voice, whose mean is far below its peaks."""
FADE_SECONDS = 0.008
"""At both ends of a note: without it a loudspeaker clicks."""
BRIGHT = 0.3
"""Share of the octave above, so that small loudspeakers carry the note."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note; 0 Hz is a rest."""

    hertz: float
    seconds: float


MELODIES: Mapping[Sound, tuple[Note, ...]] = {
    # One short rise.
    Sound.ACCEPT: (Note(659, 0.09), Note(988, 0.14)),
    # Two long notes, falling, as of a door bell.
    Sound.ATTENTION: (Note(784, 0.28), Note(0, 0.04), Note(622, 0.36)),
    # Two equal low notes.
    Sound.ERROR: (Note(415, 0.14), Note(0, 0.07), Note(415, 0.20)),
    # Five quick ones, high and higher.
    Sound.ALARM: tuple(Note(hertz, 0.12) for hertz in (932, 1245, 932, 1245, 932)),
    Sound.TICK: (Note(880, 0.05),),
}
TAIL = Note(0, 0.06)
"""Before a voice begins."""


@cache
def tone(sound: Sound) -> bytes:
    """The sound: 16 bits, little-endian, mono."""
    return b"".join(_samples(note) for note in (*MELODIES[sound], TAIL))


def silence(pause: Pause) -> bytes:
    """So many seconds of nothing."""
    return bytes(SAMPLE_OCTETS * round(SAMPLES_PER_SECOND * pause.value))


def _samples(note: Note) -> bytes:
    count, fade = round(SAMPLES_PER_SECOND * note.seconds), round(SAMPLES_PER_SECOND * FADE_SECONDS)
    if not note.hertz:
        return bytes(SAMPLE_OCTETS * count)
    turn = 2 * pi * note.hertz / SAMPLES_PER_SECOND
    wave = array(
        "h",
        (
            round(
                PEAK
                * min(1.0, place / fade, (count - place) / fade)
                * (sin(turn * place) + BRIGHT * sin(2 * turn * place))
                / (1 + BRIGHT)
            )
            for place in range(count)
        ),
    )
    return wave.tobytes()
