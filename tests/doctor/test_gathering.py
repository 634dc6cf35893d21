"""The facts as this machine, real files, sockets and services give them."""

from __future__ import annotations

import asyncio
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hardware.virtual.printer import Condition as Paper
from kiosk.doctor.account import Account, kiosk_account
from kiosk.doctor.asked import said_by
from kiosk.doctor.finding import Examined
from kiosk.doctor.layers import certificate, disk, encoding, packages, pcscd, permissions, token, versions
from kiosk.doctor.layers.certificate import Flaw
from kiosk.doctor.layers.ledger import LedgerState
from kiosk.doctor.layers.printer import PartSaid
from kiosk.gateway.certificate import make
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.ledger.book import Book
from kiosk.ports.device import Condition, DeviceFault, Part
from kiosk.ports.printer import PaperState, PrinterFault
from kiosk.settings import Gateway
from kiosk.station.clock import SiteClock
from kiosk.station.heartbeat import StatusFile
from kiosk.station.status import State, Status
from kiosk.station.wiring.doctor.devices import (
    audio_facts,
    fault_said,
    printer_facts,
    reader_facts,
    running_kiosk,
    scanner_facts,
)
from kiosk.station.wiring.doctor.rooms import GatewayLook, clock_facts, font_facts, ledger_facts
from tests.doctor.conftest import House
from tests.modes import bound_by_modes

MOUNTS = """\
/dev/mmcblk0p2 / ext4 rw,noatime,errors=remount-ro 0 0
tmpfs /run tmpfs rw,nosuid 0 0
/dev/sda1 /var/lib/with\\040space ext4 ro 0 0
//oqs/share /var/lib/kiosk cifs rw 0 0
"""
AS_ROOT = os.geteuid() == 0


def symptoms(examined: Examined) -> list[str]:
    return [finding.symptom.value for finding in examined.findings]


def test_dpkg_lists_only_what_is_installed_now() -> None:
    said = "pcscd\t2.3.3-1\tinstalled\nfoot\t1.21.0-2\tconfig-files\ncage\t\tnot-installed\n"
    assert packages.read_list(said) == {"pcscd": "2.3.3-1"}
    there = packages.installed(("dpkg", "no-such-package-at-all"))
    assert there is None or set(there) == {"dpkg"}


@pytest.mark.parametrize("command", [["no-such-program-anywhere"], ["sleep", "60"]])
def test_a_program_that_is_missing_or_hangs_says_nothing(command: list[str]) -> None:
    assert said_by(command, seconds=0.1) is None


REQUIRES = """\
Metadata-Version: 2.4
Name: kenshin-kiosk
Version: 0
Requires-Dist: click<9,>=8.2
Requires-Dist: textual==0.0.1
Requires-Dist: no-such-library>=1
Requires-Dist: pyopenjtalk-plus==0.4.1; extra == 'voices'
"""


def test_the_libraries_are_compared_with_what_the_distribution_wants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kenshin_kiosk-0.dist-info").mkdir()
    (tmp_path / "kenshin_kiosk-0.dist-info" / "METADATA").write_text(REQUIRES)
    monkeypatch.syspath_prepend(str(tmp_path))
    facts = versions.look(practice=True)
    assert set(facts.libraries) == {"click", "textual", "no-such-library"}
    assert {"versions.library-missing", "versions.library-other"} <= set(symptoms(versions.judge(facts)))


def test_this_machines_versions_are_those_that_are_wanted() -> None:
    facts = versions.look(practice=True)
    assert len(facts.places) == 1
    assert set(symptoms(versions.judge(facts))) <= {"versions.sqlite-wal", "versions.not-installed"}
    assert encoding.judge(encoding.look()).seen.startswith("UTF-8")


@pytest.mark.parametrize(
    ("folder", "kind", "options"),
    [
        ("/var/lib/other", "ext4", {"rw", "noatime", "errors=remount-ro"}),
        ("/run/kiosk", "tmpfs", {"rw", "nosuid"}),
        ("/var/lib/with space/x", "ext4", {"ro"}),
        ("/var/lib/kiosk", "cifs", {"rw"}),
        ("/", "ext4", {"rw", "noatime", "errors=remount-ro"}),
    ],
)
def test_the_mount_of_a_folder_is_the_nearest_one(folder: str, kind: str, options: set[str]) -> None:
    assert disk.mount_of(Path(folder), MOUNTS) == (kind, frozenset(options))


