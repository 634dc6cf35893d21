"""Applications and files of the My Number card that the kiosk opens, and those that it must never open."""

from __future__ import annotations

from enum import Enum, IntEnum


class Application(Enum):
    """Application identifiers (AID)."""

    JPKI = bytes.fromhex("D392F000260100000001")
    """公的個人認証AP."""
    TEXT = bytes.fromhex("D3921000310001010408")
    """券面事項入力補助AP."""
    VISUAL = bytes.fromhex("D3921000310001010402")
    """券面事項確認AP; never selected."""
    DRIVING_LICENCE = bytes.fromhex("A0000002310100000000000000000000")
    RESIDENCE_CARD = bytes.fromhex("D392F0004F0200000000000000000000")
    """在留カード, 特別永住者証明書."""
    PASSPORT = bytes.fromhex("A0000002471001")
    PAYMENT = b"2PAY.SYS.DDF01"


class JpkiFile(IntEnum):
    """Files of the JPKI AP that are read."""

    TOKEN = 0x0006
    """Token information; its first 32 bytes are the label."""
    CERTIFICATE = 0x000A
    """利用者証明用電子証明書, DER."""


class TextFile(IntEnum):
    """Files and keys of 券面事項入力補助AP that are used."""

    FOUR_ITEMS = 0x0002
    """基本4情報."""
    PIN = 0x0011
    FACE_CODE = 0x0015
    """照合番号B."""


SIGNING_FILES = frozenset({0x0001, 0x0002, 0x001A, 0x001B})
"""JPKI AP: 署名用電子証明書, its CA, its key, its password."""
INDIVIDUAL_NUMBER_FILES = frozenset({0x0001, 0x0013, 0x0014})
"""券面AP: the file of the 個人番号, and the two keys that are the 個人番号 (照合番号A)."""

LABEL_BYTES = 32
MY_NUMBER_LABEL = b"JPKIAPICCTOKEN2"
BASIC_RESIDENT_LABEL = b"JPKIAPICCTOKEN"
PHONE_LABELS = (b"JPKIAPGPSETOKEN", b"JPKIAPIOSTOKEN")


def label_of(token: bytes) -> bytes:
    """The label in the token information, without its padding."""
    return token[:LABEL_BYTES].rstrip(b" \x00")
