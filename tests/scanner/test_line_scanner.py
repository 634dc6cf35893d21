"""The serial scanner on a real pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hardware.scanner import line
from hardware.scanner.line import LineScanner


@asynccontextmanager
async def scanner_on(device: Path) -> AsyncIterator[LineScanner]:
    scanner = LineScanner(device)
    scanner.start()
    try:
        yield scanner
    finally:
        await scanner.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


class Line:
    """The far end of the scanner's cable."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.plug_in()

    def plug_in(self) -> None:
        self.far, self.near = pty.openpty()
        tty.setraw(self.near)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self.near))

    def scan(self, data: bytes) -> None:
        os.write(self.far, data)

    def pull_out(self) -> None:
        self.link.unlink()
        os.close(self.near)
        os.close(self.far)


@pytest.fixture
def cable(tmp_path: Path) -> Line:
    return Line(tmp_path / "scanner")


async def scanned(scanner: LineScanner, cable: Line, data: bytes) -> str:
    await until(lambda: scanner.available)
    waiting = asyncio.create_task(scanner.code())
    await asyncio.sleep(0)
    cable.scan(data)
    async with asyncio.timeout(5):
        return await waiting


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
async def test_a_line_is_a_code(cable: Line, end: bytes) -> None:
    async with scanner_on(cable.link) as scanner:
        assert await scanned(scanner, cable, b"26100000001" + end) == "26100000001"


async def test_a_code_that_nobody_waited_for_does_not_count(cable: Line) -> None:
    async with scanner_on(cable.link) as scanner:
        await until(lambda: scanner.available)
        cable.scan(b"25100000009\r")
        await until(lambda: scanner.missed == 1)
        assert await scanned(scanner, cable, b"26100000002\r") == "26100000002"


async def test_an_endless_line_is_no_code(cable: Line) -> None:
    async with scanner_on(cable.link) as scanner:
        await until(lambda: scanner.available)
        waiting = asyncio.create_task(scanner.code())
        await asyncio.sleep(0)
        cable.scan(b"9" * (line.MOST_CHARACTERS + 1) + b"\r26100000001\r")
        assert await waiting == "26100000001"


async def test_a_scanner_that_comes_back_is_found_again(cable: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "FIRST_WAIT", 0.01)
    async with scanner_on(cable.link) as scanner:
        assert await scanned(scanner, cable, b"1\r") == "1"
        cable.pull_out()
        await until(lambda: not scanner.available)
        cable.plug_in()
        assert await scanned(scanner, cable, b"2\r") == "2"


async def test_bytes_that_are_no_text_are_still_a_code(cable: Line) -> None:
    async with scanner_on(cable.link) as scanner:
        assert await scanned(scanner, cable, b"\xff\x00\x1b\r") == "\ufffd\x00\x1b"
