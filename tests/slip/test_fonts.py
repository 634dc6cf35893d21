"""The slip's typeface."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.slip.fonts import (
    FAMILY,
    STAND_IN,
    FontMissing,
    Shapes,
    Weight,
    find_font,
    find_stand_in,
    has_glyph,
    set_in_type,
)


def fake_fc_match(folder: Path, answer: str) -> str:
    """A stand-in for fc-match that prints `answer`."""
    script = folder / "fc-match"
    script.write_text(f"#!/bin/sh\nprintf '{answer}'\n", encoding="utf-8")
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize("weight", Weight)
def test_debian_keeps_it_where_it_is_looked_for(weight: Weight) -> None:
    assert find_font(weight, fc_match="not-there").is_file()


def test_elsewhere_fontconfig_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "moved.ttf"
    file.touch()
    command = fake_fc_match(tmp_path, f"BIZ UDGothic\\nBold\\n{file}")
    assert find_font(Weight.BOLD, folder=tmp_path, fc_match=command) == file


def test_another_family_is_not_taken_for_it(tmp_path: Path) -> None:
    file = tmp_path / "other.ttf"
    file.touch()
    command = fake_fc_match(tmp_path, f"DejaVu Sans\\nBold\\n{file}")
    with pytest.raises(FontMissing):
        find_font(Weight.BOLD, folder=tmp_path, fc_match=command)


def test_missing_typeface_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match="apt install fonts-morisawa-bizud-gothic"):
        find_font(Weight.REGULAR, folder=tmp_path, fc_match=str(tmp_path / "no-such-command"))


def test_glyphs_are_known() -> None:
    assert [char for char in "A髙﨑①⑤〓様\U00020bb7✂" if not has_glyph(char)] == ["\U00020bb7", "✂"]


@pytest.mark.parametrize("weight", Weight)
def test_debian_keeps_the_stand_in_where_it_is_looked_for(weight: Weight) -> None:
    found = find_stand_in(weight, fc_match="not-there")
    assert found is not None
    assert found.is_file()


def test_a_slip_does_without_the_stand_in(tmp_path: Path) -> None:
    assert find_stand_in(Weight.BOLD, folder=tmp_path, fc_match=str(tmp_path / "no-such-command")) is None


def test_one_face_writes_the_whole_line() -> None:
    """The stand-in only where the first face lacks a letter, and what nobody has is marked."""
    for words, family in (("受付番号 A", FAMILY), ("Số 番号", STAND_IN), ("✂", STAND_IN), ("A\ue000", FAMILY)):
        written, face = set_in_type(words, Weight.REGULAR, 24, Shapes.JAPANESE)
        assert (written, face.getname()[0]) == (words.replace("\ue000", " "), family)
