"""The examinee at the screen: the port `Examinee`, played with screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from kiosk.checkin.language import Language
from kiosk.locale import spoken
from kiosk.ports.examinee import Move, Question, Working
from screens.registry import screen_for
from screens.working import WorkingScreen

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")


class ScreenExaminee:
    """Shows questions on the app and waits for what the person answers."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app

    @property
    def language(self) -> Language:
        """The language that the screen speaks."""
        return spoken()

    async def ask(self, question: Question[A]) -> A | Move:
        """Show the question's screen and wait for its answer; cancelled or answered, nothing typed is left.

        Raises StartedAgain, WalkedAway or StaffCalled.
        """
        screen = screen_for(question, self._app)
        self._app.put(screen)
        try:
            return await screen.answer
        finally:
            screen.close()
            self._app.retire(screen)

    def show(self, working: Working) -> None:
        """Show what is being done, until the next question."""
        shown = self._app.screen
        if isinstance(shown, WorkingScreen):
            shown.change(working)
        else:
            self._app.put(WorkingScreen(working, self._app))
