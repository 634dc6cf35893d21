"""What stands in the files of a virtual My Number card, byte by byte.

Independent of `hardware.card`, so that a mistake there is not repeated here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware.virtual.card_spec import CardSpec
from hardware.virtual.pki import auth_certificate
from kiosk.checkin.person import Person, Sex

Place = tuple[bytes, int]
"""An application and the number of a file or key in it."""

JPKI = bytes.fromhex("D392F000260100000001")
TEXT = bytes.fromhex("D3921000310001010408")

PIN_KEY, FACE_CODE_KEY = (TEXT, 0x0011), (TEXT, 0x0015)
INDIVIDUAL_NUMBER_FILE = (TEXT, 0x0001)
INDIVIDUAL_NUMBER_TRAP = "090909090909"
"""Stands where a 個人番号 would; a test that finds it anywhere has found a leak."""

_TOKEN_BYTES, _CERTIFICATE_BYTES = 160, 2048
_SEX_CODES = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNSET: "9"}


@dataclass(slots=True)
class Key:
    """A secret and its counter."""

    secret: bytes
    left: int
    most: int


@dataclass(frozen=True, slots=True)
class File:
    """A file and who may read it."""

    data: bytes
    opened_by: frozenset[Place] = frozenset()
    """Keys of which one must be verified; empty when it is free."""


@dataclass(slots=True)
class Contents:
    """Everything that a card keeps without power."""

    applications: set[bytes] = field(default_factory=set)
    files: dict[Place, File] = field(default_factory=dict)
    keys: dict[Place, Key] = field(default_factory=dict)


def contents_of(spec: CardSpec) -> Contents:
    """What a card made to that specification holds."""
    contents = Contents(set(spec.applications))
    if spec.person is not None:
        _personalise(contents, spec, spec.person)
    return contents


def _personalise(contents: Contents, spec: CardSpec, person: Person) -> None:
    files, keys = contents.files, contents.keys
    contents.applications.update((JPKI, TEXT))
    files[JPKI, 0x0006] = File(spec.label.encode().ljust(32).ljust(_TOKEN_BYTES, b"\x00"))
    files[JPKI, 0x0008] = File(b"\x8f\x8f\x00")
    if spec.certificate_end is not None:
        certificate = auth_certificate(spec.certificate_end)
        files[JPKI, 0x000A] = File(certificate.ljust(_CERTIFICATE_BYTES, b"\xff"))
    number = b"\xff\x10\x0c" + INDIVIDUAL_NUMBER_TRAP.encode() + b"\xff\xff"
    files[INDIVIDUAL_NUMBER_FILE] = File(number, frozenset({PIN_KEY}))
    items = b"\x00" * spec.stray_bytes + four_items(person)
    files[TEXT, 0x0002] = File(items, frozenset({PIN_KEY, FACE_CODE_KEY}))
    if spec.pin is not None:
        keys[PIN_KEY] = Key(spec.pin.encode(), spec.pin_tries, 3)
    keys[FACE_CODE_KEY] = Key(spec.face_code.encode(), spec.face_code_tries, 10)


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
