"""What the other rooms of the kiosk say: the typeface, the ledger, the gateway, the clock."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.doctor.layers.clock import ClockFacts, has_chip
from kiosk.doctor.layers.fonts import FontFacts, matched_by_fontconfig
from kiosk.doctor.layers.gateway import GatewayFacts
from kiosk.doctor.layers.ledger import LedgerFacts, LedgerState
from kiosk.ports.device import Part
from kiosk.settings import Settings, SettingsError
from kiosk.station.status import Status
from kiosk.station.wiring.doctor.devices import fault_said

if TYPE_CHECKING:
    from kiosk.qualifier import Health

_CLOSED = ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_AUTH")
"""What SQLite says when it may not read a file, or not now."""


def font_facts() -> FontFacts:
    """Look for the slip's typeface, and ask fontconfig for the terminal's."""
    from kiosk.slip.fonts import FAMILY, PACKAGE, FontMissing, Weight, find_font

    missing = []
    for weight in Weight:
        try:
            find_font(weight)
        except FontMissing:
            missing.append(weight.value)
    return FontFacts(FAMILY, PACKAGE, tuple(missing), matched_by_fontconfig(FAMILY))


def ledger_facts(state: Path) -> LedgerFacts:
    """Read the whole ledger, beside a kiosk that may be writing to it."""
    from kiosk.ledger.opening import DATABASE

    return LedgerFacts(state / DATABASE, _ledger_state(state, state / DATABASE))


def _ledger_state(state: Path, file: Path) -> LedgerState:
    from kiosk.ledger.reader import LedgerReader
    from kiosk.ports.desk import LedgerFailure
    from kiosk.vault import VaultFailure

    found = LedgerState.FOREIGN
    try:
        if not file.exists():
            return LedgerState.NONE
        with LedgerReader.open(state) as ledger:
            found = LedgerState.DAMAGED
            ledger.require_sound()
    except PermissionError:
        return LedgerState.CLOSED
    except LedgerFailure as failure:
        match failure.__cause__:
            case PermissionError():
                return LedgerState.CLOSED
            case sqlite3.Error() as broken:
                name = getattr(broken, "sqlite_errorname", "")
                return LedgerState.CLOSED if name.startswith(_CLOSED) else LedgerState.DAMAGED
        return LedgerState.KEYLESS if isinstance(failure, VaultFailure) else found
    return LedgerState.SOUND


@dataclass(frozen=True)
class GatewayLook:
    """The gateway, asked once for all layers that need its answer."""

    settings: Settings

    @cached_property
    def health(self) -> tuple[Health, datetime] | None:
        """What it said, and when by this machine's clock; None where there is none, or it cannot be asked."""
        if not self.settings.gateway.url:
            return None
        with suppress(SettingsError):  # the layers of token and certificate say why
            return asyncio.run(self._ask()), datetime.now(UTC)
        return None

    async def _ask(self) -> Health:
        from kiosk.qualifier import HttpQualifier

        qualifier = HttpQualifier(self.settings.gateway)
        try:
            return await qualifier.health()
        finally:
            await qualifier.aclose()

    def facts(self, *, practice: bool) -> GatewayFacts:
        """For its own layer."""
        url = self.settings.gateway.url
        if self.health is None:
            return GatewayFacts(url, asked=False)
        health, _ = self.health
        return GatewayFacts(
            url,
            fault=health.fault,
            well=health.well,
            numbers=health.numbers,
            simulator=bool(health.simulator),
            practice=practice,
        )

    @property
    def off(self) -> timedelta | None:
        """How far this machine's clock is ahead of the gateway's; None where it did not say."""
        if self.health is None or self.health[0].at is None:
            return None
        health, heard = self.health
        return heard - health.at if health.at else None


def clock_facts(settings: Settings, status: Status | None, gateway: GatewayLook, *, practice: bool) -> ClockFacts:
    """Ask the system, the gateway and the running kiosk."""
    from hardware.clock.kernel import synchronised

    return ClockFacts(
        settings.clock.source,
        synchronised(),
        gateway.off,
        timedelta(seconds=settings.clock.most_off_seconds),
        has_chip() or practice,
        fault_said(status, Part.CLOCK) if status else None,
    )
