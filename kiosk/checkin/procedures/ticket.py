"""Codes T: the ticket is missing or does not fit."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.common import ASK_INSURER, AT_THE_DESK, CONFIRM_BY_SIGHT
from kiosk.checkin.procedures.procedure import Contact, Procedure
from kiosk.checkin.reasons import Reason

TICKET: Mapping[Reason, Procedure] = {
    Reason.NO_TICKET: Procedure(
        "受診券がない",
        (
            "受診券・利用券をお持ちか、もう一度たずねる。",
            "なければ予約名簿で整理番号を確かめ、保険者へ電話で確認する。",
            CONFIRM_BY_SIGHT,
        ),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="特定健診・特定保健指導は、資格と券の両方を見て判断する。券がないと受けられない。",
    ),
    Reason.OTHER_INSURER: Procedure(
        "受診券と資格の保険者番号がちがう(受診券は使えない)",
        (
            "受診券と、資格確認書などの保険者番号を見くらべる。",
            "ちがうときは、いまの保険者の受診券をお持ちかたずねる。",
            ASK_INSURER,
        ),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="保険が変わると、前の保険者の受診券は使えない。",
    ),
    Reason.TICKET_EXPIRED: Procedure(
        "受診券の有効期限が過ぎている",
        ("受診券の有効期限と、ほかの券をお持ちかを確かめる。", "保険者へ、今日の受診の扱いと再発行を電話で確認する。"),
        contacts=(Contact.INSURER,),
        note="期限の過ぎた券は使えない。端末は有効期限を名簿か券のコードから知る。",
    ),
    Reason.TICKET_YEAR: Procedure(
        "受診券の年度がちがう",
        (
            "受診券の整理番号の上2けた(年度)と有効期限を確かめる。",
            "今年度の受診券をお持ちかたずねる。",
            ASK_INSURER,
        ),
        contacts=(Contact.INSURER,),
        note="利用券は、有効期限のうちなら年度をまたいで使えることがある。",
    ),
    Reason.TICKET_KIND: Procedure(
        "券の種類が今日の内容とちがう",
        (
            "整理番号の3けた目と予約の内容を見くらべる。",
            "1は受診券、2と3は利用券、5はセット券。",
            "合う券をお持ちかたずねる。",
            ASK_INSURER,
        ),
        contacts=(Contact.INSURER,),
        note="2は積極的支援、3は動機付け支援の利用券。ほかの数字なら保険者へたずねる。",
    ),
    Reason.INSURED_NUMBER_DIFFERS: Procedure(
        "記号・番号・枝番が一致しない",
        (
            "受診券と書類の記号・番号・枝番を見くらべる。",
            "打ちまちがいなら、入れ直して照会する。",
            CONFIRM_BY_SIGHT,
            ASK_INSURER,
        ),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="記号・番号のちがいだけで、資格がないとは言えない。",
    ),
}
