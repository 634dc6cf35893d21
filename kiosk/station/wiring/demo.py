"""`kiosk demo`: the kiosk of the counter, with a tray of invented people beside it and a simulator behind it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click

from hardware.virtual.card import VirtualCard
from hardware.virtual.pcscd import PcscdError, running_pcscd
from hardware.virtual.scanner import VirtualScanner
from hardware.virtual.vpcd import VirtualSlot, VpcdUnavailable
from kiosk.checkin.wareki import to_wareki
from kiosk.gateway.people import PEOPLE, InventedPerson, by_key
from kiosk.rehearsal.scenario import CardShown
from kiosk.roster.problems import RosterUnavailable
from kiosk.settings import load
from kiosk.station.clock import SiteClock
from kiosk.station.wiring.appointments import invented_appointments, put_roster, take_away_roster
from kiosk.station.wiring.counter import run_counter
from kiosk.station.wiring.house import card_of, configure, folder_for, new_token
from screens.tray import Sample, tray_beside

OTHER_CARDS: Mapping[str, tuple[str, CardShown]] = {
    "licence": ("運転免許証", CardShown.LICENCE),
    "transit": ("交通系ICカード", CardShown.TRANSIT),
    "phone": ("スマートフォンのカード", CardShown.PHONE),
    "mute": ("うら返しのカード", CardShown.MUTE),
    "last-try": ("暗証番号の残りが1回のカード", CardShown.LAST_TRY),
    "locked": ("ロックされたカード", CardShown.LOCKED),
}
"""What lies on the table besides everybody's own card; the people's cards come first."""
STOP_SECONDS = 5.0
LOCK_SECONDS = 15.0
"""For the machine's virtual readers, where pcscd cannot be private; a rehearsal or a test may hold them."""


class DemoError(Exception):
    """The demo cannot begin; the message says what to do."""


def run_demo(chosen: Path | None, delay: float, *, roster: bool = False) -> int:
    """Run the demo until it is left, with a roster of its people or without, and return the exit code.

    Raises DemoError.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise DemoError("the demo needs a terminal; for a run without one use: kiosk rehearse")
    click.echo("kiosk demo: SIMULATOR シミュレーター - 準備しています …")
    try:
        with (
            folder_for(chosen) as folder,
            running_pcscd(lock_seconds=LOCK_SECONDS),
            _gateway(folder, delay) as url,
        ):
            slips = folder / "slips"
            settings = load(configure(folder, gateway=url, printer=f"virtual:{slips}", delay=delay))
            now = SiteClock(settings.zone).now()
            if roster:
                put_roster(settings, tuple(invented_appointments(now)))
            else:
                take_away_roster(settings)
            with VirtualSlot() as slot:
                table = Table(slot, slips, now.date())
                return run_counter(settings, table.scanner, tray_beside(table))
    except (PcscdError, VpcdUnavailable, RosterUnavailable) as fault:
        raise DemoError(str(fault)) from fault


@dataclass(slots=True)
class Table:
    """The tray's Tabletop: what lies there, and the hands that use it."""

    slot: VirtualSlot
    slips: Path
    today: date
    scanner: VirtualScanner = field(default_factory=VirtualScanner)
    _cards: dict[str, VirtualCard] = field(default_factory=dict)
    """Cards keep their counters for as long as the demo runs."""

    @property
    def holds_card(self) -> bool:
        """Whether a card lies in the reader."""
        return self.slot.card is not None

    def samples(self) -> Sequence[Sample]:
        """Everybody, then the other cards."""
        return [
            *(_sample(person, self.today) for person in PEOPLE),
            *(Sample(key, title, "カードだけ") for key, (title, _) in OTHER_CARDS.items()),
        ]

    def insert(self, key: str) -> None:
        """Put that card on the reader."""
        if key not in self._cards:
            shown = OTHER_CARDS[key][1] if key in OTHER_CARDS else CardShown.OWN
            person = PEOPLE[0] if key in OTHER_CARDS else by_key(key)
            self._cards[key] = card_of(person, shown, self.today)
        self.slot.insert(self._cards[key])

    def pull(self) -> None:
        """Take the card off."""
        self.slot.pull()

    def scan(self, key: str) -> None:
        """Hold that person's ticket under the scanner; the others' cards have none."""
        if key not in OTHER_CARDS:
            self.scanner.present(str(by_key(key).ticket(self.today)))

    def last_slip(self) -> Path | None:
        """The picture of the slip that came out last."""
        pictures = sorted(self.slips.glob("*.png"), key=lambda picture: picture.stat().st_mtime)
        return pictures[-1] if pictures else None


def _sample(person: InventedPerson, today: date) -> Sample:
    insured = person.insured
    return Sample(
        key=person.key,
        title=person.name,
        note=person.shows,
        pin=person.pin,
        ticket=str(person.ticket(today)),
        paper=(
            f"保険者番号 {person.insurer}",
            f"記号 {insured.symbol}  番号 {insured.number}  枝番 {insured.branch}",
            f"生年月日 {to_wareki(person.birthdate)}",
            f"照合番号B {person.face_code[:6]} {person.face_code[6:10]} {person.face_code[10:]}",
        ),
    )


@contextmanager
def _gateway(folder: Path, delay: float) -> Iterator[str]:
    """The simulator's gateway in a process of its own; gives its address. Raises DemoError."""
    new_token(folder)
    file = configure(folder, gateway="http://127.0.0.1:1", printer=f"virtual:{folder / 'slips'}", delay=delay)
    command = [sys.executable, "-I", "-m", "kiosk", "--config", str(file), "gateway", "--port", "0"]
    with (folder / "gateway.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 (our own program)
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
        try:
            said = process.stdout.readline() if process.stdout else ""
            address = said.rpartition(" ")[2].strip()
            if not address.startswith("http"):
                raise DemoError(f"the gateway did not start; see {folder / 'gateway.log'}")
            yield address
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
