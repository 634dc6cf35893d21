"""What a check-in needs of the world: everything that waits stands behind one of these."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.ports.card import CardReader
from kiosk.ports.desk import Clock, FaceReader, Gate, GatewayWays, Ledger, Prechecks, Qualifier, Roster, Slips, Staff
from kiosk.ports.examinee import Examinee
from kiosk.ports.printer import Printer
from kiosk.ports.scanner import Scanner


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything one check-in talks to."""

    examinee: Examinee
    reader: CardReader
    scanner: Scanner
    printer: Printer
    qualifier: Qualifier
    ledger: Ledger
    roster: Roster
    slips: Slips
    staff: Staff
    clock: Clock
    faces: FaceReader | None = None
    """None where the site has no face reader that can be asked."""
    gateway: GatewayWays | None = None
    """None where the settings alone decide what can be asked."""
    prechecks: Prechecks | None = None
    """None where nothing is asked the evening before."""
    gate: Gate | None = None
    """None where nobody can pause the terminal."""
