"""Codes P: staff make sure who the person is."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.common import ASK_INSURER, AT_THE_DESK, CONFIRM_BY_SIGHT
from kiosk.checkin.procedures.procedure import Contact, Procedure
from kiosk.checkin.reasons import Reason

_COMPARE_PERSON = "受診券と書類の氏名・フリガナ・生年月日・性別を見くらべる。"

PERSON: Mapping[Reason, Procedure] = {
    Reason.NAME_DIFFERS: Procedure(
        "氏名が一致しない",
        (_COMPARE_PERSON, "改姓・通称・旧字によるちがいなら、本人に確かめて記録する。", CONFIRM_BY_SIGHT, ASK_INSURER),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="字体・長音・全角半角のちがいは、端末が同じとみなしている。",
    ),
    Reason.BIRTHDATE_DIFFERS: Procedure(
        "生年月日が一致しない",
        (_COMPARE_PERSON, "打ちまちがいなら、入れ直して照会する。", CONFIRM_BY_SIGHT, ASK_INSURER),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="家族の書類や、元号の打ちまちがいのことがある。",
    ),
    Reason.SEX_DIFFERS: Procedure(
        "性別が一致しない",
        (_COMPARE_PERSON, CONFIRM_BY_SIGHT, ASK_INSURER),
        AT_THE_DESK,
        (Contact.INSURER,),
        note="本人にたずねるときは、まわりに聞こえないようにする。",
    ),
    Reason.AGE: Procedure(
        "年齢が特定健診の範囲にない",
        ("生年月日を書類で確かめる。", "受診券の発行元へ、今日の健診の扱いを電話で確認する。"),
        contacts=(Contact.INSURER,),
        note="特定健診は、年度末に40歳以上で、受診の日に75歳未満の人が受ける。",
    ),
    Reason.NOT_ME: Procedure(
        "表示された人と本人がちがうと答えた",
        (_COMPARE_PERSON, "カードや書類が家族のものでないか確かめる。", CONFIRM_BY_SIGHT),
        AT_THE_DESK,
        note="この票に氏名は印字しない。",
    ),
}
