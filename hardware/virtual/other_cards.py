"""The other cards that people hold up, as virtual cards: they answer little, but each answers as itself."""

from __future__ import annotations

from hardware.virtual.card import VirtualCard
from hardware.virtual.card_spec import CONTACT_ATR, CardSpec
from kiosk.checkin.person import Person

FELICA_ATR = bytes.fromhex("3B8F8001804F0CA0000003061100" + "3B0000000042")
MIFARE_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
LICENCE_ATR = bytes.fromhex("3B888001000000009181C100D8")
BASIC_RESIDENT_ATR = bytes.fromhex("3B888001000014E0B38191005E")
APPLE_PAY_ATR = bytes.fromhex("3B888001000000008081710079")
PLAIN_ATR = bytes.fromhex("3B80800101")
BROKEN_ATR = bytes.fromhex("00")
"""What no reader can make sense of: the card lies upside down."""

LICENCE = bytes.fromhex("A0000002310100000000000000000000")
RESIDENCE = bytes.fromhex("D392F0004F0200000000000000000000")
PASSPORT = bytes.fromhex("A0000002471001")
PAYMENT = b"2PAY.SYS.DDF01"


def driving_licence() -> VirtualCard:
    """運転免許証."""
    return VirtualCard(CardSpec(atr=LICENCE_ATR, applications=(LICENCE,)))


def residence_card() -> VirtualCard:
    """在留カード."""
    return VirtualCard(CardSpec(atr=PLAIN_ATR, applications=(RESIDENCE,)))


def passport() -> VirtualCard:
    """旅券."""
    return VirtualCard(CardSpec(atr=PLAIN_ATR, applications=(PASSPORT,)))


def payment_card() -> VirtualCard:
    """A contactless credit card."""
    return VirtualCard(CardSpec(atr=PLAIN_ATR, applications=(PAYMENT,)))


def transit_card() -> VirtualCard:
    """交通系ICカード (FeliCa)."""
    return VirtualCard(CardSpec(atr=FELICA_ATR))


def staff_card() -> VirtualCard:
    """社員証 (Mifare)."""
    return VirtualCard(CardSpec(atr=MIFARE_ATR))


def unknown_card() -> VirtualCard:
    """A card that no list names."""
    return VirtualCard(CardSpec(atr=PLAIN_ATR))


def upside_down() -> VirtualCard:
    """A card whose answer to reset no reader understands."""
    return VirtualCard(CardSpec(atr=BROKEN_ATR))


def basic_resident_card(person: Person) -> VirtualCard:
    """住民基本台帳カード with the JPKI AP of its time."""
    return VirtualCard(CardSpec(person=person, atr=BASIC_RESIDENT_ATR, label="JPKIAPICCTOKEN"))


def android_phone(person: Person) -> VirtualCard:
    """スマホ用電子証明書 in an Android phone."""
    return VirtualCard(CardSpec(person=person, label="JPKIAPGPSETOKEN"))


def iphone(person: Person) -> VirtualCard:
    """A My Number card in an iPhone."""
    return VirtualCard(CardSpec(person=person, atr=APPLE_PAY_ATR, label="JPKIAPIOSTOKEN"))


def next_generation(person: Person) -> VirtualCard:
    """A card of a generation that no source describes."""
    return VirtualCard(CardSpec(person=person, label="JPKIAPICCTOKEN9"))


def face_authentication_card(person: Person) -> VirtualCard:
    """顔認証マイナンバーカード: it has the certificate and no PIN that could be used; 照合番号B opens it."""
    return VirtualCard(CardSpec(person=person, pin=None))


def face_authentication_card_with_locked_key(person: Person) -> VirtualCard:
    """The same, should such cards have the key after all and have it locked: no source says which it is."""
    return VirtualCard(CardSpec(person=person, pin_tries=0, locked_query=0x6984))


def contact_card(person: Person) -> VirtualCard:
    """A My Number card in a contact reader with T=0: answers in parts, wrong lengths corrected."""
    return VirtualCard(CardSpec(person=person, atr=CONTACT_ATR, part_bytes=64, corrects_length=True))


def used_card(person: Person) -> VirtualCard:
    """A My Number card whose PIN another program of this machine has just verified."""
    return VirtualCard(CardSpec(person=person, verified=True))
