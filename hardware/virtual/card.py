"""A virtual My Number card of our own, with counters and faults.

The card is independent of `hardware.card`, so that a mistake there is not repeated here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from hardware.virtual.pki import auth_certificate
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.wareki import era_year

CONTACTLESS_ATR = bytes.fromhex("3B888001000005E0B381A1007F")
CONTACT_ATR = bytes.fromhex("3BDA13FF8131FB468012392F31C173C601C03B")

JPKI = bytes.fromhex("D392F000260100000001")
TEXT = bytes.fromhex("D3921000310001010408")

PIN_KEY, FACE_CODE_KEY = (TEXT, 0x0011), (TEXT, 0x0015)
INDIVIDUAL_NUMBER_FILE = (TEXT, 0x0001)
INDIVIDUAL_NUMBER_TRAP = "090909090909"
"""Stands where a 個人番号 would; a test that finds it anywhere has found a leak."""

_OK, _NOT_SATISFIED, _NOT_FOUND = 0x9000, 0x6982, 0x6A82
_VERIFY = 0x20
_TOKEN_BYTES, _CERTIFICATE_BYTES = 160, 2048
_SEX_CODES = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNSET: "9"}


class Pulled(Exception):
    """The card left the reader in the middle of a command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSpec:
    """What a card is and how it misbehaves."""

    person: Person | None = None
    """Whose My Number card it is; None for a card that is none."""
    pin: str | None = "1234"
    """券面事項入力補助用暗証番号; None for a 顔認証マイナンバーカード."""
    expiry_year: int = 2035
    security_code: str = "2285"
    certificate_end: date | None = date(2030, 2, 17)
    """Last day of the 利用者証明用電子証明書; None for a card without one."""
    label: str = "JPKIAPICCTOKEN2"
    """Label of the token: JPKIAPICCTOKEN is a 住基カード, JPKIAPGPSETOKEN and JPKIAPIOSTOKEN are phones."""
    atr: bytes = CONTACTLESS_ATR
    applications: tuple[bytes, ...] = ()
    """Applications that can be selected and hold nothing."""
    pin_tries: int = 3
    face_code_tries: int = 10
    stray_bytes: int = 0
    """Bytes before the container of the four items; some cards have two."""
    first_select_fails: bool = False
    """The first command after power is answered with 6F00."""
    pulled_after: int | None = None
    """Answers so many commands and then leaves the reader."""
    lost_answers: int = 0
    """So many VERIFYs are carried out without an answer."""
    locked_word: int = 0x6984
    """Answer to a VERIFY of a locked key; some say 6983."""
    locked_query: int = 0x63C0
    """Answer to the counter query of a locked key."""

    @property
    def face_code(self) -> str:
        """照合番号B, as it can be put together from the card's face."""
        if self.person is None:
            return ""
        day = self.person.birthdate
        return f"{era_year(day):02d}{day:%m%d}{self.expiry_year:04d}{self.security_code}"


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
class _Key:
    secret: bytes
    left: int
    most: int


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    opened_by: frozenset[tuple[bytes, int]] = frozenset()
    """Keys of which one must be verified; empty when it is free."""


