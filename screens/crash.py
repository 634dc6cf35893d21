"""What may be told of a crash: where, never with what."""

from __future__ import annotations

import sys
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from textual.app import App

if TYPE_CHECKING:
    from rich.console import RenderableType


def summary(error: BaseException) -> str:
    """「ValueError kiosk/journey.py:42」: the type's name and the innermost line, no message and no value.

    Of a group of exceptions, the first one speaks.
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    name = type(error).__name__
    frame = error.__traceback__
    if frame is None:
        return name
    while frame.tb_next is not None:
        frame = frame.tb_next
    file = Path(frame.tb_frame.f_code.co_filename)
    return f"{name} {'/'.join(file.parts[-2:])}:{frame.tb_lineno}"


class CalmApp(App[None], inherit_bindings=False):
    """A crash ends it with one calm sentence: Textual would print the locals of every frame on the public screen."""

    def crashed(self, where: str) -> None:
        """Something broke there; may be called more than once."""

    @abstractmethod
    def last_words(self) -> str:
        """What stands in the terminal after a crash."""

    def _handle_exception(self, error: Exception) -> None:
        self.crashed(summary(error))
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._leave_calmly()

    def panic(self, *renderables: RenderableType) -> None:  # noqa: ARG002 - they would show the error
        self._leave_calmly()

    def _leave_calmly(self) -> None:
        if not self._exit_renderables:
            # Printed where the screen was drawn: what goes to `sys.stderr` may lead to a log.
            self.error_console = Console(file=sys.__stderr__, markup=False, highlight=False)
            self._exit_renderables.append(self.last_words())
        self._close_messages_no_wait()
