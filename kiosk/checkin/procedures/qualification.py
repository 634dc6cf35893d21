"""Codes Q: staff judge the answer to the query."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.common import ASK_INSURER, AT_THE_DESK, CONFIRM_BY_SIGHT
from kiosk.checkin.procedures.procedure import Contact, Procedure
from kiosk.checkin.reasons import Reason

_COMPARE_PAPERS = "受診券とカードか資格確認書の氏名・生年月日・保険者番号を見くらべる。"

QUALIFICATION: Mapping[Reason, Procedure] = {
    Reason.INVALID: Procedure(
        "照会の答え: 無効",
        (
            _COMPARE_PAPERS,
            "保険が変わっていないか本人にたずね、新しい受診券があれば受け取る。",
            ASK_INSURER,
        ),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="資格を失った日が今日より後なら、今日は有効。喪失の理由が死亡なら、番号の打ちまちがいを疑う。",
    ),
    Reason.SUPERSEDED: Procedure(
        "照会の答え: 無効(新しい資格あり)",
        (
            "保険が変わっていないか、変わったならいつからか本人にたずねる。",
            "いまの保険者の受診券を確かめる。なければその保険者へ発行を頼んでいただく。",
            ASK_INSURER,
        ),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="前の保険者の受診券は使えない。いまの保険者の受診券が要る。",
    ),
    Reason.NOT_FOUND: Procedure(
        "照会の答え: 該当資格なし(多くは番号の打ちまちがい)",
        (
            "書類の保険者番号・記号・番号・枝番・生年月日を見て照会し直す。",
            CONFIRM_BY_SIGHT,
            ASK_INSURER,
        ),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="端末では、番号の見直しを一度お願いしている。",
    ),
    Reason.SEVERAL: Procedure(
        "照会の答え: 複数該当(枝番が要る)",
        ("書類の枝番(2けた)を確かめ、枝番を入れて照会し直す。", CONFIRM_BY_SIGHT, ASK_INSURER),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="端末では、枝番を一度おたずねしている。",
    ),
    Reason.PUBLIC_ASSISTANCE: Procedure(
        "照会の答え: 有効(未登録)または医療扶助",
        (_COMPARE_PAPERS, "受診券の発行元へ、今日の健診の扱いを電話で確認する。"),
        contacts=(Contact.INSURER,),
        note="医療扶助の人は特定健診の加入者ではない。市区町村の健診の券でないかも見る。",
    ),
    Reason.NOT_ONE_PERSON: Procedure(
        "有効だが、一人に決まらない答え",
        ("書類の枝番(2けた)を確かめ、枝番を入れて照会し直す。", CONFIRM_BY_SIGHT, ASK_INSURER),
        AT_THE_DESK,
        (Contact.INSURER, Contact.CALL_CENTRE),
        note="資格情報が二人分以上ある、または一つもない。",
    ),
    Reason.NOT_ON_THE_DAY: Procedure(
        "資格の期間に今日が入らない",
        ("資格の取得日と有効期限を書類で確かめる。", _COMPARE_PAPERS, ASK_INSURER),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="取得日が今日より後、喪失日が今日以前、証の有効期限切れのどれか。",
    ),
    Reason.OTHER_SCHEME: Procedure(
        "特定健診の加入者ではない制度(後期高齢者医療など)",
        (
            "受診券の種類と発行元を確かめる。",
            "予約した健診の種類を確かめる。",
            "受診券の発行元へ、今日の健診の扱いを電話で確認する。",
        ),
        contacts=(Contact.INSURER,),
        note="後期高齢者医療の人の健診は、特定健診とは別に行われる。",
    ),
}