def test_a_disk_is_seen_as_the_kernel_shows_it(tmp_path: Path) -> None:
    mounts, ext4 = tmp_path / "mounts", tmp_path / "ext4"
    for device, count in (("mmcblk0p2", "3"), ("sda1", "0")):
        (ext4 / device).mkdir(parents=True)
        (ext4 / device / "errors_count").write_text(f"{count}\n")
    mounts.write_text("/dev/mmcblk0p2 / ext4 ro,noatime 0 0\n")
    facts = disk.look(tmp_path / "not" / "there", practice=False, mounts=mounts, ext4=ext4)
    assert facts.state.read_only
    assert not facts.state.there
    assert facts.state.free > 0
    assert facts.errors == ("mmcblk0p2(3)",)
    assert disk.look(tmp_path, practice=True).state.there


def account(uid: int, *groups: int) -> Account:
    return Account("kiosk", uid, frozenset(groups))


def test_a_token_is_judged_by_mode_owner_and_form(tmp_path: Path) -> None:
    file, me = tmp_path / "gateway.token", account(os.geteuid())

    def found(content: str, mode: int = 0o600, who: Account = me) -> list[str]:
        file.write_text(content)
        file.chmod(mode)
        return symptoms(token.judge(token.look(file, who, needed=True)))

    assert symptoms(token.judge(token.look(file, me, needed=True))) == ["token.missing"]
    assert token.judge(token.look(file, me, needed=False)).findings == ()
    assert found("a-token-of-43-characters k01\n") == []
    assert found("") == ["token.form"]
    assert found("one\ntwo\n") == ["token.form"]
    assert found("a-token\n", 0o640) == ["token.exposed"]
    assert found("a-token\n", 0o600, account(4242)) == ["token.unreadable"]
    assert found("a-token\n", 0o644, account(4242)) == ["token.exposed", *([] if AS_ROOT else ["token.owner"])]
    file.unlink()
    os.mkfifo(file)  # reading it would hang
    assert "token.form" in symptoms(token.judge(token.look(file, me, needed=True)))


def test_secrets_and_devices_are_judged_for_the_kiosks_user(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = house.settings
    house.config.chmod(0o600)  # whatever this user's umask is
    state, sound = settings.terminal.state, house.config.parent / "snd"
    (state / "keys").mkdir(parents=True, mode=0o700)
    (state / "keys" / "slip.key").touch(mode=0o600)
    sound.mkdir()
    (sound / "pcmC0D0p").touch(mode=0o600)

    def found(who: Account | None) -> list[str]:
        monkeypatch.setattr("kiosk.doctor.layers.permissions.kiosk_account", lambda *_, **__: who)
        facts = permissions.look(settings, house.config, practice=True, sound=sound)
        return symptoms(permissions.judge(facts))

    assert found(account(os.geteuid())) == []
    assert found(None) == ["permissions.no-user"]
    # The folder above, which holds it, is not another user's either.
    assert found(account(4242)) == ["permissions.state", "permissions.device"]
    (state / "keys" / "slip.key").chmod(0o640)
    house.config.chmod(0o666)
    assert found(account(os.geteuid())) == ["permissions.exposed", "permissions.changeable"]


def test_the_kiosks_user_is_the_owner_of_its_state_where_it_has_no_name(tmp_path: Path) -> None:
    found = kiosk_account(tmp_path, practice=True)
    assert found is not None
    assert found.uid == os.geteuid()


def test_pcscd_is_seen_with_its_virtual_driver_and_its_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pcscd.SOCKET_VARIABLE, str(tmp_path / "no-socket"))
    drivers, rules, modules = tmp_path / "drivers", tmp_path / "rules", tmp_path / "modules"
    drivers.mkdir()
    rules.mkdir()
    modules.write_text("pn533_usb 20480 0 - Live 0x0000\nsnd 1 0 - Live 0x0\n")
    facts = pcscd.look(practice=False, drivers=(drivers,), rules=(rules,), modules=modules)
    assert (facts.socket, facts.rule, facts.drivers) == (False, False, ("pn533_usb",))
    (drivers / "libifdvpcd.so.0").touch()
    (rules / "50-kiosk-pcsc.rules").write_text(f'action.id == "{pcscd.ACTION}"')
    facts = pcscd.look(practice=False, drivers=(drivers,), rules=(rules,), modules=tmp_path / "none")
    assert (facts.vpcd, facts.rule, facts.drivers) == (True, True, ())


