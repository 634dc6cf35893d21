"""The digits, as on a telephone and a bank's machine: 1 2 3 on top."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.containers import Grid

from kiosk.locale import _
from screens.widgets.key import Key, Role


class Keypad(Grid):
    """Twelve keys: the digits, 「けす」, and 「全部けす」 or a hyphen."""

    def __init__(
        self,
        strike: Callable[[str], None],
        erase: Callable[[], None],
        erase_all: Callable[[], None],
        *,
        hyphen: bool = False,
        bounce_seconds: float,
    ) -> None:
        super().__init__()
        self._strike = strike
        self._erase = erase
        self._erase_all = erase_all
        self._hyphen = hyphen
        self._bounce = bounce_seconds

    def compose(self) -> ComposeResult:
        for digit in "123456789":
            yield self._digit(digit)
        if self._hyphen:
            yield Key("-", partial(self._strike, "-"), role=Role.DIGIT, bounce_seconds=self._bounce, dom_id="hyphen")
        else:
            yield Key(_("全部けす"), self._erase_all, bounce_seconds=self._bounce, dom_id="erase-all")
        yield self._digit("0")
        yield Key(_("けす"), self._erase, bounce_seconds=self._bounce, dom_id="erase")

    def _digit(self, digit: str) -> Key:
        press = partial(self._strike, digit)
        return Key(digit, press, role=Role.DIGIT, bounce_seconds=self._bounce, dom_id=f"digit-{digit}")
