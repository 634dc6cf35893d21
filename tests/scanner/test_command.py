"""`kiosk scanner`, as whoever installs a kiosk uses it."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import subprocess
import sys
import tomllib
import tty
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from hardware.scanner.found import plugged_in
from hardware.scanner.source import open_source
from kiosk.checkin.ticket_code import DEFAULT_PATTERNS
from kiosk.settings import ScannerSection
from kiosk.station.wiring.scanner import ExitCode, Scan, scan_of, scanner, visible

EXAMPLE = Path(__file__).parents[2] / "config" / "kiosk.example.toml"
READY = b"ready"
PATIENCE = 30


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return file


def command(config: Path, *words: str) -> list[str]:
    return [sys.executable, "-I", "-m", "kiosk", "--config", str(config), "scanner", "test", *words]


async def until_ready(stream: asyncio.StreamReader) -> None:
    async with asyncio.timeout(PATIENCE):
        while READY not in await stream.readline():
            pass


async def of_a_line(config: Path, scans: list[bytes], *words: str) -> tuple[int | None, list[dict[str, Any]]]:
    """What the command says of scans on a serial line, one after the other."""
    far, near = pty.openpty()
    tty.setraw(near)
    process = await asyncio.create_subprocess_exec(
        *command(config, "--device", os.ttyname(near), "--count", str(len(scans)), "--json", *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        await until_ready(process.stderr)
        told = []
        for scan in scans:
            os.write(far, scan)
            async with asyncio.timeout(PATIENCE):
                told.append(json.loads(await process.stdout.readline()))
        return await process.wait(), told
    finally:
        os.close(far)
        os.close(near)


async def test_it_shows_codes_with_length_control_characters_and_pattern(config: Path) -> None:
    code, told = await of_a_line(config, [b"26100000001\r", b"0113001226100000001\r"])
    assert code == ExitCode.TICKET
    assert [(scan["length"], scan["number"], scan["insurer"]) for scan in told] == [
        (11, "26100000001", ""),
        (19, "26100000001", "01130012"),
    ]
    assert [scan["pattern"] for scan in told] == [pattern.expression.pattern for pattern in DEFAULT_PATTERNS]
    assert sorted(path.name for path in config.parent.iterdir()) == ["kiosk.toml"]  # no log, nothing kept


async def test_another_code_ends_with_1_and_says_why(config: Path) -> None:
    code, (told,) = await of_a_line(config, [b"]C1\x1d26\x1b\r"])
    assert code == ExitCode.NO_TICKET
    assert told["text"] == "]C1<GS>26<ESC>"
    assert told["fault"] == "not a ticket"


async def typed(config: Path, scan: bytes) -> tuple[int | None, str]:
    """What the command says, in a terminal into which a scanner types."""
    far, near = pty.openpty()
    # A session of its own with that terminal, so that Ctrl+C is a signal.
    process = await asyncio.create_subprocess_exec(
        *("setsid", "--ctty", "env", "--default-signal=INT"),  # a run in the background ignores Ctrl-C
        *command(config, "--count", "1"),
        stdin=near,
        stdout=near,
        stderr=near,
    )
    os.close(near)
    seen = b""
    try:
        async with asyncio.timeout(PATIENCE):
            while more := await asyncio.to_thread(_read, far):
                seen += more
                if READY in seen and scan:
                    os.write(far, scan)
                    scan = b""
            return await process.wait(), seen.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(far)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # nobody has the other end any more
        return b""


@pytest.mark.parametrize("suffix", [b"\r", b"\t", b""])
async def test_a_scanner_that_types_is_tested_in_the_terminal(config: Path, suffix: bytes) -> None:
    code, said = await typed(config, b"26100000001" + suffix)
    assert code == ExitCode.TICKET
    assert "1: 11 characters: 26100000001" in said
    assert said.count("26100000001") == 2  # the keys themselves show nothing


async def test_ctrl_c_ends_it_calmly(config: Path) -> None:
    code, said = await typed(config, b"\x03")
    assert code == ExitCode.NO_TICKET
    assert "Traceback" not in said


@pytest.mark.parametrize("what", ["missing", "null", "busy", "no terminal"])
def test_a_scanner_that_cannot_be_used_is_named_with_its_remedy(config: Path, tmp_path: Path, what: str) -> None:
    far, near = pty.openpty()
    device = {"missing": "/dev/no-scanner", "null": "/dev/null", "busy": os.ttyname(near), "no terminal": ""}[what]
    held = open_source(Path(device), 9600) if what == "busy" else None
    words = ["--device", device] if device else []
    ended = subprocess.run(
        command(config, *words), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    for descriptor in (far, near, *([held.descriptor] if held else [])):
        os.close(descriptor)
    assert ended.returncode == ExitCode.UNUSABLE
    remedy = {
        "missing": "plug",
        "null": "neither a keyboard",
        "busy": "systemctl stop kiosk",
        "no terminal": "terminal",
    }
    assert remedy[what] in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_is_plugged_in_is_listed_by_names_that_stay(tmp_path: Path) -> None:
    names = ["input/by-id/usb-Maker_Scanner-event-kbd", "serial/by-id/usb-Maker_Scanner-if00"]
    for name in [*names, "input/by-id/usb-Maker_Mouse-event-mouse", "input/event3"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert plugged_in(tmp_path) == [tmp_path / name for name in names]
    assert CliRunner().invoke(scanner, ["list", "--json"]).exit_code == 0


@pytest.mark.parametrize(
    ("code", "scan"),
    [
        ("4901234567894", Scan(13, "4901234567894", fault="shop")),
        ("2610000000", Scan(10, "2610000000", fault="other length")),
        ("0113001326100000001", Scan(19, "0113001326100000001", fault="insurer")),
    ],
)
def test_why_a_code_is_not_a_tickets(code: str, scan: Scan) -> None:
    assert scan_of(code, DEFAULT_PATTERNS) == scan


def test_every_control_character_becomes_visible() -> None:
    shown = "".join(visible(chr(place)) for place in [*range(33), 127, 0x200B])
    assert re.fullmatch(r"(<[A-Z0-9]+>){32} <007F><200B>", shown)


@pytest.mark.parametrize(
    "table",
    [
        'device = "ttyACM0"',
        'prefix = "1"',
        'prefix = "*"',
        'prefix = "~~~~~~~~~"',
        "baud = 9601",
        'suffix = "123456789"',
    ],
)
def test_what_cannot_be_is_refused_when_the_file_is_read(table: str) -> None:
    with pytest.raises(ValidationError):
        ScannerSection.model_validate(tomllib.loads(table))


def test_a_prefix_and_suffix_may_be_control_characters() -> None:
    section = ScannerSection.model_validate(tomllib.loads(r'prefix = "\u0002"' + "\n" + r'suffix = "\u0003"'))
    assert (section.prefix, section.suffix) == ("\x02", "\x03")
