"""Codes D: staff look at a document."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.common import ASK_FOR_CARD, ASK_INSURER, AT_THE_DESK, CONFIRM_BY_SIGHT, NEXT_TIME
from kiosk.checkin.procedures.procedure import Contact, Procedure
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Way

DOCUMENT: Mapping[Reason, Procedure] = {
    Reason.CERTIFICATE_TO_BE_SEEN: Procedure(
        "資格確認書を職員が見る",
        (
            "資格確認書の有効期限・氏名・生年月日・保険者番号を見る。",
            "受診券と見くらべ、⑤として記録する。",
            ASK_INSURER,
        ),
        (Way.CERTIFICATE,),
        (Contact.INSURER,),
        note="設定で⑤を職員に任せているか、端末から照会できない。",
    ),
    Reason.NOTICE_TO_BE_SEEN: Procedure(
        "資格情報のお知らせを持ってきた",
        (
            "マイナンバーカードもお持ちかたずねる。",
            "カードの顔写真で本人を確かめ、お知らせと受診券を見くらべ④と記録する。",
            "カードがなければ、資格確認書をお持ちかたずねる。",
            ASK_INSURER,
        ),
        (Way.CARD_AND_NOTICE, Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_PORTAL, Way.CERTIFICATE),
        (Contact.INSURER,),
        note="資格情報のお知らせだけでは資格を確認できない。",
    ),
    Reason.SMARTPHONE: Procedure(
        "スマートフォンで確認したい",
        (
            "マイナンバーカードもお持ちかたずねる。",
            "本人のスマートフォンで、マイナポータルの保険資格画面を開いていただく。",
            "カードの顔写真で本人を確かめ、画面と受診券を見くらべ③と記録する。",
            "カードがなければ、資格確認書をお持ちかたずねる。",
        ),
        (Way.CARD_AND_PORTAL, Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_NOTICE, Way.CERTIFICATE),
        (Contact.INSURER,),
        note="スマートフォンだけで確認できるのは、対応リーダーのある①に限る。画面の写しは使わない。",
    ),
    Reason.OLD_INSURANCE_CARD: Procedure(
        "従来の健康保険証を持ってきた",
        (
            ASK_FOR_CARD,
            "なければ、受診券にある保険者へ今日の扱いを電話で確認する。",
            NEXT_TIME,
        ),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="従来の健康保険証は、令和7年12月1日までにすべて期限が切れた。単独では確認できない。",
    ),
    Reason.CARD_TO_BE_SEEN: Procedure(
        "マイナンバーカードの確認を職員が行う",
        ("カードの顔写真で本人を確かめ、受診券と見くらべる。", CONFIRM_BY_SIGHT),
        (Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE),
        note="設定でカードの確認を職員に任せているか、端末から照会できない。",
    ),
    Reason.ASK_INSURER: Procedure(
        "暫定の取扱い: 期限の切れた健康保険証(端末から照会できない)",
        (
            ASK_FOR_CARD,
            "なければ、受診券にある保険者へ電話で資格をたずねる。",
            "答えと受診券を見くらべ、保険者への確認として記録する。",
            NEXT_TIME,
        ),
        (*AT_THE_DESK, Way.PROVISIONAL_INSURER),
        (Contact.INSURER,),
        note="電話の日時と、答えた人を記録する。",
    ),
    Reason.PROVISIONAL_TO_BE_SEEN: Procedure(
        "暫定の取扱い: 番号照会と受診券の照合は一致(職員が見る)",
        (
            "健康保険証と受診券の氏名・生年月日・保険者番号を見くらべる。",
            "合っていれば、番号照会として記録する。",
            NEXT_TIME,
        ),
        (Way.PROVISIONAL_ONLINE, *AT_THE_DESK),
        note="次回のお願いは、この取扱いの条件になっている。",
    ),
    Reason.FACE_TO_BE_SEEN: Procedure(
        "顔認証付きカードリーダーの結果は一致(職員が見る)",
        ("①の画面の氏名・生年月日・保険者番号を受診券と見くらべる。", "合っていれば、①として記録する。", ASK_INSURER),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="設定で①を職員に任せている(site.allow_unattended に face がない)。",
    ),
}
