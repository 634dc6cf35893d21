"""The examinee's side: questions that a screen shows, and the typed answers they give.

`answer = await examinee.ask(AskPin(tries_left=3))` shows a screen and comes back with what was entered. A question that
is cancelled leaves the screen. Whatever was typed is gone when the question is answered or cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from typing import Generic, Protocol, TypeVar

from kiosk.checkin.language import Language
from kiosk.checkin.outcome import Hint
from kiosk.checkin.visit import VisitNumber
from kiosk.checkin.ways import Brought
from kiosk.ports.card import FaceCode, OtherCard, Pin

A = TypeVar("A", covariant=True)


class Move(Enum):
    """Answers that every question may get instead of its own."""

    BACK = "back"
    """To the question before."""
    NOT_KNOWN = "not known"
    """「わからない」, 「持っていません」, 「枝番はありません」: the question's own way of not answering."""


class Left(Exception):
    """The examinee left the questions; the check-in ends here."""


class StartedAgain(Left):
    """「はじめから」 was pressed."""


class WalkedAway(Left):
    """Nobody touched anything, and nobody answered the warning."""


class StaffCalled(Left):
    """「職員を呼ぶ」 was pressed."""


class Question(Generic[A]):
    """Something that one screen asks; `A` is the type of its own answer, beside `Move`."""


class Start(Enum):
    """What was pressed on the start screen."""

    BEGIN = "begin"
    PRINT_AGAIN = "print again"
    """The slip that had not come out when the kiosk stopped."""


@dataclass(frozen=True, slots=True)
class AskStart(Question[Start]):
    """The start screen; it waits for ever."""

    unprinted: VisitNumber | None = None
    """A visit whose slip may not have been printed before a restart: its slip is offered."""
    out_of_order: str = ""
    """A reason code for staff when nobody can be served: the screen then gives no way to begin."""


class Wanted(Enum):
    """Which number is asked for."""

    TICKET = "ticket"
    """受診券整理番号, 11 digits; may be scanned instead."""
    TICKET_INSURER = "ticket insurer"
    """保険者番号 printed on the ticket."""
    INSURER = "insurer"
    """保険者番号 printed on the document."""
    SYMBOL = "symbol"
    """記号: digits and hyphens; NOT_KNOWN when there is none or it has letters."""
    NUMBER = "number"
    """番号."""
    BRANCH = "branch"
    """枝番: two digits; NOT_KNOWN when there is none."""


class Document(Enum):
    """On which paper the number stands, for the picture and the words."""

    TICKET = "ticket"
    CERTIFICATE = "certificate"
    """資格確認書."""
    NOTICE = "notice"
    """資格情報のお知らせ."""
    PORTAL = "portal"
    """マイナポータル 保険資格画面, on the examinee's own phone."""
    OLD_CARD = "old card"
    """従来の健康保険証."""
    ANY = "any"
    """With the card alone: 資格情報のお知らせ, マイナポータル or 資格確認書."""


class Complaint(Enum):
    """What was wrong with the last entry; each has its own words on the screen."""

    NOT_A_TICKET_CODE = "not a ticket code"
    """A scanned code that is no 11-digit number."""
    TICKET_DIGITS = "ticket digits"
    """A scanned number of another length."""
    SHOP_CODE = "shop code"
    """A scanned JAN code, from a lunch box or a bottle."""
    TICKET_UNCLEAR = "ticket unclear"
    """A scanned code out of which no ticket can be read for certain: to be typed."""
    WRONG_CARD = "wrong card"
    CARD_SIDE = "card side"
    """The card does not answer: upside down or not pushed in."""
    CARD_PULLED = "card pulled"
    CARD_TROUBLE = "card trouble"
    PIN_WRONG = "pin wrong"
    FACE_CODE_WRONG = "face code wrong"


@dataclass(frozen=True, slots=True)
class Typed:
    """A number typed on the keypad and judged sound by the rules of `checkin`, in half width."""

    text: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A burst that a keyboard-wedge scanner typed, as it came."""

    text: str


@dataclass(frozen=True, slots=True)
class AskNumber(Question[Typed | Scanned]):
    """One number on the keypad."""

    wanted: Wanted
    on: Document
    complaint: Complaint | None = None


@dataclass(frozen=True, slots=True)
class AskBrought(Question[Brought]):
    """What was brought, as large buttons."""


@dataclass(frozen=True, slots=True)
class InsertCard(Question[Move]):
    """Please put the card in. The card's coming ends it; the screen itself only knows BACK and NOT_KNOWN (no card)."""

    complaint: Complaint | None = None
    other: OtherCard | None = None
    """Which other card it seems to be, with WRONG_CARD."""


