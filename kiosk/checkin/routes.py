"""The ways of the notice by which a qualification can be confirmed, and which of them what was brought opens."""

from __future__ import annotations

from enum import Enum
from typing import assert_never


class Way(Enum):
    """How the qualification is confirmed; the value stands in the ledger, on the slip and in its QR."""

    FACE_READER = "1"
    """① オンライン資格確認(既存型), at the face reader."""
    LIMITED_APP = "2"
    """② 資格確認限定型, on the facility's own device."""
    CARD_AND_PORTAL = "3"
    """③ マイナンバーカード + マイナポータル 保険資格画面."""
    CARD_AND_NOTICE = "4"
    """④ マイナンバーカード + 資格情報のお知らせ."""
    CERTIFICATE = "5"
    """⑤ 資格確認書."""
    CARD_QUERY = "card"
    """マイナンバーカード read in the kiosk + query by number."""
    PROVISIONAL_ONLINE = "provisional-online"
    """暫定 (a): an expired 健康保険証, queried by number."""
    PROVISIONAL_INSURER = "provisional-insurer"
    """暫定 (b): an expired 健康保険証, the insurer asked."""
    DESK = "desk"
    """No way was gone; a person looks."""


class Brought(Enum):
    """What the examinee says to have brought."""

    MY_NUMBER_CARD = "card"
    CERTIFICATE = "certificate"
    """資格確認書."""
    NOTICE = "notice"
    """資格情報のお知らせ."""
    SMARTPHONE = "smartphone"
    OLD_INSURANCE_CARD = "old card"
    """従来の健康保険証."""
    UNSURE = "unsure"
    """わからない, or nothing."""


def way_of(brought: Brought) -> Way:
    """The way that the kiosk itself can go with what was brought; DESK where it needs the clerk's eyes."""
    match brought:
        case Brought.MY_NUMBER_CARD:
            return Way.CARD_QUERY
        case Brought.CERTIFICATE:
            return Way.CERTIFICATE
        case Brought.NOTICE | Brought.SMARTPHONE | Brought.OLD_INSURANCE_CARD | Brought.UNSURE:
            return Way.DESK
        case _:
            assert_never(brought)
