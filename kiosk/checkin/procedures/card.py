"""Codes K: the terminal could not use the card, or the face reader that stands for it."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.common import ASK_FOR_CARD, ASK_INSURER, AT_THE_DESK, CONFIRM_BY_SIGHT
from kiosk.checkin.procedures.procedure import Contact, Procedure
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Way

_NO_PIN = "暗証番号は、たずねない・入力しない。顔認証か、顔写真の目視による。"
_TRIED_THREE_TIMES = "端末では3回まで置き直しをお願いしている。"

CARD: Mapping[Reason, Procedure] = {
    Reason.NOT_A_MY_NUMBER_CARD: Procedure(
        "マイナンバーカードではないカードだった",
        ("お持ちのカードと書類を見せていただく。", ASK_FOR_CARD, CONFIRM_BY_SIGHT),
        AT_THE_DESK,
        note=_TRIED_THREE_TIMES,
    ),
    Reason.CARD_UNREADABLE: Procedure(
        "カードを読み取れなかった",
        ("カードをケースから出し、①か②があれば読み直す。", "読めなければ③④⑤のどれかで資格を確認し、印をつける。"),
        AT_THE_DESK,
        note=f"{_TRIED_THREE_TIMES}ICの故障なら、市区町村での再交付を案内する。",
    ),
    Reason.CARD_PULLED: Procedure(
        "読み取りの途中でカードが抜かれた",
        ("①か②があれば、カードを置いたまま読む。", "読めなければ③④⑤のどれかで資格を確認し、印をつける。"),
        AT_THE_DESK,
        note=_TRIED_THREE_TIMES,
    ),
    Reason.LAST_TRY: Procedure(
        "暗証番号の残り回数が1回(カードを守るため送らない)",
        (_NO_PIN, CONFIRM_BY_SIGHT),
        AT_THE_DESK,
        note="あと1回まちがえるとロックされるため、端末は暗証番号を送らない。",
    ),
    Reason.PIN_LOCKED: Procedure(
        "暗証番号がロックされている",
        (_NO_PIN, CONFIRM_BY_SIGHT, "暗証番号の手続きは、市区町村の窓口でできると案内する。"),
        AT_THE_DESK,
        note="暗証番号は、3回つづけてまちがえるとロックされる。",
    ),
    Reason.PIN_UNKNOWN: Procedure(
        "暗証番号がわからない",
        (_NO_PIN, CONFIRM_BY_SIGHT, "暗証番号の手続きは、市区町村の窓口でできると案内する。"),
        AT_THE_DESK,
        note="暗証番号のないカード(顔認証マイナンバーカード)のことがある。",
    ),
    Reason.PHONE_OR_NEW_CARD: Procedure(
        "スマートフォンのカード、または知らない種類のカード",
        ("プラスチックのマイナンバーカードをお持ちかたずねる。", CONFIRM_BY_SIGHT),
        AT_THE_DESK,
        note="スマートフォンのカードは、対応リーダーのある①でだけ使える。",
    ),
    Reason.CERTIFICATE_EXPIRED: Procedure(
        "電子証明書が資格確認に使える期間を過ぎている",
        (
            "カードの電子証明書の期限を本人と確かめる。",
            "更新は市区町村の窓口でできると案内する。",
            "④か⑤で資格を確認し、印をつける。",
            ASK_INSURER,
        ),
        (Way.CARD_AND_NOTICE, Way.CERTIFICATE),
        (Contact.INSURER,),
        note="期限の月の末日から3か月までは使える。過ぎると①②は使えず、マイナポータル(③)も開けない。",
    ),
    Reason.FACE_NOT_FOUND: Procedure(
        "顔認証付きカードリーダーの結果が来なかった",
        (
            "①の画面に本人の結果が出ていれば、受診券と見くらべ①と記録する。",
            "出ていなければ、①をいっしょにやり直す。",
            _NO_PIN,
            CONFIRM_BY_SIGHT,
        ),
        AT_THE_DESK,
        note="時間切れ、名簿と結果のカナのちがい、リーダーかゲートウェイの不調のどれか。端末は別の人の結果を使わない。",
    ),
    Reason.FACE_AMBIGUOUS: Procedure(
        "顔認証付きカードリーダーの結果が一つに決まらなかった",
        (
            "①の画面の氏名・生年月日・保険者番号を受診券と見くらべる。",
            "本人のものと確かめられた結果だけを、①として記録する。",
            CONFIRM_BY_SIGHT,
        ),
        AT_THE_DESK,
        note="同じ人が二度読んだか、同じ生年月日とカナの人がほかの端末でも待っていた。",
    ),
}
