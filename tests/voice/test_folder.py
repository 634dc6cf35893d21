"""A voice folder is made once, completed when a text changes, and used only when it is whole."""

from __future__ import annotations

import json
import os
import stat
import wave
from pathlib import Path

import pytest

from kiosk.ports.voice import Pause, Prompt, Sentence, Sound
from kiosk.voice.build import Built, build
from kiosk.voice.folder import VoiceFolder
from kiosk.voice.manifest import MANIFEST_NAME
from kiosk.voice.problems import VoicesError
from kiosk.voice.sentences import key_of
from kiosk.voice.tones import silence, tone
from tests.voice.clips import WANTED, Engine, values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "voice" / "clips"


def clip_of(folder: Path, prompt: Prompt) -> Path:
    (file,) = folder.glob(f"{key_of(prompt)}-????????????.wav")
    return file


def changed(prompt: Prompt, text: str) -> dict[Sentence, str]:
    return {**WANTED, prompt: text}


def test_everything_is_made_once(folder: Path) -> None:
    engine, heard = Engine(), []
    first = build(folder, WANTED, lambda: engine, lambda done, key: heard.append((done, key)))
    assert (first.rendered, first.kept, first.removed) == (len(WANTED), 0, 0)
    assert first.octets == sum(file.stat().st_size for file in folder.glob("*.wav"))
    assert heard == [(place, key_of(sentence)) for place, sentence in enumerate(WANTED, start=1)]

    def nobody() -> Engine:
        raise AssertionError("nothing is to be rendered")

    assert build(folder, WANTED, nobody) == Built(0, len(WANTED), 0, first.octets)


def test_a_complete_folder_is_used(folder: Path) -> None:
    clips = VoiceFolder(folder, WANTED)
    clips.look()
    assert (clips.complete, len(clips.missing)) == (False, len(WANTED))
    build(folder, WANTED, Engine)
    clips.look()
    assert (clips.complete, clips.missing, clips.check()) == (True, (), ())
    assert values(clips.samples(Prompt.PIN)) == [len(WANTED[Prompt.PIN])]
    assert clips.samples(Sound.ERROR) == tone(Sound.ERROR)
    assert clips.samples(Pause.BREATH) == silence(Pause.BREATH)


def test_only_what_has_another_text_is_made_anew(folder: Path) -> None:
    build(folder, WANTED, Engine)
    engine, wanted = Engine(), changed(Prompt.DESK, "窓口へ。")
    old = clip_of(folder, Prompt.DESK)
    clips = VoiceFolder(folder, wanted)
    clips.look()
    assert clips.missing == ("prompt-desk",)
    built = build(folder, wanted, lambda: engine)
    assert (built.rendered, built.removed, engine.rendered) == (1, 1, ["窓口へ。"])
    assert not old.exists()
    clips.look()
    assert clips.complete


def test_a_build_that_was_stopped_goes_on(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        build(folder, WANTED, lambda: Engine(limit=5))
    clips = VoiceFolder(folder, WANTED)
    clips.look()
    assert len(clips.missing) == len(WANTED) - 5
    assert build(folder, WANTED, Engine).kept == 5


@pytest.mark.parametrize("harm", ["gone", "short", "other"])
def test_a_clip_that_came_to_harm_is_named_and_made_again(folder: Path, harm: str) -> None:
    build(folder, WANTED, Engine)
    file = clip_of(folder, Prompt.PIN)
    whole = file.read_bytes()
    match harm:
        case "gone":
            file.unlink()
        case "short":
            file.write_bytes(whole[:-2])
        case _:
            file.write_bytes(whole[:-2] + b"\x7f\x7f")
    clips = VoiceFolder(folder, WANTED)
    clips.look()
    assert clips.complete is (harm == "other")
    assert clips.check() == ("prompt-pin",)
    assert build(folder, WANTED, Engine).rendered == 1
    assert file.read_bytes() == whole


def test_a_clip_that_cannot_be_read_ends_the_speaking_until_it_is_mended(folder: Path) -> None:
    build(folder, WANTED, Engine)
    clips = VoiceFolder(folder, WANTED)
    clips.look()
    file = clip_of(folder, Prompt.PIN)
    whole = file.read_bytes()
    file.write_bytes(b"\0" * len(whole))
    with pytest.raises(ValueError, match="prompt-pin"):
        clips.samples(Prompt.PIN)
    clips.look()
    assert not clips.complete
    file.write_bytes(whole)
    clips.look()
    assert clips.complete


def test_a_clip_in_another_format_is_not_played(folder: Path) -> None:
    build(folder, WANTED, Engine)
    clips = VoiceFolder(folder, WANTED)
    with wave.open(str(clip_of(folder, Prompt.PIN)), "wb") as other:
        other.setnchannels(2)
        other.setsampwidth(2)
        other.setframerate(44100)
        other.writeframes(bytes(400))
    with pytest.raises(ValueError, match="prompt-pin"):
        clips.samples(Prompt.PIN)


def test_a_list_that_cannot_be_understood_is_none(folder: Path) -> None:
    build(folder, WANTED, Engine)
    (folder / MANIFEST_NAME).write_text("{")
    clips = VoiceFolder(folder, WANTED)
    clips.look()
    assert not clips.complete
    assert build(folder, WANTED, Engine).rendered == len(WANTED)


def test_the_kiosks_user_reads_what_root_builds(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        build(folder, WANTED, Engine)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o644}


def test_the_voices_maker_is_named_beside_the_clips(folder: Path) -> None:
    build(folder, WANTED, Engine)
    credit = (folder / "LICENSE.txt").read_text()
    assert "Nagoya Institute of Technology" in credit
    assert "Creative Commons Attribution 3.0" in credit
    assert "pyopenjtalk-plus" in json.loads((folder / MANIFEST_NAME).read_text())["made_with"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VoicesError, match="cannot be written"):
        build(tmp_path / "file" / "clips", WANTED, Engine)
