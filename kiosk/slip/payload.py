"""What the slip's QR says: a signed compact payload, without name and insured number.

The text is a JWS in compact form (RFC 7515). Its header is `{"alg":"Ed25519","kid":KEY}` (RFC 9864); its content is the
JSON list `[version, kiosk, day, prefix, sequence, visit, way, outcome, code, time]`: a list keeps the code small enough
for 58 mm paper. `day` is YYYYMMDD, `visit` the 16 octets of the visit's id in base64url, `outcome` 1 for confirmed and
0 for the desk, `time` in seconds since 1970.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Way
from kiosk.checkin.visit import Visit, VisitNumber
from kiosk.slip.keys import PublicKey, SigningKey

VERSION = 1
ALGORITHM = "Ed25519"
"""The only one; what the header of a text says is never obeyed."""
LONGEST_TEXT = 1024
"""Characters; a slip has about 240."""


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
    confirmed: bool
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
            confirmed=visit.outcome.confirmed,
            reason=visit.outcome.reason,
            at=visit.at.astimezone(UTC).replace(microsecond=0),
        )


def sign(visit: Visit, key: SigningKey) -> str:
    """The text of the visit's QR; Ed25519 gives the same text for the same visit and key."""
    from joserfc import jws

    header = {"alg": ALGORITHM, "kid": key.public.id}
    return jws.serialize_compact(header, _encode(Payload.of(visit)), key.jwk, algorithms=[ALGORITHM])


def verify(text: str, keys: Iterable[PublicKey], kiosk: str | None = None) -> Payload:
    """The payload of a genuine slip signed by one of `keys` - and by `kiosk`, when it is given.

    Raises NotGenuine.
    """
    from joserfc import jws
    from joserfc.errors import JoseError

    header = _header(text)
    known = {key.id: key for key in keys}
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str) or key_id not in known:
        raise NotGenuine(Doubt.UNKNOWN_KEY)
    try:
        content = jws.deserialize_compact(text, known[key_id].jwk, algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError) as wrong:
        raise NotGenuine(Doubt.BAD_SIGNATURE) from wrong
    payload = _decode(content)
    if kiosk not in (None, payload.kiosk):
        raise NotGenuine(Doubt.OTHER_KIOSK)
    return payload


def _header(text: str) -> dict[str, Any]:
    """The header of something that has the shape of a slip's text, not yet to be believed."""
    parts = text.split(".")
    if len(text) > LONGEST_TEXT or len(parts) != 3:
        raise NotGenuine(Doubt.NOT_A_SLIP)
    try:
        decoded = [_canonical(part) for part in parts]
        header = json.loads(decoded[0])
    except (ValueError, RecursionError) as wrong:
        raise NotGenuine(Doubt.NOT_A_SLIP) from wrong
    if not isinstance(header, dict):
        raise NotGenuine(Doubt.NOT_A_SLIP)
    return header


def _canonical(part: str) -> bytes:
    """The octets of a base64url part. Raises ValueError, also for a second spelling of the same octets."""
    octets = _from_base64url(part)
    if _to_base64url(octets) != part:
        raise ValueError("a second spelling")
    return octets


def _encode(payload: Payload) -> str:
    content = [
        VERSION,
        payload.kiosk,
        f"{payload.day:%Y%m%d}",
        payload.number.prefix,
        payload.number.sequence,
        _to_base64url(bytes.fromhex(payload.visit)),
        payload.way.value,
        int(payload.confirmed),
        payload.reason.value,
        int(payload.at.timestamp()),
    ]
    return json.dumps(content, separators=(",", ":"))


def _decode(content: bytes) -> Payload:
    """Read what a known terminal signed. Raises NotGenuine OTHER_VERSION for what this program never wrote."""
    try:
        match json.loads(content):
            case [int(version), *_] if version != VERSION:
                raise NotGenuine(Doubt.OTHER_VERSION)
            case [
                int(),
                str(kiosk),
                str(day),
                str(prefix),
                int(sequence),
                str(id_),
                str(way),
                0 | 1 as outcome,
                str(code),
                int(time),
            ]:
                return Payload(
                    kiosk=kiosk,
                    day=datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date(),
                    number=VisitNumber(prefix, sequence),
                    visit=_from_base64url(id_).hex(),
                    way=Way(way),
                    confirmed=bool(outcome),
                    reason=Reason(code),
                    at=datetime.fromtimestamp(time, UTC),
                )
    except (ValueError, OverflowError, OSError, RecursionError) as wrong:
        raise NotGenuine(Doubt.OTHER_VERSION) from wrong
    raise NotGenuine(Doubt.OTHER_VERSION)


def _to_base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _from_base64url(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as wrong:
        raise ValueError("not base64url") from wrong
