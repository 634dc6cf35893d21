"""The examinee at the screen: the port `Examinee`, played with screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from kiosk.checkin.language import Language
from kiosk.locale import spoken
from kiosk.ports.examinee import AskStart, Move, Question, Working
from screens.registry import screen_for
from screens.working import WorkingScreen

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")


class ScreenExaminee:
    """Shows questions on the app and waits for what the person answers."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._went_back = False
        self._served = False

    @property
    def language(self) -> Language:
        """The language that the screen speaks."""
        return spoken()

    async def ask(self, question: Question[A]) -> A | Move:
        """Show the question's screen and wait for its answer; cancelled or answered, nothing typed is left.

        Raises StartedAgain, WalkedAway or StaffCalled.
        """
        if not isinstance(question, AskStart):
            self._served = True
        elif self._served:  # a start screen that is asked again has still the same person in front of it
            self._served = False
            self._app.begin_anew()
        screen = screen_for(question, self._app)
        if screen.stage is not None:
            self._app.course.reach(screen.stage, back=self._went_back)
        self._app.put(screen)
        try:
            answer = await screen.answer
        finally:
            screen.close()
            self._app.retire(screen)
        self._went_back = answer is Move.BACK
        return answer

    def show(self, working: Working) -> None:
        """Show what is being done, until the next question."""
        shown = self._app.screen
        if isinstance(shown, WorkingScreen):
            shown.change(working)
        else:
            self._app.put(WorkingScreen(working, self._app))
