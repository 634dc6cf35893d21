"""The end date of an X.509 certificate from its first bytes: the rest of it need not leave the card."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from hardware.card.errors import CardError

JAPAN = timezone(timedelta(hours=9), "JST")
"""Japan has had no summer time since 1951, and no certificate is older."""

_SEQUENCE, _INTEGER, _VERSION = 0x30, 0x02, 0xA0
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_NEVER = b"99991231235959Z"
"""RFC 5280 4.1.2.5: no well-defined end."""
_TIME = re.compile(rb"(\d\d|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z")
_HEADER_BYTES = 6
_MOST_LENGTH_BYTES = 4


class CertificateError(CardError):
    """The bytes do not begin a certificate; the message holds none of them."""


class Incomplete(CertificateError):
    """The end date lies beyond the bytes; the first `needed` bytes of the certificate may be enough."""

    def __init__(self, needed: int) -> None:
        super().__init__(f"{needed} bytes needed")
        self.needed = needed


def end_date(head: bytes) -> date:
    """The day, in Japan, on which the certificate that begins with `head` ends (notAfter).

    Raises Incomplete when more bytes are needed, CertificateError when no number of them helps.
    """
    certificate = _Walk(head, 0, None).enter(_SEQUENCE)
    signed = certificate.enter(_SEQUENCE)
    if signed.tag() == _VERSION:
        signed.skip(_VERSION)
    signed.skip(_INTEGER)  # serialNumber
    signed.skip(_SEQUENCE)  # signature
    signed.skip(_SEQUENCE)  # issuer
    validity = signed.enter(_SEQUENCE)
    validity.skip(_UTC_TIME, _GENERALIZED_TIME)  # notBefore
    return _day(*validity.take(_UTC_TIME, _GENERALIZED_TIME))


class _Walk:
    """A place in DER and the end of what encloses it."""

    def __init__(self, data: bytes, at: int, end: int | None) -> None:
        self._data, self._at, self._end = data, at, end

    def tag(self) -> int:
        self._need(self._at + 1)
        return self._data[self._at]

    def enter(self, tag: int) -> _Walk:
        start, end = self._element(tag)
        self._at = end
        return _Walk(self._data, start, end)

    def skip(self, *tags: int) -> None:
        _, self._at = self._element(*tags)

    def take(self, *tags: int) -> tuple[int, bytes]:
        tag = self.tag()
        start, self._at = self._element(*tags)
        self._need(self._at)
        return tag, self._data[start : self._at]

    def _element(self, *tags: int) -> tuple[int, int]:
        if self.tag() not in tags:
            raise CertificateError("another element than a certificate has here")
        self._need(self._at + 2)
        length, start = self._data[self._at + 1], self._at + 2
        if length >= 0x80:
            width = length & 0x7F
            if not 1 <= width <= _MOST_LENGTH_BYTES:
                raise CertificateError("a length that DER does not have")
            self._need(start + width)
            length, start = int.from_bytes(self._data[start : start + width], "big"), start + width
        if self._end is not None and start + length > self._end:
            raise CertificateError("an element is longer than what encloses it")
        return start, start + length

    def _need(self, upto: int) -> None:
        if self._end is not None and upto > self._end:
            raise CertificateError("an element is cut by what encloses it")
        if upto > len(self._data):
            raise Incomplete(max(upto, self._at + _HEADER_BYTES))


def _day(tag: int, text: bytes) -> date:
    parts = _TIME.fullmatch(text)
    if parts is None or len(parts[1]) != (2 if tag == _UTC_TIME else 4):
        raise CertificateError("notAfter is not a time")
    if text == _NEVER:
        return date.max
    year, month, day, hour, minute, second = map(int, parts.groups())
    if tag == _UTC_TIME:
        year += 1900 if year >= 50 else 2000
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).astimezone(JAPAN).date()
    except (ValueError, OverflowError):
        raise CertificateError("notAfter is not a time of the calendar") from None
