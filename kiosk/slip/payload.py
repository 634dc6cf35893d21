"""What the slip's QR says: a signed payload, without name and insured number, in about 250 digits.

Digits, because a QR code packs them as closely as octets, and scanners, keyboard layouts and shells leave them alone.
They are one whole number; its octets are, from the highest,

    1   version
    6   name of the key: the first 48 bits of its RFC 7638 thumbprint
    2   day, counted from 1970-01-01
    4   time of the commit, in seconds since 1970-01-01T00:00:00Z
    1   letter of the visit's number, ASCII
    4   the visit's number
    16  the visit's id
    1   way (`WAYS`)
    2   reason: ASCII letter of its group, number
    1…  name of the kiosk, ASCII
    64  signature

The signature is that of a JWS (RFC 7515) with Ed25519 (RFC 9864) whose header is always `{"alg":"Ed25519"}` and whose
content are all octets before it; the header is left out because it never differs.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit, VisitNumber
from kiosk.checkin.ways import Way
from kiosk.slip.keys import PublicKey, SigningKey

VERSION = 1
HEADER = {"alg": "Ed25519"}
LONGEST_TEXT = 512
"""Digits; the longest name of a kiosk gives 280."""
WAYS: Mapping[Way, int] = {
    Way.DESK: 0,
    Way.FACE_READER: 1,
    Way.LIMITED_APP: 2,
    Way.CARD_AND_PORTAL: 3,
    Way.CARD_AND_NOTICE: 4,
    Way.CERTIFICATE: 5,
    Way.CARD_QUERY: 6,
    Way.PROVISIONAL_ONLINE: 7,
    Way.PROVISIONAL_INSURER: 8,
}
"""Numbers of the ways; printed slips hold them, so none is ever given to another way."""

_FIXED = struct.Struct(">B6sHIcI16sBcB")
_EVERY_VERSION = struct.Struct(">B6s")
"""What every version begins with; and every one ends with the signature."""
_SIGNATURE = 64
_WAY_OF = {number: way for way, number in WAYS.items()}
_FIRST_DAY = date(1970, 1, 1)


class Doubt(Enum):
    """Why a text is not the payload of a genuine slip."""

    NOT_A_SLIP = "not-a-slip"
    """Something else, or damaged beyond reading."""
    UNKNOWN_KEY = "unknown-key"
    """Signed by a terminal whose key is not at hand, or by nobody."""
    BAD_SIGNATURE = "bad-signature"
    """Edited."""
    OTHER_KIOSK = "other-kiosk"
    """Genuine, but from another terminal than the one asked for."""
    OTHER_VERSION = "other-version"
    """Genuine, but written by a newer program."""


class NotGenuine(Exception):
    """A text is not the payload of a genuine slip; `doubt` says why."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


@dataclass(frozen=True, slots=True)
class Payload:
    """What a genuine slip tells."""

    kiosk: str
    day: date
    number: VisitNumber
    visit: str
    """The visit's id, 32 hexadecimal digits."""
    way: Way
    reason: Reason
    at: datetime
    """When the visit was committed, to the second, in UTC."""

    @classmethod
    def of(cls, visit: Visit) -> Payload:
        """The payload of the visit's slip."""
        return cls(
            kiosk=visit.kiosk,
            day=visit.day,
            number=visit.number,
            visit=visit.id,
            way=visit.outcome.way,
            reason=visit.outcome.reason,
            at=visit.at.astimezone(UTC).replace(microsecond=0),
        )

    @property
    def confirmed(self) -> bool:
        """Whether the check-in was settled without a person."""
        return self.reason.confirms


def sign(visit: Visit, key: SigningKey) -> str:
    """The text of the visit's QR; Ed25519 gives the same text for the same visit and key."""
    from joserfc import jws

    content = _encode(Payload.of(visit), key.public.id)
    *_, signature = jws.serialize_compact(HEADER, content, key.jwk, algorithms=[HEADER["alg"]]).split(".")
    return str(int.from_bytes(content + base64.urlsafe_b64decode(signature + "==")))


