"""Codes H: a device does not work."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.common import AT_THE_DESK, CLOSE_TERMINAL, CONFIRM_BY_SIGHT
from kiosk.checkin.procedures.procedure import Contact, Procedure
from kiosk.checkin.reasons import Reason

HARDWARE: Mapping[Reason, Procedure] = {
    Reason.NO_READER: Procedure(
        "カードリーダーが使えない",
        ("カードリーダーの線と電源を確かめる。", CONFIRM_BY_SIGHT),
        AT_THE_DESK,
        (Contact.INSTALLER,),
        note="カードを使わない受付(⑤など)は、この端末で続けられる。",
    ),
    Reason.NO_RECORD: Procedure(
        "記録する場所(ディスク)に書けない",
        (CLOSE_TERMINAL, "管理者にディスクの空きを確かめてもらう。"),
        AT_THE_DESK,
        (Contact.INSTALLER,),
        note="番号も票も出ない。本人は窓口へ案内されている。書けるようになれば受付に戻る。",
    ),
    Reason.CLOCK_UNSURE: Procedure(
        "端末の時計が合っていない",
        (
            "票の日付と時刻をあてにしない。今日の日付を書き入れる。",
            CONFIRM_BY_SIGHT,
            "受診券の有効期限、年度、年齢、予約の日を窓口で確かめる。",
            "管理者に、端末の時刻の同期(ネットワーク)を確かめてもらう。",
        ),
        AT_THE_DESK,
        (Contact.INSTALLER,),
        note="照会はしていない。時計が合えば、端末は自動で元の受付に戻る。",
    ),
}
