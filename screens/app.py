"""The kiosk's screen: one locked-down app that shows one question after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.screen import Screen

from kiosk.locale import _
from screens.base import Beside, FirstScreen, KioskScreen
from screens.driver import KioskDriver
from screens.forgetting import forget_drawn
from screens.mute import Mute
from screens.pictures.graphics import Graphics
from screens.reading import ReadingApp
from screens.site import ScreenSite

if TYPE_CHECKING:
    from kiosk.ports.examinee import Examinee
    from kiosk.ports.voice import Voice
    from screens.keyboard import Fingertips, Keyboard

RETIRE_SECONDS = 0.2
"""How long an answered question may stand, wiped and deaf, until the next one replaces it without a flash."""
CLEAN_UP_SECONDS = 5
"""How long the work may take to put things in order when the app ends: a hung device must not keep it from ending."""


class KioskApp(ReadingApp, inherit_bindings=False):
    """Runs `main` with the examinee at this screen; ends when it returns, and as a crash when it raises.

    After `run()` the process has to exit with `return_code`, which Textual itself does not do.
    """

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ENABLE_SELECT_AUTO_SCROLL = False
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        site: ScreenSite,
        main: Callable[[Examinee], Awaitable[None]],
        beside: Callable[[], Beside] | None = None,
        on_crash: Callable[[str], None] | None = None,
    ) -> None:
        """`beside` makes what stands next to every screen; `on_crash` takes the summary of a crash for the log."""
        super().__init__(site, driver_class=KioskDriver)
        self.beside = beside
        self.voice: Voice = Mute()
        self.graphics = Graphics()
        """Half blocks, unless whoever starts the app has asked the terminal."""
        self._keyboard: Keyboard | Fingertips | None = None
        self._main = main
        self._on_crash = on_crash
        self._serving: asyncio.Task[None] | None = None

    def get_default_screen(self) -> Screen[Any]:
        return FirstScreen(simulator=self.site.simulator)

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._serving = asyncio.create_task(self._serve())
        self._serving.add_done_callback(self._served)

    async def _serve(self) -> None:
        # Here, not above: the questions' screens are not needed for the first frame.
        from screens.examinee import ScreenExaminee
        from screens.keyboard import Fingertips, Keyboard

        self._keyboard = (
            Keyboard(self, self.site.scan_prefix, self.site.scan_suffix)
            if self.site.scans_as_keys
            else Fingertips(self)
        )
        await self._main(ScreenExaminee(self))

    def _served(self, task: asyncio.Task[None]) -> None:
        if not self.is_running:
            return
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        match error:
            case None:
                self.exit()
            case Exception():
                self._handle_exception(error)
            case _:
                self._handle_exception(RuntimeError(type(error).__name__))

    async def on_unmount(self) -> None:
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.wait([self._serving], timeout=CLEAN_UP_SECONDS)

    # The stage: at most one question stands on the first screen.

    def put(self, screen: KioskScreen) -> None:
        """Show this screen instead of the last one."""
        forget_drawn(self.screen)
        if len(self.screen_stack) > 1:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def retire(self, screen: KioskScreen) -> None:
        """Take this screen away, now if the next one is already there, else in a moment."""

        def take_away() -> None:
            if self.is_running and self.screen is screen:
                self.pop_screen()

        if self.is_running:
            self.set_timer(RETIRE_SECONDS, take_away)

    # Keys go to the screen in the order in which they came, a scanner's as one code; no binding and no focused widget
    # sees one.

    async def on_event(self, event: events.Event) -> None:
        if self.blacked_out and isinstance(event, events.MouseEvent) and not event.is_forwarded:
            # Whoever touches the dark screen wants to see it, and could not see what is under the finger.
            if isinstance(event, events.MouseUp):
                self.light_up()
                if isinstance(self.screen, KioskScreen):
                    self.screen.touched()
            return
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        # Looking for it walks through all widgets, and most kiosks have nothing beside them.
        if self.beside is None or not any(beside.take_key(event.key) for beside in self.screen.query(Beside)):
            self.strike(event)

    def strike(self, key: events.Key) -> None:
        """Take a key for the kiosk itself; one of hands that are played is brought here, past what stands beside it."""
        if self._keyboard is not None:
            self._keyboard.strike(key)

    @property
    def settled(self) -> bool:
        """Whether no key waits to be known for a finger's or a scanner's."""
        return self._keyboard is None or self._keyboard.idle

    def crashed(self, where: str) -> None:
        if self._on_crash is not None:
            self._on_crash(where)

    def last_words(self) -> str:
        return _("この端末は使えません。窓口へお越しください。")