class Wait(Enum):
    """「時間をのばす」."""

    LONGER = "longer"


@dataclass(frozen=True, slots=True)
class GoToFaceReader(Question[Wait]):
    """Please go to the face reader. A match ends it; the screen itself knows BACK, NOT_KNOWN (it fails) and LONGER."""

    seconds: float
    """How long the reader waits for this person."""
    more: int = 0
    """How often they may still ask for as long again."""


@dataclass(frozen=True, slots=True)
class AskPin(Question[Pin]):
    """暗証番号, hidden; NOT_KNOWN leads to 照合番号B."""

    tries_left: int
    complaint: Complaint | None = None


@dataclass(frozen=True, slots=True)
class AskFaceCode(Question[FaceCode]):
    """照合番号B from the card's face: birth date as printed, expiry year, security code."""

    tries_left: int
    complaint: Complaint | None = None


@dataclass(frozen=True, slots=True)
class AskBirthdate(Question[date]):
    """Birth date by era and digits."""


class NamePart(Enum):
    """Of which part of the kana name the first letter is asked."""

    FAMILY = "family"
    """姓."""
    GIVEN = "given"
    """名."""


@dataclass(frozen=True, slots=True)
class AskInitial(Question[str]):
    """The first letter of a name, as one katakana (「ヤ」), on large buttons: row first, then letter."""

    part: NamePart


class Reviewed(Enum):
    """A typed number that can be typed anew."""

    INSURER = "insurer"
    SYMBOL = "symbol"
    NUMBER = "number"
    BRANCH = "branch"
    BIRTHDATE = "birthdate"


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What was typed for one number. Its repr shows nothing."""

    what: Reviewed
    text: str
    """As it was typed; empty where there is none. A birth date as 1970-01-02: languages write it differently."""


class Answer(Enum):
    """はい or ちがいます."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Confirm(Question[Answer]):
    """Is this you? A masked name and a birth date, nothing else."""

    masked_name: str
    """Empty when the document gave no name."""
    birthdate: date


@dataclass(frozen=True, slots=True)
class ReviewNumbers(Question[Reviewed | Answer]):
    """The typed numbers once more: which one to correct, or YES when all are right."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ShowResult(Question[None]):
    """The end: the number, where to go, what to take. Answered by 「おわる」 or by time."""

    number: VisitNumber | None
    """None only when nothing could be recorded: then there is no number to show."""
    confirmed: bool
    code: str
    """The reason code, small, for staff."""
    hints: tuple[Hint, ...]
    printed: bool
    """Whether the slip came out."""
    qr: str = ""
    """The slip's QR payload, to be shown when it did not come out."""
    take_card: bool = True
    """Whether a card lies in the reader, to be taken."""
    course: str = ""
    """What is booked."""
    first_place: str = ""
    """Where to go first, when the roster knows; else the site's usual place."""
    at: time | None = None
    """Time of the appointment."""
    staff_coming: bool = False
    """Whether staff were called, so that the examinee waits here."""


@dataclass(frozen=True, slots=True)
class TakeCard(Question[Move]):
    """The card is still in; asked until it is taken or time is over."""

    staff_coming: bool = False
    """Whether staff were called from this screen."""


class Step(Enum):
    """The real steps of the working screen, in order."""

    CARD = "card"
    QUERY = "query"
    COLLATION = "collation"
    RECORD = "record"
    PRINT = "print"


@dataclass(frozen=True, slots=True)
class Working:
    """What the working screen shows: the step that is being done, of those that this check-in has."""

    step: Step
    steps: tuple[Step, ...]


class Examinee(Protocol):
    """The person at the screen."""

    @property
    def language(self) -> Language:
        """What they read; they may change it on every screen, and it ends with them."""
        ...

    async def ask(self, question: Question[A]) -> A | Move:
        """Show the question and wait for its answer.

        Raises StartedAgain, WalkedAway or StaffCalled when the person leaves the questions.
        """
        ...

    def show(self, working: Working) -> None:
        """Show what is being done; stays until the next question."""
        ...
