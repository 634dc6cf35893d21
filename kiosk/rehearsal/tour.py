"""The story of five people at the kiosk: who they are, what they do, and what is said of it meanwhile.

`kiosk demo --tour` plays it on the real screens; nothing here knows a screen, or a word on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.checkin.language import Language
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Brought
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Confirm,
    InsertCard,
    Question,
    ReviewNumbers,
    ShowResult,
    TakeCard,
)
from kiosk.rehearsal.scenario import PinEntry, Scenario, TicketShown


@dataclass(frozen=True, slots=True)
class Words:
    """What is said to whoever looks on, who may read only one of the two."""

    japanese: str
    english: str


Says = Mapping[type[Question[Any]], Words]


@dataclass(frozen=True, slots=True)
class Guest:
    """One of the five."""

    scenario: Scenario
    who: Words
    says: Says = field(default_factory=dict)
    """What is said at a question, where it is not what is said of everybody."""
    slip: Words | None = None
    """What is said of the slip, where it is looked at."""
    large: bool = False
    """Whether they choose larger letters in high contrast."""
    leaves_at: type[Question[Any]] | None = None
    """The question at which they walk away."""


EVERYBODY: Says = {
    AskStart: Words("画面にさわるか、Enterではじめます。", "Any touch, or Enter, begins."),
    AskBrought: Words(
        "お持ちのものをえらびます。質問は一画面に一つだけです。", "What was brought? One question a screen."
    ),
    InsertCard: Words("カードをリーダーに置きます。", "The card goes on the reader."),
    AskPin: Words("暗証番号4けた。画面には出ません。", "The four digits of the PIN; they are never shown."),
    AskFaceCode: Words(
        "照合番号B: カードのおもてに書いてある数字です。", "Code B: digits that are printed on the card's face."
    ),
    AskBirthdate: Words("生年月日を、元号と数字で。", "The birth date, by era and digits."),
    AskInitial: Words(
        "名前のはじめの字で、予約名簿から見つけます。", "The first letter of the name finds the appointment."
    ),
    AskNumber: Words("書類にある番号を打ちます。", "A number from the document."),
    ReviewNumbers: Words("打った番号をもう一度見ます。", "The typed numbers once more, to be corrected."),
    Confirm: Words(
        "資格を照会する前の確認。名前は一部だけ見せます。", "Is this you? Only a part of the name is shown."
    ),
    ShowResult: Words("番号と行き先。受付票が出ました。", "The number, and where to go. The slip is out."),
    TakeCard: Words("カードが残っています。", "The card is still in."),
}
"""What is said at each question."""
AT_THE_SLIP = "職員用"
"""Where the part of a slip begins that is for staff."""

GUESTS = (
    Guest(
        Scenario("tour-card", "カードと暗証番号", Reason.CONFIRMED_BY_CARD, "taro", ticket=TicketShown.NONE),
        Words(
            "見本太郎さん。マイナンバーカードと暗証番号で。",
            "Taro, with card and PIN: the usual way.",
        ),
        {
            ShowResult: Words(
                "照会して一致。番号と行き先だけを大きく見せます。", "Asked, found, in order: a number, and where to go."
            )
        },
    ),
    Guest(
        Scenario(
            "tour-vietnamese",
            "ベトナム語、照合番号B",
            Reason.CONFIRMED_BY_CARD,
            "alias",
            ticket=TicketShown.NONE,
            pin=PinEntry.FACE_CODE,
            language=Language.VIETNAMESE,
        ),
        Words(
            "見本通さん。ベトナム語を読みます。暗証番号は忘れました。",
            "Tooru reads Vietnamese and has forgotten the PIN.",
        ),
        {
            AskStart: Words(
                "Tiếng Việt をえらびます。ことばはいつでも変えられます。",
                "Tiếng Việt: the language may change at any time.",
            ),
            AskPin: Words(
                "わからないときは、わからないと言えます。", "Whoever does not know it says so, and no try is lost."
            ),
            ShowResult: Words(
                "受付票もベトナム語。職員用の部分は日本語です。",
                "The slip is in Vietnamese, too; its staff part in Japanese.",
            ),
        },
    ),
    Guest(
        Scenario(
            "tour-certificate",
            "資格確認書、大きな文字",
            Reason.CONFIRMED_BY_CERTIFICATE,
            "hanako",
            Brought.CERTIFICATE,
            TicketShown.NONE,
        ),
        Words(
            "健診花子さん。老眼鏡を忘れました。資格確認書で。",
            "Hanako, without her glasses, with a certificate on paper.",
        ),
        {
            AskStart: Words("「大きな文字」で、大きく、はっきりと。", "One key: larger letters in high contrast."),
            AskBrought: Words("資格確認書をえらびます。", "She has the certificate (資格確認書)."),
        },
        large=True,
    ),
    Guest(
        Scenario(
            "tour-desk", "電子証明書の期限切れ", Reason.CERTIFICATE_EXPIRED, "certificate-over", ticket=TicketShown.NONE
        ),
        Words(
            "見本期子さん。電子証明書の期限が切れています。本人は知りません。",
            "Kiko: her card's certificate has expired; she does not know.",
        ),
        {
            ShowResult: Words(
                "窓口へ。理由は画面に出しません。ほかの人が見ています。",
                "To the desk, and never why: others are looking on.",
            )
        },
        Words("職員にはコードと手順が書いてあります。", "The slip tells the clerk what to do: a code and the steps."),
    ),
    Guest(
        Scenario("tour-left", "カードを置いたまま", Reason.WALKED_AWAY, "renew", ticket=TicketShown.NONE),
        Words(
            "見本更子さん。途中で電話に出て、行ってしまいます。",
            "Koko takes a call and walks away.",
        ),
        {
            AskPin: Words(
                "だれもいません。警告のあと、入れたものはすべて消えます(ここでは早送り)。",
                "Nobody there: a warning, then all is erased (sooner than in earnest).",
            ),
            ShowResult: Words(
                "カードが残っているので、記録して職員に知らせます。",
                "The card is in, so staff are told and it is recorded.",
            ),
            TakeCard: Words(
                "音で呼びつづけます。職員がカードを預かります。", "It keeps calling, until a clerk takes the card."
            ),
        },
        leaves_at=AskPin,
    ),
)
"""In the order in which they come."""
FAREWELL = Words("つぎの方へ。画面には何も残りません。", "The next one, please. Nothing is left on the screen.")


def words_at(guest: Guest, question: Question[Any]) -> Words:
    """What is said when that person is asked that."""
    kind = type(question)
    return guest.says.get(kind) or EVERYBODY[kind]
