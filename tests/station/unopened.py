"""A desk whose terminal is not open yet."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hardware.printer.factory import open_printer
from kiosk.ledger.ledger import SqliteLedger
from kiosk.ports.device import Condition, Part
from kiosk.settings import Settings, load
from kiosk.slip.content import SlipSite
from kiosk.slip.keys import KEY_FILE, SigningKey
from kiosk.slip.press import SlipPress
from kiosk.station.heartbeat import StatusFile
from kiosk.station.notebook import NOTES_NAME
from kiosk.station.wiring.control import Control
from kiosk.station.wiring.desk import Behind, StationDesk
from kiosk.station.wiring.house import configure
from tests.ledger.invented import StillClock

WHO = "佐藤 (kiosk-staff)"


@dataclass
class Waiting:
    """A desk whose terminal is not open yet, and what it needs to open it."""

    settings: Settings
    clock: StillClock
    desk: StationDesk
    status: StatusFile
    record: SqliteLedger

    @property
    def behind(self) -> Behind:
        key = SigningKey.load_or_create(self.settings.terminal.state / KEY_FILE)
        press = SlipPress(lambda: SlipSite.from_settings(self.settings, simulator=False), key)
        printer = open_printer(self.settings.printer.device, 576, 5, cut=True)
        return Behind(self.record, press, printer, key.public, self.record.close)

    def notes(self) -> int:
        """Lines of the notebook's file."""
        file = self.settings.terminal.state / NOTES_NAME
        return len(file.read_bytes().splitlines()) if file.exists() else 0

    def recorded(self) -> list[tuple[str, str, str, int]]:
        """At what time of the day, who did what, and whether the clock was sure."""
        uri = f"{(self.settings.terminal.state / 'ledger.db').as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as rows:
            found = rows.execute("SELECT at, who, body, sure FROM event WHERE kind = 'staff' ORDER BY seq").fetchall()
        return [(at[11:19], who, json.loads(body)["action"], sure) for at, who, body, sure in found]


def waiting(place: Path, clock: StillClock | None = None) -> Waiting:
    clock = clock or StillClock()
    settings = load(configure(place, gateway="", printer=f"virtual:{place / 'slips'}"))
    status = StatusFile(settings.terminal.run, clock, kiosk="k01", version="1")
    status.part(Part.CLOCK, Condition.OK)
    record = SqliteLedger(settings.terminal.state, "A", "k01", clock)
    return Waiting(settings, clock, Control(settings, status, clock).desk, status, record)
