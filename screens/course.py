"""How far an examinee is: which part of the check-in this is, and of how many."""

from __future__ import annotations

from enum import Enum

from kiosk.locale import N_


class Stage(Enum):
    """The parts of a check-in, in the words of the header."""

    TICKET = N_("受診券")
    BROUGHT = N_("保険の確認")
    PERSON = N_("ご本人の確認")
    RESULT = N_("受付票")


class Course:
    """The parts that this examinee has met. A site may ask in another order, and nobody meets all questions.

    Going on never counts down: who is asked for a number of the insurance after the own name is still one part further.
    """

    def __init__(self) -> None:
        self._met: list[Stage] = []
        self._at = 0

    def begin_anew(self) -> None:
        """Another examinee."""
        self._met.clear()
        self._at = 0

    def reach(self, stage: Stage, *, back: bool) -> None:
        """A question of that part is asked, after one that was left with 「もどる」 if `back`."""
        if stage not in self._met:
            self._met.append(stage)
        place = self._met.index(stage) + 1
        self._at = place if back else max(place, self._at)

    def place(self, stage: Stage) -> tuple[int, int]:
        """Which part it is, from 1, and of how many; the result is the last of those that were met."""
        others = [met for met in self._met if met is not Stage.RESULT]
        if stage is Stage.RESULT:
            return len(others) + 1, len(others) + 1
        return max(1, min(self._at, len(Stage) - 1)), len(Stage)
