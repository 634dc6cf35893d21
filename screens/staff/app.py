"""The board: one app over one terminal or several, each followed for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from time import monotonic
from typing import TypeVar

from textual import events

from kiosk.locale import _
from kiosk.ports.board import BoardFailure, Refusal
from screens.crash import CalmApp
from screens.forgetting import forget_drawn
from screens.staff.base import StaffScreen
from screens.staff.driver import BoardDriver
from screens.staff.errands import Errands
from screens.staff.others import Others
from screens.staff.site import StaffSite, Terminal
from screens.staff.strikes import Strikes
from screens.staff.watched import Watched
from screens.theme import PALETTE

T = TypeVar("T")

LOOK_SECONDS = 1
"""How often it is looked whether somebody still sits there."""


class StaffApp(CalmApp, inherit_bindings=False):
    """After `run()` the process has to exit with `return_code`, which Textual itself does not do."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ENABLE_SELECT_AUTO_SCROLL = False
    ESCAPE_TO_MINIMIZE = False
    CSS_PATH = "staff.tcss"

    def __init__(self, terminals: Sequence[Terminal], site: StaffSite) -> None:
        """At least one terminal, in the order in which they stand on the board."""
        super().__init__(driver_class=BoardDriver)
        self.site = site
        self.terminals = tuple(Watched(terminal, site) for terminal in terminals)
        self.drafts: dict[str, str] = {}
        """Notes that are not recorded yet, by the visit's id: a slip may come at any time."""
        self.errands = Errands(self)
        self.others = Others(self)
        self.strays: set[str] = set()
        """Where errors came from that nobody took, for those who look after the program."""
        self.crash = ""
        """Where it broke, after a crash."""
        self._touched_at = monotonic()
        self._written = 0
        """How much of what changes something at a terminal waits for its answer, besides entries."""
        self._leaving = False
        self._ahead: list[Callable[[StaffScreen], None]] = []
        self._strikes = Strikes(self._finger, self._burst, self.call_later, site.judge_seconds)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(PALETTE)

    def on_mount(self) -> None:
        from screens.staff.overview import OverviewScreen
        from screens.staff.visits import VisitsScreen

        several = len(self.terminals) > 1
        self.push_screen(OverviewScreen(self) if several else VisitsScreen(self, self.terminals[0]))
        self.set_interval(LOOK_SECONDS, self._look)
        for watched in self.terminals:
            self.run_worker(watched.follow(self._news), name=f"follow {watched.terminal.name}")

    # Keys.

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._touched_at = monotonic()
            self._strikes.strike(event)
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            self._touched_at = monotonic()
            self._burst(event.text.rstrip("\r\n\t"), True)
        else:
            await super().on_event(event)

    def touched(self) -> None:
        """Somebody is there."""
        self._touched_at = monotonic()

    @property
    def untouched_seconds(self) -> float:
        """How long ago the last key was struck."""
        return monotonic() - self._touched_at

    @property
    def board_screen(self) -> StaffScreen | None:
        """The screen of the board that is to be seen."""
        return self.screen if isinstance(self.screen, StaffScreen) and self.screen.ready_to_draw else None

    @property
    def settled(self) -> bool:
        """Whether no key waits to be known for a finger's or a scanner's."""
        return self._strikes.idle and not self._ahead

    def _finger(self, key: events.Key) -> None:
        self._hand_on(lambda screen: screen.take_key(key))

    def _burst(self, text: str, ended: bool) -> None:
        self._hand_on(lambda screen: screen.take_burst(text, ended))

    def _hand_on(self, struck: Callable[[StaffScreen], None]) -> None:
        self._ahead.append(struck)
        self.catch_up()

    def catch_up(self) -> None:
        """Hand over the keys and texts that came ahead of a screen that had no widgets yet."""
        while self._ahead and self.board_screen is not None:
            self._ahead.pop(0)(self.board_screen)

    # Its end.

    def leave(self) -> None:
        """End the board; what is on its way to a terminal is waited for, once."""
        if self._leaving or not self._writes:
            self.exit()
            return
        self._leaving = True
        if self.board_screen is not None:
            self.board_screen.say(_("記録しています。済みしだい終わります。待たずに終わるには、もう一度 q"))

    @property
    def _writes(self) -> bool:
        return bool(self._written or self.errands.entering.keys() - self.errands.unsure.keys())

    def written(self, *, good: bool) -> None:
        """Something was answered: good to leave where somebody wanted to, else it has to be read first."""
        if self._leaving and not (good and self._writes):
            self._leaving = False
            if good:
                self.exit()

    # Screens.

    @property
    def board_screens(self) -> list[StaffScreen]:
        """From the first to the one that is to be seen."""
        return [screen for screen in self.screen_stack if isinstance(screen, StaffScreen)]

    def put(self, screen: StaffScreen) -> None:
        """Show a screen above the others."""
        forget_drawn(self.screen)
        self.push_screen(screen)

    def put_away(self, screen: StaffScreen) -> None:
        """Take this screen away, and what stands above it."""
        while screen in self.board_screens[1:]:
            forget_drawn(self.screen)
            self.pop_screen()
        self.call_later(self.errands.tell_what_waited)  # after what comes in its place

    def to_the_list(self, watched: Watched) -> StaffScreen:
        """Take away all that stands above the list of that terminal, and give the list."""
        from screens.staff.visits import VisitsScreen

        home = next((s for s in self.board_screens if isinstance(s, VisitsScreen) and s.watched is watched), None)
        if home is None:
            for screen in self.board_screens[1:2]:
                self.put_away(screen)
            home = VisitsScreen(self, watched)
            self.put(home)
        elif home is not self.screen:
            self.put_away(self.board_screens[self.board_screens.index(home) + 1])
        return home

    def _news(self, watched: Watched) -> None:
        for screen in self.board_screens:
            if screen.ready_to_draw:
                screen.news(watched)
        self.others.news(watched)

    def _look(self) -> None:
        """Is somebody still there? What tells of a person goes, whatever stands above it too."""
        if self.untouched_seconds < self.site.forget_seconds:
            return
        self.drafts.clear()
        for screen in self.board_screens:
            screen.forget_typed()
        personal = next((screen for screen in self.board_screens if screen.PERSONAL), None)
        if personal is not None:
            self.put_away(personal)
            if self.board_screen is not None:
                self.board_screen.say(_("しばらくさわられなかったので、個人の情報をとじました"))

    # What takes time. It goes on when the screen that asked for it is gone.

    def begin(self, work: Coroutine[object, object, None], where: StaffScreen, *, writes: bool = False) -> None:
        """Do something; what the terminal refuses is said where it was asked. `writes`: it changes something there."""

        async def told() -> None:
            self._written += writes
            good = False
            try:
                await work
                good = True
            except BoardFailure as failure:
                (where if where in self.board_screens else self.board_screens[-1]).say(failure.words, wrong=True)
            finally:
                self._written -= writes
            if writes:
                self.written(good=good)

        self.run_worker(told())

    async def ask(self, answer: Awaitable[T]) -> T:
        """A terminal's answer. Raises BoardFailure, also when it takes too long."""
        try:
            async with asyncio.timeout(self.site.answer_seconds):
                return await answer
        except TimeoutError:
            raise BoardFailure(Refusal.UNREACHABLE, _("端末が時間内に答えません。もう一度試してください")) from None

    def crashed(self, where: str) -> None:
        self.crash = self.crash or where

    def last_words(self) -> str:
        return _("職員の画面が止まりました。受付は続いています。もう一度ひらいてください。")
