"""Every symptom can occur, says what it is in Japanese, and what to type; and what is well is found to be well."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.checkin.outcome import QueryFault
from kiosk.doctor import configuration
from kiosk.doctor.finding import Examined, Level
from kiosk.doctor.layers import (
    audio,
    certificate,
    clock,
    disk,
    encoding,
    faults,
    fonts,
    gateway,
    ledger,
    packages,
    pcscd,
    permissions,
    printer,
    reader,
    scanner,
    terminal,
    token,
    versions,
)
from kiosk.doctor.layers.audio import AudioFacts
from kiosk.doctor.layers.certificate import Certificate, CertificateFacts, Flaw
from kiosk.doctor.layers.clock import ClockFacts
from kiosk.doctor.layers.disk import DiskFacts, Room
from kiosk.doctor.layers.encoding import LocaleFacts
from kiosk.doctor.layers.fonts import FontFacts
from kiosk.doctor.layers.gateway import GatewayFacts
from kiosk.doctor.layers.ledger import LedgerFacts, LedgerState
from kiosk.doctor.layers.packages import PackageFacts
from kiosk.doctor.layers.pcscd import PcscdFacts
from kiosk.doctor.layers.permissions import DeviceFile, PermissionFacts
from kiosk.doctor.layers.printer import PartSaid, PrinterFacts
from kiosk.doctor.layers.reader import ReaderFacts
from kiosk.doctor.layers.scanner import ScannerFacts
from kiosk.doctor.layers.terminal import TerminalFacts
from kiosk.doctor.layers.token import TokenFacts
from kiosk.doctor.layers.versions import VersionFacts
from kiosk.doctor.symptoms import Layer, Symptom
from kiosk.doctor.walk import Check, Walk
from kiosk.ports.device import Condition, DeviceFault
from kiosk.ports.printer import PaperState, PrinterFault
from kiosk.settings import ClockSource

NOW = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
STATE = Path("/var/lib/kiosk")
FILE = Path("/etc/kiosk/gateway.token")
PRINTER = "/dev/kiosk-printer"
SCANNER = "/dev/input/by-id/usb-Maker_Scanner-event-kbd"
READER = "SCM Microsystems Inc. SCR 3310 [CCID Interface] (53311234) 00 00"
EVERYTHING = dict.fromkeys((*packages.NEEDED, *packages.ON_A_COUNTER, *packages.WANTED, *packages.FOR_THE_VOICE), "1")

Occurring = Callable[[], Examined]


def walked(check: Check, seconds: float = 10.0) -> Examined:
    (visited,) = Walk([check], seconds).steps()
    return visited.examined


def broken() -> Examined:
    raise RuntimeError("見本　太郎")


def idle() -> Examined:
    import threading

    threading.Event().wait(30)  # longer than anybody waits here; the thread is a daemon
    return Examined()


def room(**changes: object) -> Occurring:
    return lambda: disk.judge(DiskFacts(Room(STATE, **changes)))  # type: ignore[arg-type]  # fields of Room by name


def certificate_of(
    flaw: Flaw | None = None, begins: timedelta = -timedelta(days=1), ends: timedelta = timedelta(days=400)
) -> Occurring:
    file = "/etc/kiosk/ca.pem"
    found = Certificate(file, flaw=flaw) if flaw else Certificate(file, NOW + begins, NOW + ends)
    return lambda: certificate.judge(CertificateFacts(NOW, (found,)))


def printer_that(found: PaperState | PrinterFault | PartSaid) -> Occurring:
    return lambda: printer.judge(PrinterFacts(PRINTER, found))


def scanner_with(fault: DeviceFault) -> Occurring:
    return lambda: scanner.judge(ScannerFacts(SCANNER, fault))


def audio_with(fault: DeviceFault, device: str = "default") -> Occurring:
    return lambda: audio.judge(AudioFacts(device=device, fault=fault))


def reader_with(fault: DeviceFault) -> Occurring:
    return lambda: reader.judge(ReaderFacts(fault=fault))


def gateway_with(fault: QueryFault) -> Occurring:
    return lambda: gateway.judge(GatewayFacts("https://gw.example:8460", fault=fault))


def ledger_that_is(state: LedgerState) -> Occurring:
    return lambda: ledger.judge(LedgerFacts(STATE / "ledger.db", state))


OCCURRING: Mapping[Symptom, Occurring] = {
    Symptom.CRASHED: lambda: walked(Check(Layer.DISK, broken)),
    Symptom.HANGS: lambda: walked(Check(Layer.DISK, idle, seconds=0.05)),
    Symptom.NOT_REACHED: lambda: walked(Check(Layer.DISK, idle), seconds=0.0),
    Symptom.CONFIGURATION_WRONG: lambda: configuration.judge("kiosk.toml", ("kiosk.toml: site.name: missing",)),
    Symptom.NOT_DEBIAN: lambda: packages.judge(PackageFacts(None)),
    Symptom.PACKAGES_MISSING: lambda: packages.judge(PackageFacts({})),
    Symptom.PACKAGES_WANTED: lambda: packages.judge(PackageFacts({})),
    Symptom.PYTHON_OLD: lambda: versions.judge(VersionFacts(python=(3, 10, 9))),
    Symptom.NOT_INSTALLED: lambda: versions.judge(VersionFacts(installed=False)),
    Symptom.LIBRARY_MISSING: lambda: versions.judge(VersionFacts(libraries={"textual": None})),
    Symptom.LIBRARY_OTHER: lambda: versions.judge(
        VersionFacts(pinned={"textual": "8.2.8"}, libraries={"textual": "9.0"})
    ),
    Symptom.SHADOWED: lambda: versions.judge(VersionFacts(places=frozenset({"/opt/kiosk", "/tmp"}))),  # noqa: S108 - a name
    Symptom.SQLITE_WAL: lambda: versions.judge(VersionFacts(sqlite=(3, 46, 1))),
    Symptom.FOOT_WITHOUT_TOUCH: lambda: versions.judge(VersionFacts(foot=(1, 13, 1))),
    Symptom.NOT_UTF8: lambda: encoding.judge(LocaleFacts("ANSI_X3.4-1968", name="C")),
    Symptom.FONT_MISSING: lambda: fonts.judge(FontFacts("BIZ UDGothic", "fonts", ("Bold",), "BIZ UDGothic")),
    Symptom.FONT_OTHER: lambda: fonts.judge(FontFacts("BIZ UDGothic", "fonts", (), "DejaVu Sans")),
    Symptom.FONTS_UNKNOWN: lambda: fonts.judge(FontFacts("BIZ UDGothic", "fonts", (), None)),
    Symptom.NO_TERMINAL: lambda: terminal.judge(TerminalFacts(there=False)),
    Symptom.TERMINAL_SMALL: lambda: terminal.judge(TerminalFacts(columns=79)),
    Symptom.TERMINAL_SILENT: lambda: terminal.judge(TerminalFacts(widths=None)),
    Symptom.GLYPH_WIDTHS: lambda: terminal.judge(TerminalFacts(widths={"漢字": 2})),
    Symptom.AMBIGUOUS_WIDTHS: lambda: terminal.judge(TerminalFacts(widths={"①": 2})),
    Symptom.DISK_MISSING: room(there=False),
    Symptom.DISK_READ_ONLY: room(read_only=True),
    Symptom.DISK_FULL: room(free=disk.FULL_BYTES - 1),
    Symptom.DISK_LOW: room(free=disk.LOW_BYTES - 1),
    Symptom.DISK_VOLATILE: room(kind="tmpfs"),
    Symptom.DISK_REMOTE: room(kind="cifs"),
    Symptom.DISK_ERRORS: lambda: disk.judge(DiskFacts(Room(STATE), errors=("mmcblk0p2(3)",))),
    Symptom.NO_USER: lambda: permissions.judge(PermissionFacts(user=None)),
    Symptom.STATE_NOT_WRITABLE: lambda: permissions.judge(PermissionFacts(writable=False)),
    Symptom.EXPOSED: lambda: permissions.judge(PermissionFacts(exposed=(STATE / "keys" / "slip.key",))),
    Symptom.FOLDER_OPEN: lambda: permissions.judge(PermissionFacts(open_folders=(STATE,))),
    Symptom.CHANGEABLE: lambda: permissions.judge(PermissionFacts(changeable=(Path("/etc/kiosk/kiosk.toml"),))),
    Symptom.DEVICE_CLOSED: lambda: permissions.judge(PermissionFacts(closed=(DeviceFile(Path(PRINTER), "lp"),))),
    Symptom.LEDGER_NONE: ledger_that_is(LedgerState.NONE),
    Symptom.LEDGER_CLOSED: ledger_that_is(LedgerState.CLOSED),
    Symptom.LEDGER_DAMAGED: ledger_that_is(LedgerState.DAMAGED),
    Symptom.LEDGER_KEY: ledger_that_is(LedgerState.KEYLESS),
    Symptom.LEDGER_FOREIGN: ledger_that_is(LedgerState.FOREIGN),
    Symptom.VPCD_INSTALLED: lambda: pcscd.judge(PcscdFacts(vpcd=True)),
    Symptom.PCSCD_STOPPED: lambda: pcscd.judge(PcscdFacts(socket=False)),
    Symptom.POLKIT_RULE: lambda: pcscd.judge(PcscdFacts(version="2.3.3-1", rule=False)),
    Symptom.NFC_DRIVER: lambda: pcscd.judge(PcscdFacts(drivers=("pn533_usb",))),
    Symptom.READER_NONE: lambda: reader.judge(ReaderFacts()),
    Symptom.READER_OTHER: lambda: reader.judge(ReaderFacts("Sony", (READER,))),
    Symptom.READER_SEVERAL: lambda: reader.judge(ReaderFacts("", (READER, "Sony RC-S300/S 01 00"))),
    Symptom.READER_NO_SERVICE: reader_with(DeviceFault.NO_SERVICE),
    Symptom.READER_NOT_ALLOWED: reader_with(DeviceFault.NOT_ALLOWED),
    Symptom.READER_NO_LIBRARY: reader_with(DeviceFault.NO_LIBRARY),
    Symptom.READER_DOWN: reader_with(DeviceFault.HANGS),
    Symptom.READER_VIRTUAL: lambda: reader.judge(ReaderFacts("Virtual PCD 00 00", practice=True)),
    Symptom.PRINTER_UNREACHABLE: printer_that(PrinterFault.UNREACHABLE),
    Symptom.PRINTER_TIMED_OUT: printer_that(PrinterFault.TIMED_OUT),
    Symptom.PRINTER_NO_PAPER: printer_that(PaperState.OUT),
    Symptom.PRINTER_NEAR_END: printer_that(PaperState.NEAR_END),
    Symptom.PRINTER_COVER: printer_that(PaperState.COVER_OR_OFFLINE),
    Symptom.PRINTER_NEEDS_HAND: printer_that(PartSaid(Condition.DOWN, DeviceFault.NEEDS_HAND)),
    Symptom.PRINTER_SILENT: printer_that(PaperState.UNKNOWN),
    Symptom.PRINTER_HEAD: printer_that(PrinterFault.QR_UNREADABLE),
    Symptom.PRINTER_DOWN: printer_that(PartSaid(Condition.DOWN, DeviceFault.FAULTY)),
    Symptom.PRINTER_VIRTUAL: lambda: printer.judge(PrinterFacts("virtual:slips", PaperState.OK)),
    Symptom.PRINTER_IN_USE: lambda: printer.judge(PrinterFacts(PRINTER, PartSaid(Condition.OK), in_use=True)),
    Symptom.SCANNER_UNNAMED: lambda: scanner.judge(ScannerFacts()),
    Symptom.SCANNER_NONE: scanner_with(DeviceFault.NOT_THERE),
    Symptom.SCANNER_NOT_ALLOWED: scanner_with(DeviceFault.NOT_ALLOWED),
    Symptom.SCANNER_BUSY: scanner_with(DeviceFault.BUSY),
    Symptom.SCANNER_WRONG: scanner_with(DeviceFault.WRONG_DEVICE),
    Symptom.SCANNER_DOWN: scanner_with(DeviceFault.HANGS),
    Symptom.SCANNER_NUMBERED: lambda: scanner.judge(ScannerFacts("/dev/input/event3")),
    Symptom.AUDIO_OFF: lambda: audio.judge(AudioFacts(enabled=False)),
    Symptom.AUDIO_ABSENT: audio_with(DeviceFault.NOT_THERE),
    Symptom.AUDIO_NO_PLAYER: audio_with(DeviceFault.NO_LIBRARY),
    Symptom.AUDIO_NOT_ALLOWED: audio_with(DeviceFault.NOT_ALLOWED),
    Symptom.AUDIO_WRONG: audio_with(DeviceFault.NOT_THERE, "plughw:CARD=Gone"),
    Symptom.AUDIO_DOWN: audio_with(DeviceFault.HANGS),
    Symptom.AUDIO_CLIPS: lambda: audio.judge(AudioFacts(missing_clips=3)),
    Symptom.TOKEN_MISSING: lambda: token.judge(TokenFacts(FILE, there=False)),
    Symptom.TOKEN_UNREADABLE: lambda: token.judge(TokenFacts(FILE, readable=False)),
    Symptom.TOKEN_EXPOSED: lambda: token.judge(TokenFacts(FILE, mode=0o644)),
    Symptom.TOKEN_OWNER: lambda: token.judge(TokenFacts(FILE, own=False)),
    Symptom.TOKEN_FORM: lambda: token.judge(TokenFacts(FILE, well_formed=False)),
    Symptom.CERTIFICATE_MISSING: certificate_of(Flaw.MISSING),
    Symptom.CERTIFICATE_UNREADABLE: certificate_of(Flaw.UNREADABLE),
    Symptom.CERTIFICATE_REFUSED: certificate_of(Flaw.REFUSED),
    Symptom.CERTIFICATE_NOT_SEEN: certificate_of(Flaw.NOT_SEEN),
    Symptom.CERTIFICATE_EXPIRED: certificate_of(ends=timedelta()),
    Symptom.CERTIFICATE_EXPIRES: certificate_of(ends=timedelta(days=29)),
    Symptom.CERTIFICATE_NOT_YET: certificate_of(begins=timedelta(hours=1)),
    Symptom.GATEWAY_NONE: lambda: gateway.judge(GatewayFacts()),
    Symptom.GATEWAY_NOT_ASKED: lambda: gateway.judge(GatewayFacts("https://gw.example:8460", asked=False)),
    Symptom.GATEWAY_UNREACHABLE: gateway_with(QueryFault.UNREACHABLE),
    Symptom.GATEWAY_TIMED_OUT: gateway_with(QueryFault.TIMED_OUT),
    Symptom.GATEWAY_REFUSED: gateway_with(QueryFault.REFUSED),
    Symptom.GATEWAY_FAULTY: gateway_with(QueryFault.GARBAGE),
    Symptom.GATEWAY_BEHIND: lambda: gateway.judge(GatewayFacts("https://gw.example:8460", well=False)),
    Symptom.GATEWAY_WITHOUT_NUMBERS: lambda: gateway.judge(GatewayFacts("https://gw.example:8460", numbers=False)),
    Symptom.GATEWAY_SIMULATOR: lambda: gateway.judge(GatewayFacts("https://gw.example:8460", simulator=True)),
    Symptom.CLOCK_UNSYNCHRONISED: lambda: clock.judge(ClockFacts(synchronised=False)),
    Symptom.CLOCK_UNTOLD: lambda: clock.judge(ClockFacts(synchronised=None, off=None)),
    Symptom.CLOCK_OFF: lambda: clock.judge(ClockFacts(off=-timedelta(seconds=121))),
    Symptom.CLOCK_NO_CHIP: lambda: clock.judge(ClockFacts(ClockSource.CHIP)),
}

WELL: Mapping[Layer, Occurring] = {
    Layer.CONFIGURATION: lambda: configuration.judge("kiosk.toml"),
    Layer.PACKAGES: lambda: packages.judge(PackageFacts(EVERYTHING)),
    Layer.VERSIONS: lambda: versions.judge(VersionFacts(foot=(1, 21, 0))),
    Layer.LOCALE: lambda: encoding.judge(LocaleFacts("UTF-8", "utf8", "C.UTF-8")),
    Layer.FONTS: lambda: fonts.judge(FontFacts("BIZ UDGothic", "fonts", (), "BIZ UDGothic")),
    Layer.TERMINAL: lambda: terminal.judge(TerminalFacts(widths={**terminal.GLYPHS, **terminal.AMBIGUOUS})),
    Layer.DISK: room(),
    Layer.PERMISSIONS: lambda: permissions.judge(PermissionFacts()),
    Layer.LEDGER: ledger_that_is(LedgerState.SOUND),
    Layer.PCSCD: lambda: pcscd.judge(PcscdFacts()),
    Layer.READER: lambda: reader.judge(ReaderFacts("SCR 3310", (READER,))),
    Layer.PRINTER: printer_that(PaperState.OK),
    Layer.SCANNER: lambda: scanner.judge(ScannerFacts(SCANNER)),
    Layer.AUDIO: lambda: audio.judge(AudioFacts()),
    Layer.TOKEN: lambda: token.judge(TokenFacts(FILE)),
    Layer.CERTIFICATE: certificate_of(),
    Layer.GATEWAY: lambda: gateway.judge(GatewayFacts("https://gw.example:8460")),
    Layer.CLOCK: lambda: clock.judge(ClockFacts()),
}


@pytest.mark.parametrize("symptom", Symptom, ids=lambda symptom: symptom.value)
def test_a_symptom_can_occur(symptom: Symptom) -> None:
    found = [finding for finding in OCCURRING[symptom]().findings if finding.symptom is symptom]
    assert len(found) == 1
    (finding,) = found
    assert re.search(r"[ぁ-んァ-ン一-龥]", finding.words)
    # What is only worth knowing may need nothing; an old Python has no command that mends it, nor has an old foot.
    handless = {Symptom.PYTHON_OLD, Symptom.FOOT_WITHOUT_TOUCH}
    assert finding.remedy or finding.level is Level.OK or symptom in handless
    assert "\n" not in finding.words + finding.remedy
    if not symptom.value.startswith("doctor."):
        assert finding.layer is symptom.layer


@pytest.mark.parametrize("layer", Layer, ids=lambda layer: layer.value)
def test_a_layer_that_is_well_has_no_finding(layer: Layer) -> None:
    assert WELL[layer]().findings == ()
    assert layer.word


@pytest.mark.parametrize("fault", DeviceFault, ids=lambda fault: fault.value)
def test_every_fault_of_a_device_is_a_finding_of_each_device(fault: DeviceFault) -> None:
    assert faults.WORDS[fault]
    said = printer_that(PartSaid(Condition.DOWN, fault))()
    for examined in (reader_with(fault)(), said, scanner_with(fault)(), audio_with(fault)()):
        assert len(examined.findings) == 1


@pytest.mark.parametrize(
    ("running", "symptoms"),
    [(PartSaid(Condition.OK), []), (PartSaid(Condition.UNKNOWN), []), (PartSaid(Condition.ATTENTION), ["near-end"])],
)
def test_what_the_running_kiosk_says_of_its_printer_counts(running: PartSaid, symptoms: list[str]) -> None:
    found = printer_that(running)().findings
    assert [finding.symptom.value.partition(".")[2] for finding in found] == symptoms


def test_practice_may_have_the_virtual_reader_and_nothing_of_a_counter() -> None:
    assert pcscd.judge(PcscdFacts(practice=True, vpcd=True, socket=False)).findings == ()
    assert (
        packages.judge(PackageFacts(dict.fromkeys((*packages.NEEDED, *packages.WANTED), "1"), True, False)).findings
        == ()
    )
    assert gateway.judge(GatewayFacts("http://localhost:1", simulator=True, practice=True)).findings == ()


@pytest.mark.parametrize(("version", "found"), [("1.9.9-2", 0), ("2.0.0-1", 1), ("2.3.3-1", 1)])
def test_polkit_is_asked_for_only_where_pcscd_asks_it(version: str, found: int) -> None:
    assert len(pcscd.judge(PcscdFacts(version=version, rule=False)).findings) == found
    assert pcscd.judge(PcscdFacts(version=version, rule=None)).findings == ()


@pytest.mark.parametrize(
    ("sqlite", "found"),
    [
        ((3, 40, 1), 1),
        ((3, 44, 5), 1),
        ((3, 44, 6), 0),
        ((3, 50, 6), 1),
        ((3, 50, 7), 0),
        ((3, 51, 2), 1),
        ((3, 51, 3), 0),
    ],
)
def test_the_mended_versions_of_sqlite_are_known(sqlite: tuple[int, ...], found: int) -> None:
    assert len(versions.judge(VersionFacts(sqlite=sqlite)).findings) == found


@pytest.mark.parametrize(
    ("facts", "symptom"),
    [
        (ClockFacts(ClockSource.NTP, None, timedelta(seconds=1)), Symptom.CLOCK_UNTOLD),
        (ClockFacts(ClockSource.NTP, False, timedelta(seconds=1)), Symptom.CLOCK_UNSYNCHRONISED),
        (ClockFacts(ClockSource.GATEWAY, False, timedelta(seconds=1)), None),
        (ClockFacts(ClockSource.GATEWAY, False, None), Symptom.CLOCK_UNSYNCHRONISED),
        (ClockFacts(ClockSource.GATEWAY, True, None), None),
        (ClockFacts(ClockSource.CHIP, None, None, chip=True), None),
        (ClockFacts(ClockSource.CHIP, None, timedelta(minutes=3), chip=True), Symptom.CLOCK_OFF),
        (ClockFacts(doubt=DeviceFault.OFF), Symptom.CLOCK_OFF),
    ],
)
def test_the_clock_is_judged_as_the_kiosk_judges_it(facts: ClockFacts, symptom: Symptom | None) -> None:
    assert [finding.symptom for finding in clock.judge(facts).findings] == ([symptom] if symptom else [])


def test_the_panel_itself_must_be_large_enough() -> None:
    assert terminal.judge(TerminalFacts(columns=60, panel=True)).level is Level.FAILURE
    assert terminal.judge(TerminalFacts(columns=60)).level is Level.WARNING
    assert terminal.judge(TerminalFacts(columns=0, rows=0)).level is Level.OK


def test_an_account_gets_the_first_class_that_fits_it(tmp_path: Path) -> None:
    from kiosk.doctor.account import Account

    file = tmp_path / "device"
    file.touch()
    status = file.stat()
    owner, member, other = (
        Account("owner", status.st_uid or 1000, frozenset()),
        Account("member", 4242, frozenset({status.st_gid})),
        Account("other", 4242, frozenset()),
    )

    def may(account: Account, mode: int, uid: int | None = None) -> bool:
        given = list(status)
        given[0], given[4] = 0o100000 | mode, account.uid if uid is None else uid
        return account.may(os.R_OK | os.W_OK, os.stat_result(given))

    assert may(owner, 0o600)
    assert not may(owner, 0o066)
    assert may(member, 0o060, uid=1)
    assert not may(member, 0o606, uid=1)
    assert may(other, 0o006, uid=1)
    assert not may(other, 0o660, uid=1)
