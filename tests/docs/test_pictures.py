"""The pictures of the guides can be made again, and are of what the program shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.docs.pictures import CELL, FOLDER, draw_all
from tests.staff.sitting import SMALL


def test_every_picture_of_the_board_and_of_slips_can_be_drawn_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLORTERM", "")
    drawn = {file.name for file in draw_all(tmp_path)}
    assert drawn == {file.name for kind in ("board", "slip") for file in FOLDER.glob(f"{kind}-*.png")}
    for name in drawn:
        with Image.open(tmp_path / name) as new, Image.open(FOLDER / name) as kept:
            assert new.width == kept.width
            if name.startswith("board"):
                assert new.size == (SMALL[0] * CELL[0], SMALL[1] * CELL[1])
                assert len(new.getcolors() or ()) > 16, "a board in its own colours, not in those of a terminal"
