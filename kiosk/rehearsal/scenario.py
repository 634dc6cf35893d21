"""What a rehearsal plays: who comes, with what, how they behave, what goes wrong, and how it must end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.checkin.language import Language
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Brought


class TicketShown(Enum):
    """How the ticket reaches the kiosk."""

    SCANNED = "scanned"
    TYPED = "typed"
    LETTERS_FIRST = "letters first"
    """A code with letters is scanned, then the ticket is typed."""
    TEN_DIGITS_FIRST = "ten digits first"
    LUNCH_BOX_FIRST = "lunch box first"
    """The JAN code of a lunch box is scanned, then the ticket."""
    FULL_WIDTH = "full width"
    """Scanned in full-width digits, which are taken."""
    WITH_INSURER = "with insurer"
    """A code that holds 保険者番号 before 整理番号."""
    LAST_YEAR = "last year"
    """A ticket of the year before."""
    NONE = "none"


class PinEntry(Enum):
    """What is entered at the PIN pad."""

    RIGHT = "right"
    WRONG_ONCE = "wrong once"
    WRONG_TWICE = "wrong twice"
    FACE_CODE = "face code"
    """Not known; 照合番号B instead."""
    UNKNOWN = "unknown"
    """Neither known."""


class CardShown(Enum):
    """Which card is put in."""

    OWN = "own"
    LICENCE = "licence"
    TRANSIT = "transit"
    PHONE = "phone"
    MUTE = "mute"
    LAST_TRY = "last try"
    LOCKED = "locked"


class Trouble(Enum):
    """What goes wrong from outside."""

    NONE = "none"
    PULLED_AT_PIN = "pulled at pin"
    """The card is taken while the PIN pad is shown, and put in again."""
    PRINTER_UNPLUGGED = "printer unplugged"
    PAPER_OUT = "paper out"
    GATEWAY_DOWN = "gateway down"
    STAFF_CALLED = "staff called"
    NOT_ME = "not me"
    WRONG_CHECK_DIGIT = "wrong check digit"
    """An insurer number is mistyped first; the key does not let it through."""
    NUMBER_MISTYPED = "number mistyped"
    """番号 is mistyped; the person sees it when the numbers are shown once more."""
    WRONG_LETTER = "wrong letter"
    """Another first letter than the person's is chosen."""
    NOBODY_AT_FACE_READER = "nobody at face reader"
    """The person does not come to the face reader, but somebody else does."""


class Site(Enum):
    """What kind of site the terminal stands in."""

    USUAL = "usual"
    EVERY_WAY = "every way"
    """Every way may end unattended, and the contract agreed to the provisional rule."""
    ATTENDED = "attended"
    """No way may end unattended."""
    WITHOUT_GATEWAY = "without gateway"
    """Nobody can be asked; ② is there, and the contract agreed to the provisional rule."""
    ROSTER = "roster"
    """A roster is loaded; the desk sees who is not on it."""
    FACE_READER = "face reader"
    """A roster is loaded, and a face reader stands there that the gateway listens to."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One rehearsed check-in."""

    name: str
    """Short name, for choosing it on the command line."""
    title: str
    """What it shows, in Japanese."""
    ends: Reason
    """The code in which it must end."""
    person: str = "taro"
    """Short name of the invented person."""
    brought: Brought = Brought.MY_NUMBER_CARD
    ticket: TicketShown = TicketShown.SCANNED
    pin: PinEntry = PinEntry.RIGHT
    card: CardShown = CardShown.OWN
    trouble: Trouble = Trouble.NONE
    site: Site = Site.USUAL
    language: Language = Language.JAPANESE
    """What the person chooses on the start screen."""
    prints: bool = True
    """Whether a slip must come out."""
    by_hand: bool = False
    """Whether a person at the real devices can play it: it needs nothing invented."""
    ends_on_folders: Reason | None = None
    """The code where the gateway stands on a terminal's folders; None where it is the same."""
    not_on_folders: str = ""
    """Why it cannot be played on folders; empty where it can."""
