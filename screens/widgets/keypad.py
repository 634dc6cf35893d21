"""The digits, as on a telephone and a bank's machine: 1 2 3 on top; on a small panel in two rows of six."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.containers import Grid

from kiosk.locale import _
from kiosk.ports.voice import KeyName, Sign, named, spelt
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
        erase = self._key(_("けす"), self._erase, KeyName.ERASE, "erase")
        if self._small:
            yield from (*digits.values(), erase, self._extra())
        else:
            zero = digits.pop("0")
            yield from (*digits.values(), self._extra(), zero, erase)

    def _extra(self) -> Key:
        if self._hyphen:
            return self._sign("-", "hyphen")
        return self._key(_("全部けす"), self._erase_all, KeyName.ERASE_ALL, "erase-all")

    def _digit(self, digit: str) -> Key:
        return self._sign(digit, f"digit-{digit}")

    def _sign(self, sign: str, dom_id: str) -> Key:
        press, heard = partial(self._strike, sign), spelt(Sign(sign))
        return Key(sign, press, heard=heard, role=Role.DIGIT, bounce_seconds=self._bounce, dom_id=dom_id)

    def _key(self, label: str, press: Callable[[], None], name: KeyName, dom_id: str) -> Key:
        return Key(label, press, heard=named(name), bounce_seconds=self._bounce, dom_id=dom_id)
