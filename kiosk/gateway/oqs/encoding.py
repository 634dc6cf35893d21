"""Octets to text and back. BOM first, then the XML declaration; OQS uses Shift_JIS and UTF-8 and nothing else."""

from __future__ import annotations

import codecs
import re

from kiosk.gateway.oqs.errors import OqsFault, OqsFileError

LONGEST_DECLARATION = 256
"""Octets; the ones that were seen have about 60."""
_UTF_8 = "utf-8"
_CP932 = "cp932"
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), _UTF_8),
    # Names have ①, ㈱, 髙 and 﨑, which Shift_JIS proper lacks: Windows means code page 932 by all of these.
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms932", "cp932"), _CP932),
}
_OTHER_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<", b"\0\0\xfe\xff")
_DECLARATION = re.compile(rb"<\?xml[ \t\r\n]")
_VERSION = re.compile(rb"""[ \t\r\n]version[ \t\r\n]*=[ \t\r\n]*["']1\.[0-9]+["']""")
"""XML 1.x; whether another version is read differs from one expat to the next."""
_ENCODING = re.compile(rb"""[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_UNASSIGNED = re.compile("[\x80\uf8f0-\uf8f3]")
"""What Python's cp932 makes of the octets 80, A0 and FD to FF, which code page 932 does not assign."""
_WIDE = re.compile("[\u0800-\uffff]")
"""Kana and kanji: three octets in UTF-8. Two-octet UTF-8 can also be half-width kana of Shift_JIS."""


def text_of(octets: bytes, file_name: str) -> str:
    """The text of a file, without its BOM. Raises OqsFileError: NOT_COMPLETE, ENCODING or NOT_XML.

    NULs at the end are NOT_COMPLETE: a network folder shows a file in full size before its last blocks arrive.
    """
    if octets.rstrip(b"\0").startswith(_OTHER_BOMS):
        raise OqsFileError(OqsFault.ENCODING, file_name)
    if octets.endswith(b"\0"):
        raise OqsFileError(OqsFault.NOT_COMPLETE, file_name)
    if octets.startswith(codecs.BOM_UTF8):
        return _decode(octets[len(codecs.BOM_UTF8) :], _UTF_8, file_name)
    codec = _declared(octets, file_name)
    text = _decode(octets, codec, file_name)
    if codec == _CP932 and (_UNASSIGNED.search(text) or _is_utf_8(octets)):
        raise OqsFileError(OqsFault.ENCODING, file_name)
    return text


def cp932_octets(text: str) -> bytes:
    """The text as receipt computers write it. Raises UnicodeEncodeError."""
    found = _UNASSIGNED.search(text)
    if found:
        raise UnicodeEncodeError(_CP932, text, found.start(), found.end(), "not assigned")
    return text.encode(_CP932)


def _declared(octets: bytes, file_name: str) -> str:
    head = octets[:LONGEST_DECLARATION]
    if not _DECLARATION.match(head):
        return _UTF_8
    end = head.find(b"?>")
    if end < 0:
        whole = len(octets) >= LONGEST_DECLARATION
        raise OqsFileError(OqsFault.NOT_XML if whole else OqsFault.NOT_COMPLETE, file_name)
    if not _VERSION.search(head[:end]):
        raise OqsFileError(OqsFault.NOT_XML, file_name)
    encoding = _ENCODING.search(head[:end])
    if encoding is None:
        return _UTF_8
    try:
        return _CODECS[encoding[1].decode("ascii").lower()]
    except KeyError:
        raise OqsFileError(OqsFault.ENCODING, file_name) from None


def _decode(octets: bytes, codec: str, file_name: str) -> str:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        text = decoder.decode(octets)
    except UnicodeDecodeError:
        raise OqsFileError(OqsFault.ENCODING, file_name) from None
    if decoder.getstate()[0]:
        raise OqsFileError(OqsFault.NOT_COMPLETE, file_name)  # ends within a character
    return text


def _is_utf_8(octets: bytes) -> bool:
    """Whether octets that are said to be Shift_JIS are Japanese in UTF-8, much of which can be misread as Shift_JIS.

    By chance Shift_JIS can be UTF-8 too (「﨑－」), but then of signs that OQS files never have.
    """
    try:
        text = octets.decode(_UTF_8)
        text.encode(_CP932)
    except UnicodeError:
        return False
    return _WIDE.search(text) is not None
