"""Open JTalk, which makes the clips. Only the machine that builds has it; nothing is downloaded here.

Engine and dictionary are free software (MIT, BSD), the voice "Mei" of the MMDAgent project is under CC BY 3.0: `CREDIT`
goes with the clips.
"""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from kiosk.ports.voice import SAMPLES_PER_SECOND
from kiosk.voice.manifest import ENGINE, ENGINE_VERSION, TEMPO
from kiosk.voice.problems import VoicesError

CREDIT = """\
The clips in this folder were made with Open JTalk (pyopenjtalk-plus) and the HTS voice "Mei",
released by the MMDAgent Project Team, Copyright (c) 2009-2013 Nagoya Institute of Technology, Department of
Computer Science, under the Creative Commons Attribution 3.0 licence: https://creativecommons.org/licenses/by/3.0/
"""
MEAN = 3300.0
"""Root mean square of every clip, 20 dB under full scale: all sentences are equally loud."""
PEAK = 30000.0
"""No sample is higher; a clip with sharp peaks stays softer instead."""
SILENT = 300.0
"""Below this, before and after the words, is silence that is cut away."""
LEAD_SECONDS, TAIL_SECONDS = 0.03, 0.18
"""What stays of it."""


def _kept_quiet() -> redirect_stdout[io.StringIO]:
    """It recommends that package on standard output, where the report belongs."""
    return redirect_stdout(io.StringIO())


class OpenJTalk:
    """Renders text. Raises VoicesError when it is not installed here."""

    def __init__(self) -> None:
        try:
            installed = version(ENGINE)
            with _kept_quiet():
                import pyopenjtalk
        except (PackageNotFoundError, ImportError) as missing:
            raise VoicesError(
                f"{ENGINE} is not installed here. In the kiosk's folder: "
                ".venv/bin/pip install --require-hashes -r requirements-voices.lock"
            ) from missing
        if installed != ENGINE_VERSION:
            raise VoicesError(
                f"{ENGINE} {installed} is installed, {ENGINE_VERSION} is needed: install it from the lock"
            )
        self._tts: Any = pyopenjtalk.tts

    def render(self, text: str) -> bytes:
        """The spoken text: 16 bits, little-endian, mono. Raises VoicesError when nothing comes out."""
        with _kept_quiet():
            # The model for 何 would need another package, and no sentence has the word.
            wave, rate = self._tts(text, speed=TEMPO, predict_nani=False)
        loud = (abs(wave) > SILENT).nonzero()[0]
        if rate != SAMPLES_PER_SECOND or not len(loud):
            raise VoicesError(f"{ENGINE} makes no sound of: {text}")
        first = max(0, int(loud[0]) - round(LEAD_SECONDS * rate))
        spoken = wave[first : int(loud[-1]) + round(TAIL_SECONDS * rate)]
        gain = min(MEAN / float((spoken * spoken).mean()) ** 0.5, PEAK / float(abs(spoken).max()))
        octets: bytes = (spoken * gain).astype("<i2").tobytes()
        return octets
