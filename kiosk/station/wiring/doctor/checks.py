"""The checks of this terminal: facts of each layer, gathered and judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk.doctor import configuration
from kiosk.doctor.account import kiosk_account
from kiosk.doctor.layers import (
    audio,
    certificate,
    clock,
    disk,
    encoding,
    fonts,
    gateway,
    ledger,
    measuring,
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
from kiosk.doctor.symptoms import Layer
from kiosk.doctor.walk import DEADLINE_SECONDS, Check
from kiosk.settings import Settings
from kiosk.station.status import Status
from kiosk.station.wiring.doctor.devices import audio_facts, printer_facts, reader_facts, scanner_facts
from kiosk.station.wiring.doctor.rooms import GatewayLook, clock_facts, font_facts, ledger_facts

BEFORE_START = frozenset(
    {
        Layer.CONFIGURATION,
        Layer.PACKAGES,
        Layer.LOCALE,
        Layer.FONTS,
        Layer.DISK,
        Layer.PERMISSIONS,
        Layer.PCSCD,
        Layer.TOKEN,
        Layer.CERTIFICATE,
    }
)
"""What answers at once: no device, no network, and not the ledger, which the kiosk itself examines when it opens it."""
WITHOUT_CONFIGURATION = frozenset(
    {Layer.PACKAGES, Layer.VERSIONS, Layer.LOCALE, Layer.FONTS, Layer.TERMINAL, Layer.PCSCD}
)
"""What can be examined before there is a configuration file."""
LEDGER_SECONDS = 60.0
"""An SD card reads 20 MB a second, and a year's ledger has less than 500."""
SPARE_SECONDS = 10.0
"""Above the printer's own deadline: for drawing and for asking how it is."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the doctor was called to."""

    file: Path
    """Its configuration."""
    settings: Settings | None = None
    wrong: tuple[str, ...] = ()
    """What is wrong with the configuration, a line for each key."""
    status: Status | None = None
    """Of the kiosk that runs here; None while none does."""
    network: bool = True
    """Whether the gateway may be asked for its certificate."""
    print_slip: bool = False

    @property
    def practice(self) -> bool:
        """Whether the configuration names a virtual reader: a demo, a rehearsal, a machine for development."""
        return self.settings is not None and pcscd.VIRTUAL_READER in self.settings.card.reader

    def checks(self, layers: frozenset[Layer]) -> tuple[Check, ...]:
        """The checks of those layers that can be made, in the order of the layers."""
        known = {check.layer: check for check in (*self._of_the_system(), *self._of_the_configuration())}
        return tuple(known[layer] for layer in Layer if layer in layers and layer in known)

    def _of_the_system(self) -> Iterator[Check]:
        voice = self.settings is None or self.settings.voice.enabled
        yield Check(Layer.CONFIGURATION, lambda: configuration.judge(str(self.file), self.wrong))
        yield Check(Layer.PACKAGES, lambda: packages.judge(packages.look(practice=self.practice, voice=voice)))
        yield Check(Layer.VERSIONS, lambda: versions.judge(versions.look(practice=self.practice)))
        yield Check(Layer.LOCALE, lambda: encoding.judge(encoding.look()))
        yield Check(Layer.FONTS, lambda: fonts.judge(font_facts()))
        yield Check(Layer.TERMINAL, lambda: terminal.judge(measuring.look()))
        yield Check(Layer.PCSCD, lambda: pcscd.judge(pcscd.look(practice=self.practice)))

    def _of_the_configuration(self) -> Iterator[Check]:
        settings = self.settings
        if settings is None:
            return
        state, status, practice = settings.terminal.state, self.status, self.practice
        asked = GatewayLook(settings)
        yield Check(Layer.DISK, lambda: disk.judge(disk.look(state, practice=practice)))
        yield Check(
            Layer.PERMISSIONS, lambda: permissions.judge(permissions.look(settings, self.file, practice=practice))
        )
        yield Check(Layer.LEDGER, lambda: ledger.judge(ledger_facts(state)), LEDGER_SECONDS)
        yield Check(Layer.READER, lambda: reader.judge(reader_facts(settings, status, practice=practice)))
        yield Check(
            Layer.PRINTER,
            lambda: printer.judge(printer_facts(settings, status, practice=practice, print_slip=self.print_slip)),
            settings.printer.deadline_seconds + SPARE_SECONDS,
        )
        yield Check(Layer.SCANNER, lambda: scanner.judge(scanner_facts(settings, status)))
        yield Check(Layer.AUDIO, lambda: audio.judge(audio_facts(settings, status)))
        yield Check(
            Layer.TOKEN,
            lambda: token.judge(
                token.look(
                    settings.gateway.token_file,
                    kiosk_account(state, practice=practice),
                    needed=bool(settings.gateway.url),
                )
            ),
        )
        yield Check(
            Layer.CERTIFICATE,
            lambda: certificate.judge(certificate.look(settings, datetime.now(UTC), ask=self.network)),
        )
        yield Check(Layer.GATEWAY, lambda: gateway.judge(asked.facts(practice=practice)), DEADLINE_SECONDS)
        yield Check(Layer.CLOCK, lambda: clock.judge(clock_facts(settings, status, asked, practice=practice)))
