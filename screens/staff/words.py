"""The closed sets in words for staff. A sign stands before a word, so that nothing hangs on a colour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kiosk.checkin.settlement import Settlement, Settling, Standing
from kiosk.checkin.ways import Way, way_words
from kiosk.locale import _
from kiosk.ports.board import Level, Service
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, Part
from screens.staff.lines import Look, plain

SIGNS: Mapping[Level, str] = {Level.OK: "o", Level.WARNING: "!", Level.CRITICAL: "X", Level.UNKNOWN: "?"}
LEVEL_LOOKS: Mapping[Level, Look] = {
    Level.OK: Look.BAND,
    Level.WARNING: Look.MARK,
    Level.CRITICAL: Look.ALARM,
    Level.UNKNOWN: Look.MARK,
}
STATES: Mapping[str, str] = {
    "starting": "起動中",
    "idle": "待機中",
    "serving": "受付中",
    "out-of-order": "休止中",
    "stopped": "停止中",
}
"""Of the status; a state of a newer kiosk is shown as it is."""
SERVICES: Mapping[Service, str] = {
    Service.OPEN: "受付を開いています",
    Service.PAUSED: "職員が一時休止中",
    Service.OUT_OF_ORDER: "職員が使用停止中",
    Service.UNKNOWN: "控えが壊れて休止中",
}
PARTS: Mapping[Part, tuple[str, str]] = {
    Part.READER: ("カード", "カードリーダー"),
    Part.PRINTER: ("印刷", "プリンター"),
    Part.GATEWAY: ("照会", "ゲートウェイ(照会)"),
    Part.LEDGER: ("記録", "記録(ディスク)"),
    Part.SCANNER: ("読取", "バーコードリーダー"),
    Part.VOICE: ("音声", "音声"),
    Part.CLOCK: ("時計", "時計"),
}
"""Short, and whole."""
CONDITIONS: Mapping[Condition, tuple[str, str, Look]] = {
    Condition.OK: ("o", "正常", Look.PLAIN),
    Condition.ATTENTION: ("!", "注意", Look.MARK),
    Condition.DOWN: ("X", "停止", Look.TROUBLE),
    Condition.UNKNOWN: ("?", "不明", Look.QUIET),
    Condition.ABSENT: ("-", "なし", Look.QUIET),
}
FLAGS: Mapping[Flag, str] = {
    Flag.STAFF_CALLED: "職員が呼ばれています",
    Flag.CARD_LEFT: "カードが残っています",
    Flag.PRINTER: "受付票が出ませんでした",
    Flag.RECORD: "記録できなかった受付があります",
    Flag.ROSTER: "予約名簿が使えません",
    Flag.PRECHECK: "事前照会の結果が使えません",
}
STANDINGS: Mapping[Standing, tuple[str, str, Look]] = {
    Standing.CONFIRMED: ("o", "確認済", Look.PLAIN),
    Standing.OPEN: ("!", "未了", Look.MARK),
    Standing.SETTLED: ("o", "対応済", Look.GOOD),
    Standing.REFUSED: ("X", "お断り", Look.TROUBLE),
    Standing.CANCELLED: ("-", "取りやめ", Look.QUIET),
}
SHORT_WAYS: Mapping[Way, str] = {
    Way.FACE_READER: "(1)顔認証",
    Way.LIMITED_APP: "(2)限定型",
    Way.CARD_AND_PORTAL: "(3)ポータル",
    Way.CARD_AND_NOTICE: "(4)お知らせ",
    Way.CERTIFICATE: "(5)確認書",
    Way.CARD_QUERY: "カード照会",
    Way.PROVISIONAL_ONLINE: "暫定・照会",
    Way.PROVISIONAL_INSURER: "暫定・電話",
    Way.DESK: "窓口",
}
"""Where there is room for eleven cells; the figure is the notice's."""


def date_words(day: date, today: date) -> str:
    """「6月1日」, with the year when it is another one than this."""
    year = "" if day.year == today.year else _("{year}年").format(year=day.year)
    words = year + _("{month}月{day}日").format(month=day.month, day=day.day)
    return words + _("(今日)") if day == today else words


def way(of: Way) -> str:
    """The way in words."""
    return plain(way_words(of))


def settling(settlement: Settlement) -> str:
    """What an entry says."""
    match settlement.settling:
        case Settling.WAY:
            return _("{way}で確認").format(way=way(settlement.way)) if settlement.way else ""
        case Settling.INSURER:
            return _("保険者に電話で確認")
        case Settling.REFUSED:
            return _("お断り(今日はこの保険で受けない)")
        case Settling.CANCELLED:
            return _("取りやめ(数に入れない)")
        case Settling.NOTE:
            return _("メモ")
        case Settling.UNDONE:
            return _("前の記録の取り消し")


def reminder(standing: Standing, *, deferred: bool, printed: bool) -> str:
    """What else is to be known of a visit, in short."""
    return " ".join(
        filter(
            None,
            (
                _("照会待ち") if deferred else "",
                "" if printed or standing is Standing.CANCELLED else _("票が未印刷"),
            ),
        )
    )
