"""How the slip names the ways of the notice, short enough to stand behind a box that staff tick."""

from __future__ import annotations

from typing import assert_never

from kiosk.checkin.ways import Way


def way_tick(way: Way) -> str:
    """The way in a word or two."""
    match way:
        case Way.FACE_READER:
            return "①顔認証"
        case Way.LIMITED_APP:
            return "②限定型"
        case Way.CARD_AND_PORTAL:
            return "③ポータル"
        case Way.CARD_AND_NOTICE:
            return "④お知らせ"
        case Way.CERTIFICATE:
            return "⑤確認書"
        case Way.CARD_QUERY | Way.PROVISIONAL_ONLINE:
            return "番号照会"
        case Way.PROVISIONAL_INSURER:
            return "保険者"
        case Way.DESK:
            return "窓口"
        case _:
            assert_never(way)
