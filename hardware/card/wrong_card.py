"""What a card that is not a My Number card seems to be. It words a message and decides nothing."""

from __future__ import annotations

from hardware.card.channel import Channel
from hardware.card.errors import AnswerLost
from hardware.card.files import BASIC_RESIDENT_LABEL, PHONE_LABELS, Application
from kiosk.ports.card import OtherCard

_BY_ATR = {
    bytes.fromhex("3B 8F 80 01 80 4F 0C A0 00 00 03 06"): OtherCard.TRANSIT_OR_STAFF_CARD,  # PC/SC part 3 storage
    bytes.fromhex("3B 8C 80 01 04 43 FD"): OtherCard.TRANSIT_OR_STAFF_CARD,  # FeliCa as some readers show it
    bytes.fromhex("3B 88 80 01 00 00 00 00 91 81 C1 00 D8"): OtherCard.DRIVING_LICENCE,
    bytes.fromhex("3B F5 91 00 FF 91 81 71 FE 40 00 42 00 01 B3 C1 75"): OtherCard.DRIVING_LICENCE,
    bytes.fromhex("3B 88 80 01 00 00 14 E0 B3 81 91 00 5E"): OtherCard.BASIC_RESIDENT_CARD,
    bytes.fromhex("3B 88 80 01 00 00 00 00 80 81 71 00 79"): OtherCard.PHONE,  # Apple Pay
}
"""Beginnings of answers to reset (pcsc-tools' list)."""

_BY_APPLICATION = {
    Application.DRIVING_LICENCE: OtherCard.DRIVING_LICENCE,
    Application.RESIDENCE_CARD: OtherCard.RESIDENCE_CARD,
    Application.PASSPORT: OtherCard.PASSPORT,
    Application.PAYMENT: OtherCard.PAYMENT_CARD,
}


def by_label(label: bytes) -> OtherCard:
    """A card that has the JPKI AP, by the label of its token."""
    if label in PHONE_LABELS:
        return OtherCard.PHONE
    return OtherCard.BASIC_RESIDENT_CARD if label == BASIC_RESIDENT_LABEL else OtherCard.UNKNOWN_GENERATION


def by_atr(atr: bytes) -> OtherCard | None:
    """A card without the JPKI AP, by its answer to reset; None when that is not known."""
    return next((other for beginning, other in _BY_ATR.items() if atr.startswith(beginning)), None)


def by_application(channel: Channel) -> OtherCard:
    """A card without the JPKI AP, by the first application that it has. Raises CardFailure and PcscError."""
    try:
        for application, other in _BY_APPLICATION.items():
            if channel.select_application(application).ok:
                return other
    except AnswerLost:
        return OtherCard.UNKNOWN
    return OtherCard.UNKNOWN
