"""A folder of clips. It counts only when it is complete: half a guidance is worse than none."""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from kiosk.ports.voice import SAMPLE_OCTETS, SAMPLES_PER_SECOND, Part, Pause, Sentence, Sound
from kiosk.voice.manifest import Manifest, file_of, recipe_of
from kiosk.voice.sentences import key_of
from kiosk.voice.tones import silence, tone

FORM = (1, SAMPLE_OCTETS, SAMPLES_PER_SECOND)
"""Of a clip: channels, octets of a sample, samples a second."""


class VoiceFolder:
    """The port `Clips`: the kiosk's own sounds, and sentences from files. Needs nothing of what made them."""

    def __init__(self, folder: Path, wanted: Mapping[Sentence, str]) -> None:
        """`wanted` are the sentences of this site as they are now: a clip of an older text does not count."""
        self.folder = folder
        self._files = {
            sentence: folder / file_of(key_of(sentence), recipe_of(text)) for sentence, text in wanted.items()
        }
        self._wanted = wanted
        self._missing: tuple[str, ...] = tuple(key_of(sentence) for sentence in wanted)
        self._unreadable: set[Sentence] = set()

    @property
    def complete(self) -> bool:
        """See Clips."""
        return not self._missing and not self._unreadable

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of the sentences that have no clip, as of the last look."""
        return self._missing

    def look(self) -> None:
        """See Clips. Compares names and sizes; `check` reads every clip."""
        self._missing = tuple(self._lacking(thorough=False))
        for sentence in tuple(self._unreadable):
            with suppress(ValueError):
                self._read(sentence)
                self._unreadable.discard(sentence)

    def check(self) -> tuple[str, ...]:
        """Keys of the sentences whose clip is missing, or is not what was rendered."""
        return tuple(self._lacking(thorough=True))

    def samples(self, part: Part) -> bytes:
        """See Clips."""
        match part:
            case Sound():
                return tone(part)
            case Pause():
                return silence(part)
            case _:
                return self._clip(part)

    def _clip(self, sentence: Sentence) -> bytes:
        try:
            return self._read(sentence)
        except ValueError:
            self._unreadable.add(sentence)
            raise

    def _read(self, sentence: Sentence) -> bytes:
        try:
            with wave.open(str(self._files[sentence]), "rb") as clip:
                if (clip.getnchannels(), clip.getsampwidth(), clip.getframerate()) != FORM:
                    raise ValueError(f"{key_of(sentence)} is in another format")
                return clip.readframes(clip.getnframes())
        except (OSError, EOFError, wave.Error) as broken:
            raise ValueError(f"{key_of(sentence)} cannot be read") from broken

    def _lacking(self, *, thorough: bool) -> list[str]:
        try:
            clips = Manifest.read(self.folder).clips
        except OSError:
            clips = {}
        lacking = []
        for sentence, text in self._wanted.items():
            key, file = key_of(sentence), self._files[sentence]
            clip = clips.get(key)
            if (
                clip is None
                or clip.recipe != recipe_of(text)
                or not _is(file, clip.octets, clip.sha256 if thorough else "")
            ):
                lacking.append(key)
        return lacking


def _is(file: Path, octets: int, sha256: str) -> bool:
    """Whether the file is there and that long; with a hash, whether it is that very one."""
    try:
        if file.stat().st_size != octets:
            return False
        return not sha256 or hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    except OSError:
        return False