@dataclass(slots=True)
class VirtualCard:
    """A card: what it has kept since it was made, and what it forgets without power."""

    spec: CardSpec
    log: list[Recorded] = field(default_factory=list)
    """Every command that reached it."""
    power_offs: int = 0
    _files: dict[tuple[bytes, int], _File] = field(default_factory=dict)
    _keys: dict[tuple[bytes, int], _Key] = field(default_factory=dict)
    _applications: set[bytes] = field(default_factory=set)
    _application: bytes | None = None
    _file: int | None = None
    _verified: set[tuple[bytes, int]] = field(default_factory=set)
    _fresh: bool = True
    _answers_lost: int = 0

    def __post_init__(self) -> None:
        spec = self.spec
        self._applications.update(spec.applications)
        if spec.person is not None:
            self._personalise(spec.person)

    def _personalise(self, person: Person) -> None:
        spec = self.spec
        self._applications |= {JPKI, TEXT}
        self._files[JPKI, 0x0006] = _File(spec.label.encode().ljust(32).ljust(_TOKEN_BYTES, b"\x00"))
        self._files[JPKI, 0x0008] = _File(b"\x8f\x8f\x00")
        if spec.certificate_end is not None:
            certificate = auth_certificate(spec.certificate_end)
            self._files[JPKI, 0x000A] = _File(certificate.ljust(_CERTIFICATE_BYTES, b"\xff"))
        number = b"\xff\x10\x0c" + INDIVIDUAL_NUMBER_TRAP.encode() + b"\xff\xff"
        self._files[INDIVIDUAL_NUMBER_FILE] = _File(number, frozenset({PIN_KEY}))
        items = b"\x00" * spec.stray_bytes + four_items(person)
        self._files[TEXT, 0x0002] = _File(items, frozenset({PIN_KEY, FACE_CODE_KEY}))
        if spec.pin is not None:
            self._keys[PIN_KEY] = _Key(spec.pin.encode(), spec.pin_tries, 3)
        self._keys[FACE_CODE_KEY] = _Key(spec.face_code.encode(), spec.face_code_tries, 10)

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self.spec.atr

    @property
    def pin_left(self) -> int:
        """Tries left for the PIN; 0 without one."""
        return self._keys[PIN_KEY].left if PIN_KEY in self._keys else 0

    @property
    def face_code_left(self) -> int:
        """Tries left for 照合番号B."""
        return self._keys[FACE_CODE_KEY].left

    @property
    def verifications(self) -> int:
        """How often digits were sent to it."""
        return sum(recorded.verifies for recorded in self.log)

    def power_off(self) -> None:
        """Forget what was selected and verified; the counters stay."""
        self.power_offs += 1
        self._application = self._file = None
        self._verified.clear()
        self._fresh = True

    def reset(self) -> None:
        """A warm reset: the selection is forgotten, what was verified is not."""
        self._application = self._file = None

    def process(self, command: bytes) -> bytes:
        """The response to a command; empty when the answer is lost. Raises Pulled."""
        if self.spec.pulled_after is not None and len(self.log) >= self.spec.pulled_after:
            self.power_off()
            raise Pulled
        application, file = self._application, self._file
        data, status = self._answer(command)
        masked = command[:5] + b"*" * len(command[5:]) if command[1] == _VERIFY else command
        self.log.append(Recorded(application, file, masked, status))
        self._fresh = False
        if self.log[-1].verifies and self._answers_lost < self.spec.lost_answers:
            self._answers_lost += 1
            return b""
        return data + status.to_bytes(2, "big")

    def _answer(self, command: bytes) -> tuple[bytes, int]:
        cla, ins, p1, p2 = command[:4]
        if self._fresh and self.spec.first_select_fails:
            return b"", 0x6F00
        if cla != 0:
            return b"", 0x6E00
        body = command[4:]
        data = body[1 : 1 + body[0]] if len(body) > 1 else b""
        match ins:
            case 0xA4:  # SELECT
                return b"", self._select(p1, data)
            case 0xB0:  # READ BINARY
                return self._read(p1, p2, (body[0] or 256) if len(body) == 1 else 256)
            case 0x20:  # VERIFY
                return b"", self._verify(p2, data)
            case _:
                return b"", 0x6D00

    def _select(self, p1: int, data: bytes) -> int:
        if p1 == 0x04:
            if data not in self._applications:
                return _NOT_FOUND
            self._application, self._file = data, None
            return _OK
        if p1 != 0x02 or self._application is None:
            return 0x6A86
        target = (self._application, int.from_bytes(data, "big"))
        if target not in self._files and target not in self._keys:
            return _NOT_FOUND
        self._file = target[1]
        return _OK

    def _read(self, p1: int, p2: int, size: int) -> tuple[bytes, int]:
        offset = p1 << 8 | p2
        if p1 & 0x80:
            self._file, offset = p1 & 0x1F, p2
        if self._application is None or self._file is None:
            return b"", 0x6986
        file = self._files.get((self._application, self._file))
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
        key = self._keys.get(target)
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


def four_items(person: Person) -> bytes:
    """基本4情報 as file 0002 of 券面事項入力補助AP holds them."""
    items = {
        0x22: person.name.encode(),
        0x23: person.address.encode(),
        0x24: f"{person.birthdate:%Y%m%d}".encode(),
        0x25: _SEX_CODES[person.sex].encode(),
    }
    objects, offsets, at = b"", b"", 14
    for tag, value in items.items():
        encoded = bytes((0xDF, tag)) + _length(len(value)) + value
        objects, offsets, at = objects + encoded, offsets + at.to_bytes(2, "big"), at + len(encoded)
    content = b"\xdf\x21\x08" + offsets + objects
    return b"\xff\x20" + _length(len(content)) + content


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes((length,))
    return b"\x81" + bytes((length,)) if length < 0x100 else b"\x82" + length.to_bytes(2, "big")


def my_number_card(
    person: Person, *, pin: str = "1234", certificate_end: date | None = date(2030, 2, 17)
) -> VirtualCard:
    """An ordinary My Number card; for any other one give VirtualCard a CardSpec."""
    return VirtualCard(CardSpec(person=person, pin=pin, certificate_end=certificate_end))
