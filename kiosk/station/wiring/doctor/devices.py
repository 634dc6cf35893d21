"""What the devices say. A kiosk that runs has them in its hands: then its word is taken, and none is touched."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from kiosk.doctor.layers.audio import AudioFacts
from kiosk.doctor.layers.printer import PartSaid, PrinterFacts
from kiosk.doctor.layers.reader import ReaderFacts
from kiosk.doctor.layers.scanner import ScannerFacts
from kiosk.ports.device import Condition, DeviceFailure, DeviceFault, Part
from kiosk.ports.printer import PaperState, PrinterFailure, PrinterFault
from kiosk.settings import Settings
from kiosk.station.judgement import STALE
from kiosk.station.status import NoStatus, State, Status, read_status

PROC = Path("/proc")


def running_kiosk(run: Path) -> Status | None:
    """The status of the kiosk that runs here now; None where none does."""
    try:
        status = read_status(run)
    except NoStatus:
        return None
    fresh = abs(datetime.now(UTC) - status.updated_at) <= STALE
    lives = (PROC / str(status.pid)).exists()
    return status if fresh and lives and status.state is not State.STOPPED else None


def fault_said(status: Status, part: Part) -> DeviceFault | None:
    """Why the running kiosk cannot use a part; None while it can, or has not said yet."""
    if status.condition(part) is not Condition.DOWN:
        return None
    return status.faults.get(part, DeviceFault.NOT_THERE)


def reader_facts(settings: Settings, status: Status | None, *, practice: bool) -> ReaderFacts:
    """Ask pcscd which readers there are; no card is touched."""
    pattern = settings.card.reader
    if status is not None:
        return ReaderFacts(pattern, fault=fault_said(status, Part.READER), running=True, practice=practice)
    if practice:
        return ReaderFacts(pattern, practice=True)
    from hardware.card.errors import PcscError, device_fault_of
    from hardware.card.pcsc import Context

    try:
        with Context() as context:
            return ReaderFacts(pattern, context.readers())
    except PcscError as error:
        return ReaderFacts(pattern, fault=device_fault_of(error))


def printer_facts(settings: Settings, status: Status | None, *, practice: bool, print_slip: bool) -> PrinterFacts:
    """Ask the printer how it is, with `print_slip` after a test slip. Raises FontMissing, with a test slip."""
    device = settings.printer.device
    if status is not None:
        said = PartSaid(status.condition(Part.PRINTER), status.faults.get(Part.PRINTER))
        return PrinterFacts(device, said, in_use=print_slip, practice=practice)
    found = asyncio.run(_asked(settings, print_slip=print_slip))
    printed = print_slip and isinstance(found, PaperState)
    return PrinterFacts(device, found, printed=printed, practice=practice)


async def _asked(settings: Settings, *, print_slip: bool) -> PaperState | PrinterFault:
    from kiosk.station.wiring.devices import printer_of

    printer = printer_of(settings.printer)
    try:
        if print_slip:
            from kiosk.slip.trial import trial_slip

            now = datetime.now(settings.zone)
            await printer.print(trial_slip(settings.site.name, settings.terminal.name, now, settings.printer.head))
        return await printer.paper()
    except PrinterFailure as failure:
        return failure.fault


def scanner_facts(settings: Settings, status: Status | None) -> ScannerFacts:
    """Open the scanner and let it go."""
    device = settings.scanner.device
    if not device:
        return ScannerFacts()
    if status is not None:
        return ScannerFacts(device, fault_said(status, Part.SCANNER), running=True)
    from hardware.scanner.source import open_source

    try:
        os.close(open_source(Path(device), settings.scanner.baud).descriptor)
    except DeviceFailure as failure:
        return ScannerFacts(device, failure.fault)
    return ScannerFacts(device)


def audio_facts(settings: Settings, status: Status | None) -> AudioFacts:
    """Open the sound device without a sound, and count the sentences that have no clip."""
    section = settings.voice
    if not section.enabled:
        return AudioFacts(enabled=False)
    from kiosk.voice.folder import VoiceFolder
    from kiosk.voice.sentences import sentences_of

    clips = VoiceFolder(section.folder, sentences_of(settings))
    clips.look()
    missing = len(clips.missing)
    if status is not None:
        absent = status.condition(Part.VOICE) is Condition.ABSENT
        fault = DeviceFault.NOT_THERE if absent else fault_said(status, Part.VOICE)
        return AudioFacts(True, section.device, fault, missing, running=True)
    return AudioFacts(True, section.device, asyncio.run(_fault_of_sound(section.device)), missing)


async def _fault_of_sound(device: str) -> DeviceFault | None:
    from hardware.voice.aplay import running

    try:
        async with running(device) as run:
            await run.finish()
    except DeviceFailure as failure:
        return failure.fault
    return None
