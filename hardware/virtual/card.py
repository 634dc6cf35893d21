"""A virtual My Number card of our own, with counters and faults.

The card is independent of `hardware.card`, so that a mistake there is not repeated here.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import date

from hardware.virtual.card_contents import FACE_CODE_KEY, PIN_KEY, Contents, Place, contents_of
from hardware.virtual.card_spec import CardSpec
from kiosk.checkin.person import Person

_OK, _NOT_SATISFIED, _NOT_FOUND = 0x9000, 0x6982, 0x6A82
_SELECT, _READ_BINARY, _VERIFY, _GET_RESPONSE = 0xA4, 0xB0, 0x20, 0xC0
_WHOLE = 256


class Pulled(Exception):
    """The card left the reader in the middle of a command."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One command as the card got it; the digits of a VERIFY are replaced by asterisks."""

    application: bytes | None
    """The application that was selected before it."""
    file: int | None
    """The file that was selected before it."""
    command: bytes
    status: int

    @property
    def verifies(self) -> bool:
        """Whether digits were sent."""
        return self.command[1] == _VERIFY and len(self.command) > 4


@dataclass(slots=True)
class VirtualCard:
    """A card: what it has kept since it was made, and what it forgets without power."""

    spec: CardSpec
    log: list[Recorded] = field(default_factory=list)
    """Every command that reached it."""
    power_offs: int = 0
    _contents: Contents = field(init=False)
    _application: bytes | None = None
    _file: int | None = None
    _verified: set[Place] = field(default_factory=set)
    _fresh: bool = True
    _rest: bytes = b""
    """What GET RESPONSE gives."""
    _answers_lost: int = 0
    _taken: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._contents = contents_of(self.spec)
        if self.spec.verified:
            self._verified.add(PIN_KEY)

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self.spec.atr

    @property
    def pin_left(self) -> int:
        """Tries left for the PIN; 0 without one."""
        return self._left(PIN_KEY)

    @property
    def face_code_left(self) -> int:
        """Tries left for 照合番号B; 0 without one."""
        return self._left(FACE_CODE_KEY)

    def _left(self, place: Place) -> int:
        key = self._contents.keys.get(place)
        return key.left if key else 0

    @property
    def verifications(self) -> int:
        """How often digits were sent to it."""
        return sum(recorded.verifies for recorded in self.log)

    def that_now(self, spec: CardSpec) -> VirtualCard:
        """The same card, with its counters as they are, that misbehaves as `spec` says from now on."""
        card = VirtualCard(spec)
        card._contents = self._contents
        return card

    def lay_down(self) -> None:
        """It comes into a reader."""
        self._taken.clear()

    def take_away(self) -> None:
        """It leaves the reader: a command that hangs ends."""
        self._taken.set()

    def power_off(self) -> None:
        """Forget what was selected and verified; the counters stay."""
        self.power_offs += 1
        self.reset()
        if not self.spec.stays_verified:
            self._verified.clear()
        self._fresh = True

    def reset(self) -> None:
        """A warm reset: the selection is forgotten, what was verified is not."""
        self._application = self._file = None
        self._rest = b""

    def process(self, command: bytes) -> bytes:
        """The response to a command; empty when the answer is lost. Blocks while it hangs. Raises Pulled."""
        spec, place = self.spec, len(self.log)
        if spec.pulled_after is not None and place >= spec.pulled_after:
            self._leave()
        if spec.command_seconds:
            time.sleep(spec.command_seconds)
        if place == spec.hangs_at and self._taken.wait(spec.hang_seconds):
            self._leave()
        dead = spec.silent_after is not None and place >= spec.silent_after
        application, file = self._application, self._file
        data, status = (b"", 0) if dead else self._answer(command)
        masked = command[:5] + b"*" * len(command[5:]) if command[1] == _VERIFY else command
        self.log.append(Recorded(application, file, masked, status))
        self._fresh = False
        if dead or self._loses(place):
            return b""
        return spec.answers.get(place) or data + status.to_bytes(2, "big")

    def _leave(self) -> None:
        self.power_off()
        raise Pulled

    def _loses(self, place: int) -> bool:
        if self.log[place].verifies and self._answers_lost < self.spec.lost_answers:
            self._answers_lost += 1
            return True
        return place in self.spec.lost_at

    def _answer(self, command: bytes) -> tuple[bytes, int]:
        cla, ins, p1, p2 = command[:4]
        rest, self._rest = self._rest, b""
        if self._fresh and self.spec.first_select_fails:
            return b"", 0x6F00
        if cla != 0:
            return b"", 0x6E00
        body = command[4:]
        data = body[1 : 1 + body[0]] if len(body) > 1 else b""
        asked = (body[0] or _WHOLE) if len(body) == 1 else _WHOLE
        if ins == _SELECT:
            return b"", self._select(p1, data)
        if ins == _READ_BINARY:
            return self._in_parts(*self._read(p1, p2, asked), asked)
        if ins == _VERIFY:
            return b"", self._verify(p2, data)
        if ins == _GET_RESPONSE and rest:
            return self._part(rest[:asked], rest[asked:])
        return b"", 0x6D00

    def _in_parts(self, data: bytes, status: int, asked: int) -> tuple[bytes, int]:
        """The answer to a READ BINARY as this reader passes it on."""
        if status != _OK:
            return data, status
        if self.spec.corrects_length and len(data) < asked:
            return b"", 0x6C00 | len(data)
        most = self.spec.part_bytes
        return self._part(b"", data) if 0 < most < len(data) else (data, status)

    def _part(self, now: bytes, later: bytes) -> tuple[bytes, int]:
        self._rest = later
        waiting = min(len(later), self.spec.part_bytes or _WHOLE)
        return now, 0x6100 | waiting & 0xFF if waiting else _OK

    def _select(self, p1: int, data: bytes) -> int:
        if p1 == 0x04:
            if data not in self._contents.applications:
                return _NOT_FOUND
            self._application, self._file = data, None
            return _OK
        if p1 != 0x02 or self._application is None:
            return 0x6A86
        target = (self._application, int.from_bytes(data, "big"))
        if target not in self._contents.files and target not in self._contents.keys:
            return _NOT_FOUND
        self._file = target[1]
        return _OK

    def _read(self, p1: int, p2: int, size: int) -> tuple[bytes, int]:
        offset = p1 << 8 | p2
        if p1 & 0x80:
            self._file, offset = p1 & 0x1F, p2
        if self._application is None or self._file is None:
            return b"", 0x6986
        file = self._contents.files.get((self._application, self._file))
        if file is None:
            return b"", _NOT_FOUND
        if file.opened_by and not file.opened_by & self._verified:
            return b"", _NOT_SATISFIED
        if offset >= len(file.data):
            return b"", 0x6B00
        return file.data[offset : offset + size], _OK

    def _verify(self, p2: int, data: bytes) -> int:
        identifier = p2 & 0x1F or self._file
        if self._application is None or identifier is None:
            return 0x6A88
        target = (self._application, identifier)
        key = self._contents.keys.get(target)
        if key is None:
            return 0x6A88
        if not data:
            if target in self._verified:
                return _OK
            return 0x63C0 | key.left if key.left else self.spec.locked_query
        if key.left == 0:
            return self.spec.locked_word
        if data == key.secret:
            key.left = key.most
            self._verified.add(target)
            return _OK
        self._verified.discard(target)
        key.left -= 1
        return 0x63C0 | key.left


def my_number_card(
    person: Person, *, pin: str = "1234", certificate_end: date | None = date(2030, 2, 17)
) -> VirtualCard:
    """An ordinary My Number card; for any other one give VirtualCard a CardSpec."""
    return VirtualCard(CardSpec(person=person, pin=pin, certificate_end=certificate_end))
