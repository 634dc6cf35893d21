"""A check-in at the demo's table, where the keys F1 to F12 do what hands do."""

from __future__ import annotations

from kiosk.gateway.people import by_key
from tests.door.pane import Pane
from tests.door.visits import START

TARO = by_key("taro")


async def check_in_with_card(pane: Pane, number: str) -> None:
    """Taro, from the start to the result with that number."""
    await pane.until(START)
    await pane.strike("1")
    await pane.until("どれをお持ちですか")
    await pane.key("F3")
    await pane.strike("1")
    await pane.until("暗証番号を入れてください")
    await pane.strike(TARO.pin, enter=True)
    await pane.until("ご本人の確認です")
    await pane.strike("1")
    await pane.until(f"受付番号 {number}", "C01")
