"""Codes S: nobody could be asked, or the terminal is not ready."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.common import AT_THE_DESK, CLOSE_TERMINAL, CONFIRM_BY_SIGHT
from kiosk.checkin.procedures.procedure import Contact, Procedure
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Way

_WITHOUT_SYSTEM = (Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE, Way.CERTIFICATE)
_DO_NOT_WAIT = "照会を待たず、この票の方法のどれかで資格を確認し、印をつける。"
_NOTE_FOUR_ITEMS = "氏名・性別・生年月日・住所を書く。復旧後に端末が照会し、一覧に出す。"
_ASKED_LATER = "照会は、つながってから端末が自動でやり直す。結果と時刻は一覧(kiosk ledger list)に出る。"

SYSTEM: Mapping[Reason, Procedure] = {
    Reason.UNREACHABLE: Procedure(
        "照会の窓口(ゲートウェイ)につながらない",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        AT_THE_DESK,
        (Contact.INSTALLER, Contact.CALL_CENTRE),
        note=_ASKED_LATER,
    ),
    Reason.TIMED_OUT: Procedure(
        "照会の答えが時間内に来ない",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        AT_THE_DESK,
        (Contact.INSTALLER, Contact.CALL_CENTRE),
        note=_ASKED_LATER,
    ),
    Reason.SERVER_ERROR: Procedure(
        "照会の窓口(ゲートウェイ)の障害",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        AT_THE_DESK,
        (Contact.INSTALLER,),
        note=_ASKED_LATER,
    ),
    Reason.GARBAGE: Procedure(
        "照会の答えを読めない",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        AT_THE_DESK,
        (Contact.INSTALLER,),
        note=_ASKED_LATER,
    ),
    Reason.REFUSED: Procedure(
        "照会の窓口(ゲートウェイ)がこの端末または照会を受け付けない",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        AT_THE_DESK,
        (Contact.INSTALLER,),
        note=f"端末の鍵(トークン)の期限切れのことがある。{_ASKED_LATER}",
    ),
    Reason.SYSTEM_FAILED: Procedure(
        "オンライン資格確認等システムが異常終了を返した",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        _WITHOUT_SYSTEM,
        (Contact.CALL_CENTRE,),
        note=f"①②も同じシステムにたずねるので、使えないことが多い。{_ASKED_LATER}",
    ),
    Reason.STILL_PROCESSING: Procedure(
        "オンライン資格確認等システムが処理中のまま",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        _WITHOUT_SYSTEM,
        (Contact.CALL_CENTRE,),
        note=f"①②も同じシステムにたずねるので、使えないことが多い。{_ASKED_LATER}",
    ),
    Reason.NOT_READY: Procedure(
        "この端末の準備ができていない(設定・鍵・フォント・名簿)",
        (CLOSE_TERMINAL, "管理者に kiosk status と記録(log)を見てもらう。"),
        AT_THE_DESK,
        (Contact.INSTALLER,),
        note="票は出ない。端末は10秒ごとに試し、準備ができれば受付に戻る。",
    ),
    Reason.FACE_UNREACHABLE: Procedure(
        "顔認証付きカードリーダーの結果を、端末が受け取れない(ゲートウェイ)",
        (
            "①の画面に本人の結果が出ていれば、受診券と見くらべ①と記録する。",
            "出ていなければ、①をいっしょに行い、結果は①の画面で見る。",
            CONFIRM_BY_SIGHT,
        ),
        AT_THE_DESK,
        (Contact.INSTALLER,),
        note="リーダーは端末と別に動くので、①は使えることが多い。番号をたずねていないので、端末はあとで照会しない。",
    ),
}
