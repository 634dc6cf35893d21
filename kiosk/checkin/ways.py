"""The ways of the notice's leaflet by which a qualification can be confirmed, and what people bring for them."""

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

    @property
    def reads_card(self) -> bool:
        """Whether the kiosk reads the My Number card on this way."""
        return self in (Way.CARD_QUERY, Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE)

    @property
    def shows_document(self) -> bool:
        """Whether the numbers stand on something that was brought, so that they are always typed and collated."""
        return self in (Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE, Way.CERTIFICATE, Way.PROVISIONAL_ONLINE)


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


def way_words(way: Way) -> str:
    """The way in words, with the notice's circled number where it has one."""
    match way:
        case Way.FACE_READER:
            return "①顔認証付きカードリーダー"
        case Way.LIMITED_APP:
            return "②資格確認限定型"
        case Way.CARD_AND_PORTAL:
            return "③カードとマイナポータル"
        case Way.CARD_AND_NOTICE:
            return "④カードと資格情報のお知らせ"
        case Way.CERTIFICATE:
            return "⑤資格確認書"
        case Way.CARD_QUERY:
            return "マイナンバーカードと番号照会"
        case Way.PROVISIONAL_ONLINE:
            return "暫定：従来の健康保険証と番号照会"
        case Way.PROVISIONAL_INSURER:
            return "暫定：従来の健康保険証と保険者への確認"
        case Way.DESK:
            return "窓口での確認"
        case _:
            assert_never(way)
