"""What is said for which question: the same for everybody, whatever the question shows of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kiosk.checkin.visit import VisitNumber
from kiosk.ports.card import OtherCard
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Complaint,
    Confirm,
    Document,
    GoToFaceReader,
    InsertCard,
    Question,
    ReviewNumbers,
    ShowResult,
    Step,
    TakeCard,
    Working,
)
from kiosk.ports.voice import Part, Pause, Prompt, Sign, Sound

ALARM_SECONDS = 2.0
"""Of silence between two calls to take the card: somebody who walks off is not yet through the door."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is to be heard with one screen."""

    parts: tuple[Part, ...]
    every: float | None = None
    """Seconds of silence until it is said again; None for once."""
    unasked: bool = True
    """Whether it is said by itself, or only when it is asked for."""


def words_for(question: Question[Any], invite_seconds: float = 0) -> Utterance:
    """What is said with that question's screen.

    The start screen waits for ever, mostly before nobody: it says its words every `invite_seconds`, and with 0 only
    when it is asked to. Raises TypeError for a question that has no words.
    """
    match question:
        case AskStart(out_of_order=""):
            return Utterance((Prompt.START,), invite_seconds or None, unasked=invite_seconds > 0)
        case AskStart():
            # It is asked anew every few seconds while it lasts.
            return Utterance((Prompt.OUT_OF_ORDER,), unasked=False)
        case AskNumber():
            where = () if question.on is Document.TICKET else (question.on, Pause.BREATH)
            return Utterance((*_complaint(question.complaint), *where, question.wanted))
        case AskBrought():
            return Utterance((Prompt.BROUGHT,))
        case InsertCard():
            lies_there = question.complaint not in (None, Complaint.CARD_PULLED)
            again = (Prompt.CARD_AGAIN,) if lies_there else (Prompt.CARD,)
            return Utterance((*_complaint(question.complaint, question.other), *again))
        case GoToFaceReader():
            return Utterance((Sound.ATTENTION, Prompt.FACE_READER))
        case AskPin():
            return Utterance((*_complaint(question.complaint), Prompt.PIN))
        case AskFaceCode():
            return Utterance((*_complaint(question.complaint), Prompt.FACE_CODE))
        case AskBirthdate():
            return Utterance((Prompt.BIRTHDATE,))
        case AskInitial():
            return Utterance((question.part,))
        case Confirm():
            return Utterance((Prompt.CONFIRM,))
        case ReviewNumbers():
            return Utterance((Sound.ATTENTION, Prompt.REVIEW))
        case ShowResult():
            return Utterance(tuple(_result(question)))
        case TakeCard():
            return Utterance((Sound.ALARM, Prompt.CARD_LEFT), ALARM_SECONDS)
        case _:
            raise TypeError(f"nothing is said for {type(question).__name__}")


def words_while(working: Working) -> Utterance:
    """What is said while something is being done, to those who wait for it."""
    begun = (Sound.ACCEPT,) if working.step is Step.CARD else ()
    return Utterance((*begun, Pause.PATIENCE, working.step))


def _complaint(complaint: Complaint | None, other: OtherCard | None = None) -> Iterator[Part]:
    if complaint is not None:
        yield Sound.ERROR
        yield other if complaint is Complaint.WRONG_CARD and other is not None else complaint
        yield Pause.BREATH


def _result(result: ShowResult) -> Iterator[Part]:
    # One sound for every outcome: the hall must not hear how it ended.
    yield Sound.ACCEPT
    if result.staff_coming:
        yield Prompt.STAFF_COMING
    elif not result.confirmed:
        yield Prompt.DESK
    elif result.first_place:
        yield Prompt.CONFIRMED_FIRST_PLACE
    else:
        yield Prompt.CONFIRMED
    yield Pause.BREATH
    if result.number is not None:
        yield from _number(result.number)
    if result.take_card:
        yield Prompt.TAKE_CARD
    if result.printed:
        yield Prompt.TAKE_SLIP
    elif result.number is not None:
        yield Prompt.NO_SLIP


def _number(number: VisitNumber) -> Iterator[Part]:
    """Sign by sign, as it stands on screen and slip."""
    yield Prompt.NUMBER_IS
    for sign in str(number).replace("-", ""):
        yield Sign(sign)
    yield Pause.BREATH
