"""Codes C: confirmed at the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.common import NEXT_TIME
from kiosk.checkin.procedures.procedure import Procedure
from kiosk.checkin.reasons import Reason

_TAKE_TICKET = "受診券をお持ちなら受け取る。"

CONFIRMED: Mapping[Reason, Procedure] = {
    Reason.CONFIRMED_BY_CARD: Procedure("マイナンバーカードと番号照会で確認", (_TAKE_TICKET,)),
    Reason.CONFIRMED_BY_CERTIFICATE: Procedure(
        "資格確認書の番号照会で確認(⑤)", (_TAKE_TICKET, "資格確認書の有効期限と氏名をひと目確かめる。")
    ),
    Reason.CONFIRMED_BY_PORTAL: Procedure("マイナンバーカードとマイナポータル画面の番号照会で確認(③)", (_TAKE_TICKET,)),
    Reason.CONFIRMED_BY_NOTICE: Procedure("マイナンバーカードと資格情報のお知らせの番号照会で確認(④)", (_TAKE_TICKET,)),
    Reason.CONFIRMED_PROVISIONALLY: Procedure(
        "暫定の取扱い: 期限の切れた健康保険証の番号照会と受診券の照合で確認",
        (_TAKE_TICKET, NEXT_TIME),
        note="次回のお願いは、この取扱いの条件になっている。",
    ),
    Reason.CONFIRMED_BY_FACE: Procedure(
        "顔認証付きカードリーダーで確認(①)",
        (_TAKE_TICKET,),
        note="生年月日とカナが予約名簿と同じ人の結果だけを、その受付に使っている。",
    ),
}
