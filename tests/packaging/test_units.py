"""The systemd units: sound, hardened, started the way that nothing can shadow; and what is installed beside them."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from kiosk.doctor.layers import pcscd
from kiosk.ssh.keys import KEYS, STAFF, VIEWER
from kiosk.station.watchdog import PROBE_LIMIT_SECONDS, TICK_SECONDS
from tests.system.machine import FIRST, PACKAGES

ROOT = Path(__file__).parents[2]
SYSTEMD = ROOT / "systemd"
SERVICES = sorted(SYSTEMD.glob("*.service"))
TIMERS = sorted(SYSTEMD.glob("*.timer"))
LASTING = ("kiosk.service", "kiosk-gateway.service")
RECOVERY = SYSTEMD / "kiosk-recover.service"
# cage and foot live on the terminal, and /opt/kiosk is made by the installation: not on a machine that runs tests.
ABSENT_HERE = ("/usr/bin/cage is not executable", "/opt/kiosk/current/venv/bin/python is not executable")
MOST = 20
"""Of systemd-analyze security, in tenths."""


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def read(unit: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys are case-sensitive
    parsed.read(unit, encoding="utf-8")
    return parsed


@pytest.mark.parametrize("unit", [*SERVICES, *TIMERS], ids=lambda unit: unit.name)
def test_a_unit_says_nothing_that_systemd_does_not_understand(unit: Path) -> None:
    said = analyze("verify", "--man=no", str(unit)).stderr.splitlines()
    assert [line for line in said if "kiosk" in line and not any(words in line for words in ABSENT_HERE)] == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_is_hardened(unit: Path) -> None:
    judged = analyze("security", "--offline=true", f"--threshold={MOST}", "--no-pager", str(unit))
    assert judged.returncode == 0, judged.stdout


@pytest.mark.parametrize("name", LASTING)
def test_a_service_starts_again_whatever_happened(name: str) -> None:
    parsed = read(SYSTEMD / name)
    assert parsed["Service"]["Restart"] == "always"
    assert parsed["Unit"]["StartLimitIntervalSec"] == "0"


@pytest.mark.parametrize("name", LASTING)
def test_an_upgrade_learns_whether_a_service_came_up(name: str) -> None:
    assert read(SYSTEMD / name)["Service"]["Type"] == "notify"


def test_a_gateway_that_does_not_come_up_holds_up_no_kiosk() -> None:
    assert "kiosk-gateway.service" not in read(SYSTEMD / "kiosk.service")["Unit"]["After"]


@pytest.mark.parametrize("unit", [unit for unit in SERVICES if unit != RECOVERY], ids=lambda unit: unit.name)
def test_a_unit_runs_the_installed_kiosk_with_nothing_in_its_place(unit: Path) -> None:
    service = read(unit)["Service"]
    assert "/opt/kiosk/current/venv/bin/python -I -m kiosk --config /etc/kiosk/kiosk.toml " in service["ExecStart"]
    assert service["User"] in ("kiosk", "kiosk-gateway")
    assert service["LimitCORE"] == "0"


def test_the_recovery_comes_before_all_that_open_the_ledger_and_holds_nobody_back_that_it_could_need() -> None:
    parsed = read(RECOVERY)
    assert set(parsed["Unit"]["Before"].split()) == {unit.name for unit in SERVICES} - {RECOVERY.name}
    assert parsed["Install"]["WantedBy"] == read(SYSTEMD / "kiosk.service")["Install"]["WantedBy"]
    for unit in SERVICES:
        wants = " ".join(read(unit)["Unit"].get(key, "") for key in ("Wants", "Requires", "BindsTo", "Upholds"))
        assert RECOVERY.name not in wants, "it would run in the middle of an upgrade, when that starts the kiosk"


def test_the_recovery_is_the_installers_copy_and_no_release() -> None:
    script = (SYSTEMD / "install/install.sh").read_text(encoding="utf-8")
    assert "readonly RECOVERY=$OPT/recovery\n" in script
    assert read(RECOVERY)["Service"]["ExecStart"] == (
        "/bin/bash /opt/kiosk/recovery/systemd/install/install.sh --recover"
    )


@pytest.mark.parametrize("timer", TIMERS, ids=lambda unit: unit.name)
def test_a_timer_has_its_service_and_makes_up_what_it_missed(timer: Path) -> None:
    assert timer.with_suffix(".service") in SERVICES
    assert read(timer)["Timer"]["Persistent"] == "yes"
    assert read(timer.with_suffix(".service"))["Service"]["Type"] == "oneshot"


def test_the_kiosk_has_time_to_be_late_before_the_watchdog_bites() -> None:
    service = read(SYSTEMD / "kiosk.service")["Service"]
    assert service["Type"] == "notify"
    assert service["NotifyAccess"] == "all", "the word comes from the grandchild"
    assert "PAMName" not in service, "a session would take the children out of the unit"
    assert float(service["WatchdogSec"]) >= 4 * TICK_SECONDS
    assert float(service["WatchdogSec"]) >= PROBE_LIMIT_SECONDS


def test_no_key_leads_out_of_the_kiosk() -> None:
    command = read(SYSTEMD / "kiosk.service")["Service"]["ExecStart"].split()
    assert "-s" not in command, "cage -s lets keys change the virtual terminal"


def test_the_logins_and_the_place_of_keys_are_those_of_the_door() -> None:
    door = (SYSTEMD / "etc/ssh/sshd_config.d/50-kiosk.conf").read_text(encoding="utf-8")
    assert f"Match User {STAFF},{VIEWER}\n" in door
    assert f"AuthorizedKeysFile {KEYS}/%u\n" in door
    assert "ForceCommand /usr/local/bin/kiosk ssh-door\n" in door
    users = (SYSTEMD / "etc/sysusers.d/kiosk.conf").read_text(encoding="utf-8")
    for login in ("kiosk", "kiosk-gateway", STAFF, VIEWER):
        assert re.search(rf"^u {login} ", users, re.M)


def test_the_rule_for_pcscd_is_the_one_that_the_doctor_looks_for() -> None:
    rule = SYSTEMD / "etc/polkit-1/rules.d/50-kiosk-pcsc.rules"
    assert f"/{rule.relative_to(SYSTEMD)}" == pcscd.RULE_FILE
    assert pcscd.ACTION in rule.read_text(encoding="utf-8")
    blocked = (SYSTEMD / "etc/modprobe.d/kiosk-nfc.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"^install (\w+) /bin/false$", blocked, re.M)) >= pcscd.NFC_DRIVERS


def test_what_is_installed_on_a_terminal_is_never_a_virtual_reader() -> None:
    script = (SYSTEMD / "install/install.sh").read_text(encoding="utf-8")
    runtime = re.search(r"RUNTIME=\(([^)]*)\)", script)
    assert runtime
    assert "vsmartcard-vpcd" not in runtime[1]


def test_the_machine_of_the_system_tests_has_all_that_the_installer_wants() -> None:
    script = (SYSTEMD / "install/install.sh").read_text(encoding="utf-8")
    lists = re.findall(r"^readonly (?:RUNTIME|TO_BUILD)=\(([^)]*)\)", script, re.M)
    assert len(lists) == 2
    assert {name for names in lists for name in names.split()} <= {*FIRST, *PACKAGES}


def test_every_unit_is_installed_and_taken_away() -> None:
    common = (SYSTEMD / "install/common.sh").read_text(encoding="utf-8")
    listed = re.search(r"readonly UNITS=\(([^)]*)\)", common)
    assert listed
    assert set(listed[1].split()) == {unit.name for unit in [*SERVICES, *TIMERS]}


def test_the_wheel_brings_the_example_for_setup() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"config/kiosk.example.toml": "kiosk/setup/kiosk.example.toml"}


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed here")
def test_the_scripts_are_clean() -> None:
    scripts = sorted(map(str, SYSTEMD.rglob("*.sh")))
    judged = subprocess.run(["shellcheck", "-x", *scripts], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout


def test_the_recovery_runs_wherever_an_upgrade_has_left_something() -> None:
    """With `|` one of the two is enough; without it both would have to be there."""
    script = (SYSTEMD / "install/install.sh").read_text(encoding="utf-8")
    common = (SYSTEMD / "install/common.sh").read_text(encoding="utf-8")
    assert "readonly UPGRADING=$OPT/.upgrading\n" in script
    assert "readonly COPY=$STATE/upgrade\n" in script
    conditions = re.findall(r"^Condition\w+=.*$", RECOVERY.read_text(encoding="utf-8"), re.M)
    assert conditions == ["ConditionPathExists=|/opt/kiosk/.upgrading", "ConditionPathExists=|/var/lib/kiosk/upgrade"]
    assert re.search(r"^readonly OPT=/opt/kiosk$", common, re.M)
    assert re.search(r"^readonly STATE=/var/lib/kiosk$", common, re.M)
