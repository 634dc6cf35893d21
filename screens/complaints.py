"""What the screen says of the last entry; no word of it tells anything about a person."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.locale import N_, _
from kiosk.ports.card import OtherCard
from kiosk.ports.examinee import Complaint

COMPLAINTS: Mapping[Complaint, str] = {
    Complaint.NOT_A_TICKET_CODE: N_("受診券のバーコードではないようです。"),
    Complaint.TICKET_DIGITS: N_("整理番号は11けたです。番号を入れてください。"),
    Complaint.SHOP_CODE: N_("お店のバーコードのようです。受診券のバーコードをかざしてください。"),
    Complaint.TICKET_UNCLEAR: N_("バーコードを読みきれません。整理番号を入れてください。"),
    Complaint.WRONG_CARD: N_("マイナンバーカードではないようです。"),
    Complaint.CARD_SIDE: N_("カードを読めません。向きとおもて・うらを確かめてください。"),
    Complaint.CARD_PULLED: N_("読みおわる前にカードがはなれました。もういちど置いてください。"),
    Complaint.CARD_TROUBLE: N_("カードをうまく読めませんでした。もういちど置いてください。"),
    Complaint.PIN_WRONG: N_("暗証番号がちがいます。"),
    Complaint.FACE_CODE_WRONG: N_("カードの番号とちがいます。カードを見て、3つとも入れなおしてください。"),
}

OTHER_CARDS: Mapping[OtherCard, str] = {
    OtherCard.DRIVING_LICENCE: N_("運転免許証のようです。マイナンバーカードを置いてください。"),
    OtherCard.BASIC_RESIDENT_CARD: N_("住民基本台帳カードのようです。マイナンバーカードを置いてください。"),
    OtherCard.RESIDENCE_CARD: N_("在留カードのようです。マイナンバーカードを置いてください。"),
    OtherCard.PASSPORT: N_("パスポートのようです。マイナンバーカードを置いてください。"),
    OtherCard.TRANSIT_OR_STAFF_CARD: N_("交通系ICカードや社員証のようです。マイナンバーカードを置いてください。"),
    OtherCard.PAYMENT_CARD: N_("クレジットカードなどのようです。マイナンバーカードを置いてください。"),
    OtherCard.PHONE: N_("スマートフォンは使えません。カードそのものを置いてください。"),
    OtherCard.UNKNOWN_GENERATION: N_("このカードは読めません。職員を呼んでください。"),
    OtherCard.UNKNOWN: N_("ほかのカードのようです。マイナンバーカードを置いてください。"),
}


def words_of(complaint: Complaint, other: OtherCard | None = None) -> str:
    """The words for what was wrong; of a wrong card, what it seems to be."""
    if complaint is Complaint.WRONG_CARD and other is not None:
        return _(OTHER_CARDS[other])
    return _(COMPLAINTS[complaint])
