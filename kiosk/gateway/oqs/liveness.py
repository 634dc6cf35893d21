"""What the last exchanges say of the terminal: whether it answers, and when it did last."""

from __future__ import annotations

import time


class Liveness:
    """Of one terminal. Times are of `time.monotonic`."""

    def __init__(self) -> None:
        self.answering: bool | None = None
        """Whether the last request was answered in time; None before the first one."""
        self._answered_at: float | None = None

    def answered(self) -> None:
        """An answer came, late or not."""
        self.answering, self._answered_at = True, time.monotonic()

    def silent(self, since: float) -> None:
        """The deadline of a request sent then passed: one lost file means nothing where others are answered."""
        if not self.answered_since(since):
            self.answering = False

    def answered_since(self, moment: float) -> bool:
        """Whether any request was answered after that."""
        return self._answered_at is not None and self._answered_at > moment

    @property
    def age_seconds(self) -> float | None:
        """Since the last answer; None before the first one."""
        return None if self._answered_at is None else time.monotonic() - self._answered_at
