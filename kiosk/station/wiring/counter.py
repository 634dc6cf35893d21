"""The kiosk on the counter: the screens in front, one terminal behind them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kiosk.ports.examinee import Examinee
from kiosk.settings import Settings, SettingsError
from screens.app import KioskApp
from screens.base import Beside
from screens.pictures.terminal import graphics_of_terminal
from screens.site import ScreenSite

if TYPE_CHECKING:
    from kiosk.station.notify import Notifier
    from kiosk.station.wiring.devices import WatchedScanner
    from kiosk.station.wiring.instead import Instead

Accompany = Callable[[KioskApp], Coroutine[Any, Any, None]]


def run_counter(
    settings: Settings,
    scanner: WatchedScanner | None = None,
    beside: Callable[[], Beside] | None = None,
    instead: Instead | None = None,
    accompany: Accompany | None = None,
) -> int:
    """Run the kiosk until it is stopped, and return the exit code of the process. Raises SettingsError.

    `scanner` takes the place of the configured one, `beside` stands beside every screen, `instead` is what may fail,
    and `accompany` runs as long as the kiosk serves: all for the demo.
    """
    from kiosk.station import crash
    from kiosk.station.log import start_log
    from kiosk.station.notify import Notifier
    from kiosk.station.stderr import own_stderr

    notifier = Notifier.from_environment()
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SettingsError("the kiosk needs a terminal on its standard input and error: it draws on the latter")
    try:
        start_log(settings.terminal.state)
    except OSError as refused:
        raise SettingsError(
            f"terminal.state: {settings.terminal.state} cannot be written ({refused.strerror}); "
            "create the folder and give it to the kiosk's user"
        ) from refused
    with own_stderr():
        crash.install()
        app = counter(settings, scanner, beside, instead, notifier, accompany)
        app.run()
    # Textual's code for a crash, 1, is that of a wrong configuration here.
    return os.EX_SOFTWARE if app.return_code else os.EX_OK


def counter(
    settings: Settings,
    scanner: WatchedScanner | None = None,
    beside: Callable[[], Beside] | None = None,
    instead: Instead | None = None,
    notifier: Notifier | None = None,
    accompany: Accompany | None = None,
) -> KioskApp:
    """The app of the counter; it paints at once and loads the rest behind the first frame."""

    async def main(examinee: Examinee) -> None:
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(ending, end)
        # A resize in the middle of a thousand keys: that the loop's alarm rings already is nothing to report.
        signal.set_wakeup_fd(signal.set_wakeup_fd(-1), warn_on_full_buffer=False)
        crash_watch = await asyncio.to_thread(import_module, "kiosk.station.crash")
        crash_watch.watch(loop)
        terminal = await asyncio.to_thread(import_module, "kiosk.station.wiring.terminal")
        wiring = await asyncio.to_thread(import_module, "kiosk.station.wiring.sounding")
        sounding = wiring.sounding_of(settings)
        if sounding is not None:
            app.voice = sounding.speaker
        guard = await asyncio.to_thread(import_module, "kiosk.station.watchdog")
        watchdog = guard.Watchdog(notifier) if notifier else None
        async with asyncio.TaskGroup() as tasks:
            if accompany is not None:
                tasks.create_task(accompany(app), name="accompany")
            await terminal.serve_examinees(settings, examinee, tell_simulator, scanner, sounding, instead, watchdog)

    def end() -> None:
        if notifier:
            notifier.stopping()
        app.exit()

    def tell_simulator(simulator: bool) -> None:
        app.site = replace(app.site, simulator=simulator)

    app = KioskApp(screen_site(settings), main, beside, _log_crash)
    app.graphics = graphics_of_terminal(os.environ.get("TERM", ""), ask_any=beside is not None)
    return app


def screen_site(settings: Settings) -> ScreenSite:
    """What the screens know of the site; the simulator is known once the gateway has said so."""
    from kiosk.station.clock import SiteClock

    site, limits = settings.site, settings.screen
    return ScreenSite(
        name=site.name,
        next_place=site.next_place,
        desk=site.desk,
        face_place=site.face_place,
        languages=site.languages,
        idle_seconds=limits.idle_seconds,
        warning_seconds=limits.warning_seconds,
        result_seconds=limits.result_seconds,
        scans_as_keys=not settings.scanner.device,
        scan_prefix=settings.scanner.prefix,
        scan_suffix=settings.scanner.suffix,
        now=SiteClock(settings.zone).now,
    )


def _log_crash(where: str) -> None:
    from structlog import get_logger

    get_logger().critical("crash on the screen", text=where)