def test_rules_that_may_not_be_read_are_not_missing(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir(mode=0)
    assert bound_by_modes(lambda: pcscd.look(practice=False, rules=(rules,))).rule is None
    rules.chmod(stat.S_IRWXU)


async def test_a_ledger_is_read_as_it_is(tmp_path: Path) -> None:
    state = tmp_path / "state"
    file = state / "ledger.db"
    assert ledger_facts(state).state is LedgerState.NONE
    Book.open(state, "A", "k01").close()
    assert ledger_facts(state).state is LedgerState.SOUND
    writing = Book.open(state, "A", "k01")
    assert ledger_facts(state).state is LedgerState.SOUND
    writing.close()
    whole, key = file.read_bytes(), state / "keys" / "ledger.key"
    file.write_bytes(whole[:4096] + b"\xff" * 4096 * 3 + whole[4096 * 4 :])
    assert ledger_facts(state).state is LedgerState.DAMAGED
    file.write_bytes(b"not a database at all" * 400)
    assert ledger_facts(state).state is LedgerState.DAMAGED
    file.write_bytes(whole)
    kept = key.read_bytes()
    key.unlink()
    assert ledger_facts(state).state is LedgerState.KEYLESS
    from cryptography.fernet import Fernet

    key.write_bytes(Fernet.generate_key())
    assert ledger_facts(state).state is LedgerState.KEYLESS
    key.write_bytes(kept)
    import sqlite3
    from contextlib import closing

    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE something (x)")
    assert ledger_facts(state).state is LedgerState.FOREIGN


def test_a_ledger_of_another_user_is_closed_and_not_damaged(tmp_path: Path) -> None:
    state = tmp_path / "state"
    Book.open(state, "A", "k01").close()
    state.chmod(0)
    assert bound_by_modes(lambda: ledger_facts(state)).state is LedgerState.CLOSED
    state.chmod(stat.S_IRWXU)


@pytest.mark.parametrize(
    ("paper", "found"),
    [
        (Paper.OK, PaperState.OK),
        (Paper.OUT, PaperState.OUT),
        (Paper.COVER, PaperState.COVER_OR_OFFLINE),
        (Paper.SILENT, PaperState.UNKNOWN),
        (Paper.REFUSES, PrinterFault.UNREACHABLE),
    ],
)
async def test_the_printer_is_asked_how_it_is(house: House, paper: Paper, found: object) -> None:
    await house.printer.become(paper)
    facts = await asyncio.to_thread(printer_facts, house.settings, None, practice=True, print_slip=False)
    assert facts.found is found
    assert house.printer.jobs == []


async def test_a_test_slip_is_printed_where_it_is_asked_for(house: House) -> None:
    facts = await asyncio.to_thread(printer_facts, house.settings, None, practice=True, print_slip=True)
    assert facts.printed
    assert (await house.printer.next_job()).qr.isdigit()
    await house.printer.become(Paper.OUT)
    facts = await asyncio.to_thread(printer_facts, house.settings, None, practice=True, print_slip=True)
    assert facts.found is PrinterFault.PAPER_OUT
    assert not facts.printed


@pytest.fixture
def running(house: House) -> Status:
    """A kiosk that runs in the house and has lost its reader and its voice."""
    settings = house.settings
    settings.terminal.run.mkdir()
    file = StatusFile(settings.terminal.run, SiteClock(settings.zone), kiosk="k01", version="0")
    file.part(Part.READER, Condition.DOWN, DeviceFault.NOT_ALLOWED)
    file.part(Part.PRINTER, Condition.DOWN, DeviceFault.NEEDS_HAND)
    file.part(Part.VOICE, Condition.ABSENT)
    file.enter(State.IDLE)
    found = running_kiosk(settings.terminal.run)
    assert found is not None
    return found


async def test_nothing_is_touched_that_a_running_kiosk_has(house: House, running: Status) -> None:
    settings = house.settings
    await house.printer.become(Paper.REFUSES)  # whoever asked it would be told so
    printing = printer_facts(settings, running, practice=True, print_slip=True)
    assert printing.found == PartSaid(Condition.DOWN, DeviceFault.NEEDS_HAND)
    assert printing.in_use
    assert reader_facts(settings, running, practice=False).fault is DeviceFault.NOT_ALLOWED
    assert audio_facts(settings, running).fault is DeviceFault.NOT_THERE
    assert fault_said(running, Part.SCANNER) is None


def test_a_kiosk_that_ended_runs_no_more(house: House, running: Status) -> None:
    run = house.settings.terminal.run
    file = run / "status.json"
    for change in (
        {"state": State.STOPPED},
        {"updated_at": datetime.now(UTC) - timedelta(minutes=5)},
        {"pid": 2**22 + 1},
    ):
        file.write_text(running.model_copy(update=change).model_dump_json())
        assert running_kiosk(run) is None
    file.write_text(running.model_dump_json())
    assert running_kiosk(run) is not None
    file.unlink()
    assert running_kiosk(run) is None


def test_a_scanner_is_opened_or_says_why_not(house: House) -> None:
    assert scanner_facts(house.settings, None).device == ""
    for device, fault in (("/dev/null", DeviceFault.WRONG_DEVICE), ("/dev/input/none", DeviceFault.NOT_THERE)):
        text = house.config.read_text(encoding="utf-8").partition("[scanner]")[0]
        house.config.write_text(f'{text}[scanner]\ndevice = "{device}"\n', encoding="utf-8")
        assert scanner_facts(house.settings, None).fault is fault


def test_sound_is_opened_without_a_sound(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(house.config.parent))
    facts = audio_facts(house.settings, None)
    assert facts.fault is DeviceFault.NO_LIBRARY
    assert facts.missing_clips > 0


def test_a_reader_for_practice_is_not_looked_for(house: House) -> None:
    assert reader_facts(house.settings, None, practice=True).fault is None


def test_without_pcscd_there_is_no_service(house: House) -> None:
    """libpcsclite looks for one socket only in a process, so another process asks."""
    import subprocess
    import sys

    script = (
        "from pathlib import Path\nfrom kiosk.settings import load\n"
        "from kiosk.station.wiring.doctor.devices import reader_facts\n"
        f"print(reader_facts(load(Path({str(house.config)!r})), None, practice=False).fault.name)"
    )
    environment = {**os.environ, "PCSCLITE_CSOCK_NAME": str(house.config.parent / "none")}
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert said.stdout.strip() == "NO_SERVICE"


async def test_the_gateway_is_asked_once_for_itself_and_for_the_clock(house: House) -> None:
    look = GatewayLook(house.settings)
    facts = await asyncio.to_thread(look.facts, practice=False)
    assert (facts.fault, facts.simulator, facts.well) == (None, True, True)
    assert look.off is not None
    assert abs(look.off) < timedelta(seconds=60)
    assert clock_facts(house.settings, None, look, practice=True).off == look.off
    house.config.parent.joinpath("gateway.token").unlink()
    unread = GatewayLook(house.settings)
    assert not (await asyncio.to_thread(unread.facts, practice=False)).asked


def test_the_slips_typeface_and_the_terminals_are_there() -> None:
    facts = font_facts()
    assert facts.missing == ()
    assert facts.matched in (None, facts.family)


@pytest.fixture
def secured(house: House) -> Path:
    """A folder with an authority and a gateway's certificate."""
    return make(["localhost"], house.config.parent / "made", datetime.now(UTC), days=400).folder


def trusting(house: House, url: str, ca_file: Path) -> certificate.CertificateFacts:
    gateway = Gateway(url=url, token_file=house.config.parent / "gateway.token", ca_file=ca_file)
    settings = house.settings.model_copy(update={"gateway": gateway})
    return certificate.look(settings, datetime.now(UTC))


def test_the_certificate_that_the_gateway_shows_is_judged(house: House, secured: Path, tmp_path: Path) -> None:
    with running_gateway(
        Simulator(),
        Tokens({"a-token-of-some-length": "k01"}),
        certificate=secured / "gateway.pem",
        key=secured / "gateway.key",
    ) as url:
        facts = trusting(house, url, secured / "gateway-ca.pem")
        assert [each.flaw for each in facts.certificates] == [None, None]
        shown = facts.certificates[1]
        assert shown.ends is not None
        assert 398 < (shown.ends - datetime.now(UTC)).days < 401
        other = make(["localhost"], tmp_path / "other", datetime.now(UTC)).ca
        assert trusting(house, url, other).certificates[1].flaw is Flaw.REFUSED
    assert trusting(house, url, secured / "gateway-ca.pem").certificates[1].flaw is Flaw.NOT_SEEN
    assert [each.flaw for each in trusting(house, url, tmp_path / "none.pem").certificates] == [Flaw.MISSING]
    assert trusting(house, url, house.config).certificates[0].flaw is Flaw.UNREADABLE
