"""The digits, as on a telephone and a bank's machine: 1 2 3 on top; on a small panel in two rows of six."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.containers import Grid

from kiosk.locale import _
from screens.widgets.key import Key, Role


class Keypad(Grid):
    """Twelve keys: the digits, 「けす」, and 「全部けす」 or a hyphen. The focus meets them in the order as seen."""

    def __init__(
        self,
        strike: Callable[[str], None],
        erase: Callable[[], None],
        erase_all: Callable[[], None],
        *,
        hyphen: bool = False,
        small: bool = False,
        bounce_seconds: float,
    ) -> None:
        super().__init__()
        self._strike = strike
        self._erase = erase
        self._erase_all = erase_all
        self._hyphen = hyphen
        self._small = small
        self._bounce = bounce_seconds

    def compose(self) -> ComposeResult:
        digits = {digit: self._digit(digit) for digit in "1234567890"}
        erase = Key(_("けす"), self._erase, bounce_seconds=self._bounce, dom_id="erase")
        if self._small:
            yield from (*digits.values(), erase, self._extra())
        else:
            zero = digits.pop("0")
            yield from (*digits.values(), self._extra(), zero, erase)

    def _extra(self) -> Key:
        if self._hyphen:
            return Key("-", partial(self._strike, "-"), role=Role.DIGIT, bounce_seconds=self._bounce, dom_id="hyphen")
        return Key(_("全部けす"), self._erase_all, bounce_seconds=self._bounce, dom_id="erase-all")

    def _digit(self, digit: str) -> Key:
        press = partial(self._strike, digit)
        return Key(digit, press, role=Role.DIGIT, bounce_seconds=self._bounce, dom_id=f"digit-{digit}")
