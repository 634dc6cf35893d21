"""Every fault in every step of the check-in: the cells, and what must hold in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from kiosk.checkin.reasons import Reason
from kiosk.ports.examinee import (
    AskBrought,
    AskNumber,
    AskPin,
    Confirm,
    InsertCard,
    Question,
    ShowResult,
    TakeCard,
    Wanted,
)
from kiosk.rehearsal.counting import Use
from kiosk.rehearsal.faults import Fault, Troubled


class Step(Enum):
    """The steps of a check-in with card, PIN, ticket and numbers."""

    TICKET = "ticket"
    BROUGHT = "brought"
    CARD = "card"
    PIN = "pin"
    NUMBERS = "numbers"
    CONFIRM = "confirm"
    QUERY = "query"
    COMMIT = "commit"
    PRINT = "print"
    RESULT = "result"
    TAKE_CARD = "take card"


def step_of(question: Question[Any]) -> Step | None:
    """The step that a question belongs to; None for one that is not on this way."""
    match question:
        case AskNumber(wanted=Wanted.TICKET):
            return Step.TICKET
        case AskNumber(wanted=Wanted.NUMBER):
            return Step.NUMBERS
        case AskBrought():
            return Step.BROUGHT
        case InsertCard():
            return Step.CARD
        case AskPin():
            return Step.PIN
        case Confirm():
            return Step.CONFIRM
        case ShowResult():
            return Step.RESULT
        case TakeCard():
            return Step.TAKE_CARD
        case _:
            return None


STEPS_OF_USES = {Use.QUERY: Step.QUERY, Use.COMMIT: Step.COMMIT, Use.PRINT: Step.PRINT}

SECONDS = 60.0
"""Bound for a check-in with a fault, from the first screen to the last, the person's own time included."""
_CARD = frozenset(reason for reason in Reason if reason.group == "K")
_SYSTEM = frozenset(reason for reason in Reason if reason.group == "S" and reason is not Reason.NOT_READY)
MAY_END = {
    Troubled.CARD: _CARD | {Reason.NO_READER},
    Troubled.PRINTER: frozenset[Reason](),
    Troubled.SCANNER: frozenset[Reason](),
    Troubled.GATEWAY: _SYSTEM,
    Troubled.DISK: frozenset({Reason.NO_RECORD}),
    Troubled.CLOCK: frozenset({Reason.CLOCK_UNSURE}),
}
"""The codes in which a check-in may end with that trouble, besides a confirmation by card: nobody is told less."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a check-in ended."""

    seconds: float
    code: str = ""
    """On the result screen; empty when none was shown."""
    number: str = ""
    """On the result screen."""
    printed: bool = False
    """Whether the result screen said that the slip came out."""
    stuck_at: str = ""
    """The question at which nothing went on."""
    closed: bool = False
    """The start screen was out of order, so that nobody could begin."""
    reached: bool = False
    """Whether the step came at which the fault was to strike."""
    tries_left: int = 3
    """The fewest tries that a card was left with."""


@dataclass(frozen=True, slots=True)
class Record:
    """What stands in the ledger."""

    whole: tuple[tuple[str, str], ...]
    """Business day and number of each visit that has its print job and its event, in their order."""
    broken: int
    """Visits without one of them, and print jobs and events without a visit."""

    def added(self, before: Record) -> tuple[str, ...]:
        """The numbers that came since then."""
        return tuple(number for _, number in self.whole[len(before.whole) :])

    @property
    def gapless(self) -> bool:
        """Whether each day counts 1, 2, 3 without a gap and without a double."""
        days: dict[str, list[int]] = {}
        for day, number in self.whole:
            days.setdefault(day, []).append(int(number.partition("-")[2]))
        return all(numbers == list(range(1, len(numbers) + 1)) for numbers in days.values())


@dataclass(frozen=True, slots=True)
class Cell:
    """One fault in one step."""

    fault: Fault
    step: Step

    def __str__(self) -> str:
        return f"{self.fault.value} at {self.step.value}"


@dataclass(frozen=True, slots=True)
class Result:
    """What happened in a cell."""

    cell: Cell
    ending: Ending
    before: Record
    after: Record
    next_person: Ending
    afterwards: Record
    recovery: float | None
    """Seconds from the fault's end to a kiosk that can serve; None when it never came."""
    blocked: float
    """The longest time for which the event loop was held up."""

    @property
    def failures(self) -> tuple[str, ...]:
        """What did not hold, in words; nothing when all did."""
        return tuple(_failures(self))


def _failures(result: Result) -> Iterable[str]:
    ending, after = result.ending, result.next_person
    if ending.stuck_at:
        yield f"stuck at {ending.stuck_at}"
    if ending.seconds > SECONDS:
        yield f"took {ending.seconds:.0f} s"
    allowed = MAY_END[result.cell.fault.device] | {Reason.CONFIRMED_BY_CARD}
    if ending.code and Reason(ending.code) not in allowed:
        yield f"ended in {ending.code}"
    if not (ending.code or ending.stuck_at or ending.closed):
        yield "ended without a result"
    shown = (ending.number,) if ending.number else ()
    if result.after.added(result.before) != shown:
        yield f"shown {shown}, recorded {result.after.added(result.before)}"
    if ending.tries_left < 1:
        yield "a card was locked"
    if result.recovery is None:
        yield "never came back"
    if after.code != Reason.CONFIRMED_BY_CARD.value or not after.printed:
        yield f"the next person ended in {after.code or after.stuck_at or 'nothing'}, printed={after.printed}"
    if result.afterwards.added(result.after) != ((after.number,) if after.number else ()):
        yield f"next shown {after.number}, recorded {result.afterwards.added(result.after)}"
    if result.afterwards.broken or not result.afterwards.gapless:
        yield "the ledger has a gap or a broken visit"
