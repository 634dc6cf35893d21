"""The printer whose paper is a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from hardware.printer.factory import open_printer
from hardware.printer.proof import read_qr
from hardware.printer.virtual import KEPT, FolderPrinter, save_picture
from kiosk.ports.printer import PaperState, PrinterFailure, PrinterFault, Slip
from tests.printer.slips import TEXT, a_slip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "paper"


def files_in(folder: Path) -> list[str]:
    """Names of what is there."""
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


async def test_slip_becomes_a_picture(folder: Path) -> None:
    printer = open_printer(f"virtual:{folder}", 576, 15, cut=True)
    assert isinstance(printer, FolderPrinter)
    assert printer.last is None
    await printer.warm_up()
    assert await printer.paper() is PaperState.OK
    for number in (1, 2):
        await printer.print(a_slip())
        assert printer.last == folder / f"slip-{number:05d}.png"
    with Image.open(folder / "slip-00002.png") as picture:
        assert read_qr(picture) == TEXT
    assert files_in(folder) == ["slip-00001.png", "slip-00002.png"]


async def test_wrong_qr_or_width_writes_nothing(folder: Path) -> None:
    printer = FolderPrinter(folder, 576, cut=True)
    for slip in (Slip(a_slip().image, "other"), a_slip(384)):
        with pytest.raises(PrinterFailure) as failure:
            await printer.print(slip)
        assert failure.value.fault is PrinterFault.QR_UNREADABLE
    assert files_in(folder) == []


async def test_folder_that_cannot_be_written_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "paper").write_text("a file", encoding="utf-8")
    with pytest.raises(PrinterFailure) as failure:
        await FolderPrinter(tmp_path / "paper", 576, cut=True).print(a_slip())
    assert failure.value.fault is PrinterFault.UNREACHABLE


def test_old_pictures_go(folder: Path) -> None:
    folder.mkdir()
    for number in range(1, KEPT + 4):
        (folder / f"slip-{number:05d}.png").touch()
    (folder / "slip-notes.png").touch()
    save_picture(a_slip().image, folder)
    names = files_in(folder)
    assert len(names) == KEPT + 1
    assert names[-2:] == [f"slip-{KEPT + 4:05d}.png", "slip-notes.png"]
