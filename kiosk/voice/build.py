"""Making a voice folder: renders what is not there yet, keeps what is, removes what nobody says any more."""

from __future__ import annotations

import hashlib
import io
import os
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.ports.voice import SAMPLE_OCTETS, SAMPLES_PER_SECOND, Sentence
from kiosk.voice.manifest import MANIFEST_NAME, Clip, Manifest, file_of, recipe_of
from kiosk.voice.openjtalk import CREDIT
from kiosk.voice.problems import VoicesError
from kiosk.voice.sentences import key_of

CREDIT_NAME = "LICENSE.txt"
FOLDER_MODE, FILE_MODE = 0o755, 0o644
"""Whoever builds, the kiosk's user reads."""
DRAFT = ".draft"


class Engine(Protocol):
    """Makes speech of text."""

    def render(self, text: str) -> bytes:
        """The spoken text: 16 bits, little-endian, mono, at SAMPLES_PER_SECOND. Raises VoicesError."""
        ...


@dataclass(frozen=True, slots=True)
class Built:
    """What was done."""

    rendered: int
    kept: int
    removed: int
    octets: int
    """Of all clips."""


def build(
    folder: Path,
    wanted: Mapping[Sentence, str],
    engine: Callable[[], Engine],
    progress: Callable[[int, str], None] = lambda _done, _key: None,
) -> Built:
    """Make the folder complete. Stopped in the middle, it goes on there the next time. Raises VoicesError.

    `engine` is asked for only when there is something to render; `progress` hears how many clips are there, and the
    key of the last one.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        folder.chmod(FOLDER_MODE)
        return _build(folder, wanted, engine, progress)
    except OSError as refused:
        raise VoicesError(
            f"{folder} cannot be written ({refused.strerror}); build as root, or give --folder"
        ) from refused


def _build(
    folder: Path, wanted: Mapping[Sentence, str], engine: Callable[[], Engine], progress: Callable[[int, str], None]
) -> Built:
    there = Manifest.read(folder).clips
    clips: dict[str, Clip] = {}
    renderer: Engine | None = None
    rendered = 0
    try:
        for sentence, text in wanted.items():
            key, recipe = key_of(sentence), recipe_of(text)
            file = folder / file_of(key, recipe)
            clip = there.get(key)
            if clip is None or clip.recipe != recipe or not _is_whole(file, clip):
                renderer = renderer or engine()
                octets = _as_file(renderer.render(text))
                _write(file, octets)
                clip = Clip(text=text, recipe=recipe, octets=len(octets), sha256=hashlib.sha256(octets).hexdigest())
                rendered += 1
            clips[key] = clip
            progress(len(clips), key)
    finally:
        _write(folder / CREDIT_NAME, CREDIT.encode("ascii"))
        _write(folder / MANIFEST_NAME, Manifest(clips={**there, **clips}).text().encode())
    _write(folder / MANIFEST_NAME, Manifest(clips=clips).text().encode())
    removed = _remove_others(folder, {file_of(key, clip.recipe) for key, clip in clips.items()})
    return Built(rendered, len(clips) - rendered, removed, sum(clip.octets for clip in clips.values()))


def _is_whole(file: Path, clip: Clip) -> bool:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == clip.sha256
    except FileNotFoundError:
        return False


def _as_file(samples: bytes) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(SAMPLE_OCTETS)
        clip.setframerate(SAMPLES_PER_SECOND)
        clip.writeframes(samples)
    return held.getvalue()


def _write(file: Path, octets: bytes) -> None:
    """Whole or not at all, whenever the power goes."""
    draft = file.with_name(file.name + DRAFT)
    with draft.open("wb") as out:
        out.write(octets)
        out.flush()
        os.fsync(out.fileno())
    draft.chmod(FILE_MODE)
    draft.replace(file)


def _remove_others(folder: Path, ours: set[str]) -> int:
    others = [file for file in folder.iterdir() if file.suffix in (".wav", DRAFT) and file.name not in ours]
    for file in others:
        file.unlink()
    return len(others)
