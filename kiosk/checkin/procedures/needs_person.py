"""Codes N: somebody needs a person."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.common import (
    ASK_FOR_CARD,
    ASK_INSURER,
    AT_THE_DESK,
    CLOSE_TERMINAL,
    CONFIRM_BY_SIGHT,
)
from kiosk.checkin.procedures.procedure import Contact, Procedure
from kiosk.checkin.reasons import Reason

NEEDS_PERSON: Mapping[Reason, Procedure] = {
    Reason.UNSURE: Procedure(
        "何を持ってきたかわからない、または何もない",
        (
            ASK_FOR_CARD,
            "次に、資格情報のお知らせとスマートフォンをたずねる。",
            CONFIRM_BY_SIGHT,
            "何もなければ、受診券にある保険者へ電話で確認する。",
        ),
        AT_THE_DESK,
        (Contact.INSURER,),
    ),
    Reason.STAFF_CALLED: Procedure(
        "本人が職員を呼んだ", ("困っていることをたずね、いっしょに手続きする。", CONFIRM_BY_SIGHT), AT_THE_DESK
    ),
    Reason.NUMBERS_UNKNOWN: Procedure(
        "番号がわからない",
        ("書類の保険者番号・記号・番号・枝番を見て、職員が照会する。", CONFIRM_BY_SIGHT, ASK_INSURER),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="資格確認書・資格情報のお知らせ・マイナポータルのどれにも番号がある。",
    ),
    Reason.WALKED_AWAY: Procedure(
        "操作の途中で席をはなれた(カードが残っているとき)",
        ("リーダーに残ったカードを預かり、持ち主を呼び出す。", "顔写真で本人を確かめてから返し、受付をやり直す。"),
        AT_THE_DESK,
        note="引き取りがなければ、施設の忘れ物の手順による。カードがなければ記録は残らない。",
    ),
    Reason.NOT_ON_ROSTER: Procedure(
        "予約名簿に見あたらない",
        (
            "氏名・フリガナ・生年月日・整理番号で名簿を探す。",
            "なければ予約の日と場所を本人にたずねる。",
            "今日受けられるか責任者に確かめる。",
            CONFIRM_BY_SIGHT,
        ),
        AT_THE_DESK,
        note="改姓や読みのちがい、名簿の取り込み忘れに注意する。",
    ),
    Reason.SEVERAL_ON_ROSTER: Procedure(
        "予約名簿に候補が二人以上いる",
        ("氏名・生年月日・住所を書類で確かめ、名簿のどの行か決める。", CONFIRM_BY_SIGHT),
        AT_THE_DESK,
        note="同姓同名で同じ生年月日の人や、二重の予約のことがある。",
    ),
    Reason.TOO_EARLY: Procedure(
        "予約の時刻よりかなり早い",
        ("名簿の時刻を確かめる。", "受け付けるか、時刻までお待ちいただくかを決める。", CONFIRM_BY_SIGHT),
        AT_THE_DESK,
        note="何分前から受け付けるかは、設定(roster.earliest_minutes)による。",
    ),
    Reason.OTHER_DAY: Procedure(
        "予約が別の日になっている",
        (
            "名簿の日付と予約票を見くらべる。",
            "今日受けられるか責任者に確かめる。できなければ予約を取り直す。",
            CONFIRM_BY_SIGHT,
        ),
        AT_THE_DESK,
    ),
    Reason.PAUSED: Procedure(
        "職員がこの端末を一時休止にした",
        ("来た人を窓口で受け付ける。", "再開してよいか確かめ、職員の画面で再開する。"),
        AT_THE_DESK,
        note="番号も票も出ない。始めた人の受付は最後まで続く。起動し直しても休止のまま(再開: kiosk service resume)。",
    ),
    Reason.TAKEN_OUT: Procedure(
        "職員がこの端末を使用停止にした",
        (CLOSE_TERMINAL, "停止にした理由を確かめ、直ったら職員の画面で再開する。"),
        AT_THE_DESK,
        (Contact.INSTALLER,),
        note="番号も票も出ない。始めた人の受付は最後まで続く。起動し直しても停止のまま(再開: kiosk service resume)。",
    ),
}