def verify(text: str, keys: Iterable[PublicKey], kiosk: str | None = None) -> Payload:
    """The payload of a genuine slip signed by one of `keys` - and by `kiosk`, when it is given.

    Raises NotGenuine.
    """
    from joserfc import jws
    from joserfc.errors import JoseError

    octets = _octets(text)
    content, signature = octets[:-_SIGNATURE], octets[-_SIGNATURE:]
    version, named = _EVERY_VERSION.unpack_from(content)
    signer = next((key for key in keys if _named(key.id) == named), None)
    if signer is None:
        raise NotGenuine(Doubt.UNKNOWN_KEY)
    try:
        jws.deserialize_compact(_jws(content, signature), signer.jwk, algorithms=[HEADER["alg"]])
    except (JoseError, ValueError) as wrong:
        raise NotGenuine(Doubt.BAD_SIGNATURE) from wrong
    if version != VERSION:
        raise NotGenuine(Doubt.OTHER_VERSION)
    payload = _decode(content)
    if kiosk not in (None, payload.kiosk):
        raise NotGenuine(Doubt.OTHER_KIOSK)
    return payload


def claimed_kiosk(text: str) -> str | None:
    """The kiosk whose slip a text says it is; nothing of it is proved. None for what is no slip."""
    try:
        return _decode(_octets(text)[:-_SIGNATURE]).kiosk
    except NotGenuine:
        return None


def _octets(text: str) -> bytes:
    """The octets of a number that can be a slip's, not yet to be believed. Raises NotGenuine NOT_A_SLIP."""
    if len(text) > LONGEST_TEXT or not (text.isascii() and text.isdigit()) or text.startswith("0"):
        raise NotGenuine(Doubt.NOT_A_SLIP)
    number = int(text)
    octets = number.to_bytes((number.bit_length() + 7) // 8)
    if len(octets) < _EVERY_VERSION.size + _SIGNATURE:
        raise NotGenuine(Doubt.NOT_A_SLIP)
    return octets


def _jws(content: bytes, signature: bytes) -> str:
    """The JWS in compact form, with the header that the text leaves out."""
    header = json.dumps(HEADER, separators=(",", ":")).encode("ascii")
    return ".".join(_base64url(part) for part in (header, content, signature))


def _encode(payload: Payload, key_id: str) -> bytes:
    letter, number = payload.reason.value[0], payload.reason.value[1:]
    fixed = _FIXED.pack(
        VERSION,
        _named(key_id),
        (payload.day - _FIRST_DAY).days,
        int(payload.at.timestamp()),
        payload.number.prefix.encode("ascii"),
        payload.number.sequence,
        bytes.fromhex(payload.visit),
        WAYS[payload.way],
        letter.encode("ascii"),
        int(number),
    )
    return fixed + payload.kiosk.encode("ascii")


def _decode(content: bytes) -> Payload:
    """Read what a known terminal signed. Raises NotGenuine OTHER_VERSION for what this program never wrote."""
    try:
        _, _, days, seconds, prefix, sequence, visit, way, letter, number = _FIXED.unpack_from(content)
        return Payload(
            kiosk=content[_FIXED.size :].decode("ascii"),
            day=_FIRST_DAY + timedelta(days),
            number=VisitNumber(prefix.decode("ascii"), sequence),
            visit=visit.hex(),
            way=_WAY_OF[way],
            reason=Reason(f"{letter.decode('ascii')}{number:02d}"),
            at=datetime.fromtimestamp(seconds, UTC),
        )
    except (struct.error, KeyError, ValueError) as wrong:
        raise NotGenuine(Doubt.OTHER_VERSION) from wrong


def _named(key_id: str) -> bytes:
    """The octets of a key's name."""
    return base64.urlsafe_b64decode(key_id)


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
