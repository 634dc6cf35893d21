"""The systemd units: sound, hardened, and started the way that nothing can shadow."""

from __future__ import annotations

import configparser
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "systemd").glob("*.service"))
# cage and foot live on the terminal, and /opt/kiosk is made by the installation: not on a machine that runs tests.
ABSENT_HERE = ("/usr/bin/cage is not executable", "/opt/kiosk/.venv/bin/python is not executable")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_says_nothing_that_systemd_does_not_understand(unit: Path) -> None:
    said = analyze("verify", "--man=no", str(unit)).stderr.splitlines()
    assert [line for line in said if unit.name in line and not any(words in line for words in ABSENT_HERE)] == []


@pytest.mark.parametrize(("name", "limit"), [("kiosk.service", 30), ("kiosk-gateway.service", 20)])
def test_a_unit_is_hardened(name: str, limit: int) -> None:
    judged = analyze("security", "--offline=true", f"--threshold={limit}", "--no-pager", str(ROOT / "systemd" / name))
    assert judged.returncode == 0, judged.stdout


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_again_whatever_happened(unit: Path) -> None:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys are case-sensitive
    parsed.read(unit, encoding="utf-8")
    assert parsed["Service"]["Restart"] == "always"
    assert parsed["Unit"]["StartLimitIntervalSec"] == "0"
    assert "-I -m kiosk" in parsed["Service"]["ExecStart"]


def test_there_are_units_to_test() -> None:
    assert {unit.name for unit in UNITS} >= {"kiosk.service", "kiosk-gateway.service"}
