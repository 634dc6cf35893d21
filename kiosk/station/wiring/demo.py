"""`kiosk demo`: the kiosk of the counter, with a tray of invented people beside it and a simulator behind it.

The simulator is the gateway's own, or with `--folders` a terminal of オンライン資格確認 that is played on real folders.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import click

from hardware.virtual.card import VirtualCard
from hardware.virtual.pcscd import PcscdError, running_pcscd
from hardware.virtual.scanner import VirtualScanner
from hardware.virtual.vpcd import VirtualSlot, VpcdUnavailable
from kiosk.checkin.wareki import to_wareki
from kiosk.gateway.faces.looking import NotSeen, look_in
from kiosk.gateway.people import PEOPLE, InventedPerson, by_key
from kiosk.rehearsal.scenario import CardShown
from kiosk.roster.problems import RosterUnavailable
from kiosk.settings import Settings, load
from kiosk.station.alone import AlreadyRunning, only_kiosk
from kiosk.station.clock import SiteClock
from kiosk.station.wiring.appointments import invented_appointments, put_roster, take_away_roster
from kiosk.station.wiring.behind import USUAL_MANNERS
from kiosk.station.wiring.children import ChildFailed, child
from kiosk.station.wiring.counter import run_counter
from kiosk.station.wiring.house import card_of, configure, folder_for, folders_in, new_token
from screens.tray import tray_beside
from screens.tray_table import Sample, Shelf

OTHER_CARDS: Mapping[str, tuple[str, CardShown]] = {
    "licence": ("運転免許証", CardShown.LICENCE),
    "transit": ("交通系ICカード", CardShown.TRANSIT),
    "phone": ("スマートフォンのカード", CardShown.PHONE),
    "mute": ("うら返しのカード", CardShown.MUTE),
    "last-try": ("暗証番号の残りが1回のカード", CardShown.LAST_TRY),
    "locked": ("ロックされたカード", CardShown.LOCKED),
}
"""What lies on the table besides everybody's own card; the people's cards come first."""
LOCK_SECONDS = 15.0
"""For the machine's virtual readers, where pcscd cannot be private; a rehearsal or a test may hold them."""

NOWHERE = "http://127.0.0.1:1"
"""Where no gateway is: for a configuration that is written before the address is known."""


class DemoError(Exception):
    """The demo cannot begin; the message says what to do."""


def run_demo(
    chosen: Path | None, delay: float, *, roster: bool = False, folders: bool = False, faces: bool = False
) -> int:
    """Run the demo until it is left, and return the exit code.

    With a roster of its people or without; on the folders of a simulated terminal or on the plain simulator; with a
    face reader, which needs the roster, or without. Raises DemoError.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise DemoError("the demo needs a terminal; for a run without one use: kiosk rehearse")
    click.echo("kiosk demo: SIMULATOR シミュレーター - 準備しています …")
    try:
        with folder_for(chosen) as folder, only_kiosk(folder / "run"), running_pcscd(lock_seconds=LOCK_SECONDS):
            slips = folder / "slips"

            def configured(url: str) -> Path:
                return configure(
                    folder, gateway=url, printer=f"virtual:{slips}", delay=delay, folders=folders, faces=faces
                )

            if folders:
                click.echo(f"req, res, face: {folders_in(folder)}")
            with _gateway(folder, delay, configured, folders=folders) as settings:
                now = SiteClock(settings.zone).now()
                if roster or faces:
                    put_roster(settings, tuple(invented_appointments(now)))
                else:
                    take_away_roster(settings)
                with VirtualSlot() as slot:
                    table = Table(slot, slips, now.date(), settings)
                    return run_counter(settings, table.scanner, tray_beside(table))
    except (PcscdError, VpcdUnavailable, RosterUnavailable, ChildFailed, AlreadyRunning) as fault:
        raise DemoError(str(fault)) from fault


@dataclass(slots=True)
class Table:
    """The tray's Tabletop: what lies there, and the hands that use it."""

    slot: VirtualSlot
    slips: Path
    today: date
    settings: Settings
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

    @property
    def has_face_reader(self) -> bool:
        """Whether a face reader stands in this house."""
        return self.settings.site.face_reader

    def look(self, key: str) -> str:
        """Let that person look into the face reader; what came of it, in words."""
        if key in OTHER_CARDS:
            return f"{OTHER_CARDS[key][0]}: 顔がありません"
        person = by_key(key)
        try:
            look_in(self.settings, key)
        except NotSeen as nothing:
            return str(nothing)
        return f"{person.name}: 顔認証付きカードリーダーを使いました"

    @property
    def folder(self) -> Path | None:
        """Where req, res and face are; None where the gateway stands on none."""
        return self.settings.serve.folder

    def shelves(self) -> Sequence[Shelf]:
        """What lies in req, res and face, the newest first."""
        root = self.settings.serve.folder
        return [_shelf(root / name) for name in ("req", "res", "face")] if root else []

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
        ),
        face_code=f"{person.face_code[:6]} {person.face_code[6:10]} {person.face_code[10:]}",
    )


def _shelf(folder: Path) -> Shelf:
    """One folder; what vanishes while it is looked at is left out."""
    found: list[tuple[float, str]] = []
    try:
        for file in folder.iterdir():
            with suppress(FileNotFoundError):
                told = file.stat()
                at = datetime.fromtimestamp(told.st_mtime).astimezone()
                found.append((told.st_mtime, f"{at:%H:%M:%S} {told.st_size:6} {file.name}"))
    except OSError as failure:
        return Shelf(folder.name, (failure.strerror or type(failure).__name__,))
    return Shelf(folder.name, tuple(line for _, line in sorted(found, reverse=True)))


@contextmanager
def _gateway(folder: Path, delay: float, configured: Callable[[str], Path], *, folders: bool) -> Iterator[Settings]:
    """The gateway in a process of its own, and with `folders` the simulated terminal in another; gives the settings.

    `configured` writes the configuration for a gateway at that address. Raises ChildFailed.
    """
    new_token(folder)
    first = configured(NOWHERE)
    with ExitStack() as stack:
        if folders:
            manners = [word for manner in USUAL_MANNERS for word in ("--manner", manner.value)]
            playing: list[str | Path] = [
                "--config",
                first,
                "gateway",
                "--terminal",
                "simulator",
                "--delay",
                str(delay),
                *manners,
            ]
            stack.enter_context(child("the simulated terminal", playing, folder / "terminal.log"))
        serving: list[str | Path] = ["--config", first, "gateway", "--port", "0"]
        said = stack.enter_context(child("the gateway", serving, folder / "gateway.log"))
        yield load(configured(said.rpartition(" ")[2]))
