"""Which screen asks which question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Confirm,
    GoToFaceReader,
    InsertCard,
    Question,
    ReviewNumbers,
    ShowResult,
    TakeCard,
)
from screens.birthdate import BirthdateScreen
from screens.brought import BroughtScreen
from screens.card import CardScreen
from screens.confirm import ConfirmScreen
from screens.face_code import FaceCodeScreen
from screens.face_reader import FaceReaderScreen
from screens.initial import InitialScreen
from screens.number import NumberScreen
from screens.pin import PinScreen
from screens.question import QuestionScreen
from screens.result import ResultScreen
from screens.review import ReviewScreen
from screens.start import StartScreen
from screens.take_card import TakeCardScreen

if TYPE_CHECKING:
    from screens.app import KioskApp

A = TypeVar("A")

SCREENS: Mapping[type[Question[Any]], type[QuestionScreen[Any, Any]]] = {
    AskStart: StartScreen,
    AskNumber: NumberScreen,
    AskBrought: BroughtScreen,
    InsertCard: CardScreen,
    GoToFaceReader: FaceReaderScreen,
    AskPin: PinScreen,
    AskFaceCode: FaceCodeScreen,
    AskBirthdate: BirthdateScreen,
    AskInitial: InitialScreen,
    Confirm: ConfirmScreen,
    ReviewNumbers: ReviewScreen,
    ShowResult: ResultScreen,
    TakeCard: TakeCardScreen,
}


def screen_for(question: Question[A], app: KioskApp) -> QuestionScreen[Question[A], A]:
    """A new screen that asks the question."""
    return cast("QuestionScreen[Question[A], A]", SCREENS[type(question)](question, app))
