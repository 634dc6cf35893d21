"""What lies on the demo's table: invented people's cards, tickets and papers, and hands that may let things fail."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from hardware.virtual.card import VirtualCard
from hardware.virtual.scanner import VirtualScanner
from hardware.virtual.vpcd import VirtualSlot, VpcdUnavailable
from kiosk.checkin.wareki import to_wareki
from kiosk.gateway.faces.looking import NotSeen, look_in
from kiosk.gateway.people import PEOPLE, InventedPerson, by_key
from kiosk.ports.examinee import Wanted
from kiosk.rehearsal.faults import Fault, Lasts
from kiosk.rehearsal.scenario import CardShown
from kiosk.settings import Settings
from kiosk.station.wiring.house import card_of
from kiosk.station.wiring.injector import Injector, NotPossible
from screens.tray_table import Mishap, Sample, Shelf

OTHER_CARDS: Mapping[str, tuple[str, CardShown]] = {
    "licence": ("運転免許証", CardShown.LICENCE),
    "transit": ("交通系ICカード", CardShown.TRANSIT),
    "phone": ("スマートフォンのカード", CardShown.PHONE),
    "mute": ("うら返しのカード", CardShown.MUTE),
    "last-try": ("暗証番号の残りが1回のカード", CardShown.LAST_TRY),
    "locked": ("ロックされたカード", CardShown.LOCKED),
}
"""What lies on the table besides everybody's own card; the people's cards come first."""
NOTE_SECONDS = 5.0
"""How long the table says why something could not be done."""


@dataclass(slots=True)
class Table:
    """The tray's Tabletop: what lies there, and the hands that use it."""

    slot: VirtualSlot
    scanner: VirtualScanner
    injector: Injector
    slips: Path
    today: date
    settings: Settings
    """Those of the gateway itself: whoever looks into its face reader does not go through the kiosk's cable."""
    settings_file: Path | None = None
    """What commands beside the demo are given as their configuration."""
    _cards: dict[str, VirtualCard] = field(default_factory=dict)
    """Cards keep their counters for as long as the demo runs."""
    _doing: set[asyncio.Task[None]] = field(default_factory=set)
    _hands: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One thing after the other, in the order of the keys."""
    _said: str = ""
    _said_at: float = 0.0

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
        self._do(self._put_in(self._cards[key]))

    def pull(self) -> None:
        """Take the card off."""
        self._do(self.injector.pull())

    def scan(self, key: str) -> None:
        """Hold that person's ticket under the scanner; the others' cards have none."""
        if key not in OTHER_CARDS:
            self._do(self._hold(str(by_key(key).ticket(self.today))))

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

    def mishaps(self) -> Sequence[Mishap]:
        """The catalogue of faults."""
        on = self.injector.going_on
        return [Mishap(fault.value, fault.words, fault.lasts is Lasts.ONCE, fault in on) for fault in Fault]

    def toggle(self, name: str) -> None:
        """Let that fault strike, or put it right."""
        fault = Fault(name)
        over = fault in self.injector.going_on
        self._do(self.injector.clear(fault) if over else self.injector.strike(fault))

    def note(self) -> str:
        """Why the last thing could not be done."""
        return self._said if monotonic() - self._said_at < NOTE_SECONDS else ""

    async def _put_in(self, card: VirtualCard) -> None:
        await self.injector.put_in(card)

    async def _hold(self, code: str) -> None:
        for read in await self.injector.codes_for(code):
            self.scanner.present(read)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside the kiosk: pcscd may hang, and so may whoever puts a card in."""
        task = asyncio.get_running_loop().create_task(self._done(work))
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def _done(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._hands:
            try:
                await work
            except VpcdUnavailable:
                self._say("カードリーダーがありません")
            except NotPossible as why:
                self._say(str(why))

    def _say(self, words: str) -> None:
        self._said, self._said_at = words, monotonic()


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
        numbers={
            Wanted.TICKET_INSURER: str(person.insurer),
            Wanted.INSURER: str(person.insurer),
            Wanted.SYMBOL: insured.symbol,
            Wanted.NUMBER: insured.number,
            Wanted.BRANCH: insured.branch,
        },
        birthdate=person.birthdate,
        kana=person.kana,
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
