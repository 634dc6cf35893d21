"""One terminal as the board follows it: the last that is known, and whether the line to it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from kiosk.locale import _
from kiosk.ports.board import Board, BoardFailure, Level, Role, Service, TerminalView
from screens.staff.lines import Look, Part
from screens.staff.site import StaffSite, Terminal
from screens.staff.words import LEVEL_LOOKS, SERVICES, SIGNS, STATES

_NEVER = datetime.min.replace(tzinfo=UTC)


class Watched:
    """A terminal. `view` stays what was known last when the line is lost; `failure` then says why."""

    def __init__(self, terminal: Terminal, site: StaffSite) -> None:
        self.terminal = terminal
        self.view: TerminalView | None = None
        self.failure = ""
        self._site = site

    @property
    def board(self) -> Board:
        return self.terminal.board

    @property
    def name(self) -> str:
        """As the terminal calls itself, once it has told."""
        return self.view.name if self.view else self.terminal.name

    @property
    def may_act(self) -> bool:
        """Whether this user sees names and settles there."""
        return self.board.role is Role.STAFF

    @property
    def reachable(self) -> bool:
        """Whether it answers."""
        return self.view is not None and self.view.alive and not self.failure

    @property
    def level(self) -> Level:
        """How it is; unknown while nobody tells."""
        return Level.UNKNOWN if self.view is None or self.failure else self.view.level

    @property
    def substance(self) -> TerminalView | None:
        """What is known, without the time at which it was told: differs only when something changed."""
        return self.view and replace(self.view, as_of=_NEVER)

    async def follow(self, changed: Callable[[Watched], None]) -> None:
        """Keep it up to date, for ever; `changed` hears of every news."""
        while True:
            try:
                async for view in self.board.follow():
                    self.view, self.failure = view, ""
                    changed(self)
                self.failure = _("端末からの知らせが終わりました")
            except BoardFailure as failure:
                self.failure = failure.words
            changed(self)
            await asyncio.sleep(self._site.again_seconds)

    def band(self, *, wide: bool) -> list[Part]:
        """Name, level and state, for a band."""
        sign = Part(f" {SIGNS[self.level]} {self.level.word} ", LEVEL_LOOKS[self.level])
        parts = [Part(f" {self.name} ", Look.BAND), sign, Part(f" {self.doing} ", Look.BAND)]
        if self.view and self.view.service is not Service.OPEN:
            parts.append(Part(f" ! {_(SERVICES[self.view.service])} ", Look.MARK))
        if self.view and self.view.simulator:
            parts += [
                Part(" ", Look.BAND),
                Part(_(" SIMULATOR シミュレーター ") if wide else " SIMULATOR ", Look.SIMULATOR),
            ]
        return parts

    @property
    def doing(self) -> str:
        """What it is doing, or since when nobody knows."""
        if self.view is None:
            return _("つながりません") if self.failure else _("つないでいます")
        if not self.reachable and self.view.state not in STATES:
            return _("つながりません")  # and nothing was ever known of it
        if not self.reachable:
            now = self._site.now()
            at = self.view.as_of.astimezone(now.tzinfo)
            written = f"{at:%H:%M}" if at.date() == now.date() else f"{at:%m-%d}"
            return _("つながりません({at}まで)").format(at=written)
        return _(STATES.get(self.view.state, self.view.state))

    def words(self) -> tuple[str, ...]:
        """What is wrong and what to do, the worst first."""
        told = self.view.words if self.view else ()
        return (self.failure, *told) if self.failure else told
