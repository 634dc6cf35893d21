"""Voice and sound: what can be said, who asks for it, and what plays it.

Nothing personal can be said aloud: there are sentences for closed sets only, the signs of a visit's number, and those
that keys stand for. What is typed is made of the latter, so they are said only to those who alone hear them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from kiosk.checkin.language import Language
from kiosk.checkin.ways import Brought
from kiosk.ports.card import OtherCard
from kiosk.ports.examinee import Complaint, Document, NamePart, Reviewed, Step, Wanted

SAMPLES_PER_SECOND = 48_000
"""What the voice is made in and what nearly all sound hardware plays without converting; mono, 16 bits."""
SAMPLE_OCTETS = 2


class Prompt(Enum):
    """Sentences beside those of the closed sets that questions are made of."""

    START = "start"
    OUT_OF_ORDER = "out of order"
    BROUGHT = "brought"
    CARD = "card"
    CARD_AGAIN = "card again"
    FACE_READER = "face reader"
    """Where the face reader stands, in the site's words."""
    PIN = "pin"
    FACE_CODE = "face code"
    BIRTHDATE = "birthdate"
    INITIAL_LETTER = "initial letter"
    """After the row: the letter."""
    CONFIRM = "confirm"
    REVIEW = "review"
    CONFIRMED = "confirmed"
    """Where to go, in the site's words."""
    CONFIRMED_FIRST_PLACE = "confirmed first place"
    """The same where a roster knows a place of its own, which stands on the screen."""
    DESK = "desk"
    """To the desk, in the site's words, and never why."""
    STAFF_COMING = "staff coming"
    """To those who called them."""
    NUMBER_IS = "number is"
    """Before the signs of the visit's number."""
    TAKE_CARD = "take card"
    TAKE_SLIP = "take slip"
    NO_SLIP = "no slip"
    CARD_LEFT = "card left"
    STILL_THERE = "still there"
    """The warning before everything is erased."""
    CHECK_ENTRY = "check entry"
    """What is being typed cannot be right."""
    OPTIONS = "options"
    """Languages, letters and sound stand in the question's place."""
    CHOSEN = "chosen"
    """After the words of a key: that is what holds now."""
    TEST = "test"
    """For the person who installs."""


class KeyName(Enum):
    """Keys on the screen, by what they do; those for what was brought, a reviewed number or a language are its own."""

    BACK = "back"
    START_AGAIN = "start again"
    STAFF = "staff"
    OPTIONS = "options"
    CLOSE = "close"
    LARGE = "large letters"
    USUAL_LETTERS = "usual letters"
    FURIGANA = "furigana"
    NO_FURIGANA = "no furigana"
    REPEAT = "repeat"
    VOLUME = "volume"
    BLACK_OUT = "black out"
    STAY = "stay"
    """Of the warning before everything is erased."""
    MORE_TIME = "more time"
    END = "end"
    BEGIN = "begin"
    PRINT_AGAIN = "print again"
    YES = "yes"
    NO = "no"
    ALL_RIGHT = "all right"
    NEXT = "next"
    ERASE = "erase"
    ERASE_ALL = "erase all"
    NO_TICKET = "no ticket"
    NO_CARD = "no card"
    NO_FACE = "no face"
    """The face reader cannot be used."""
    NO_SYMBOL = "no symbol"
    NO_BRANCH = "no branch"
    NOT_KNOWN = "not known"
    """A number."""
    PIN_NOT_KNOWN = "pin not known"
    UNSURE = "unsure"
    """Of the first letter of a name."""
    TAISHO = "taisho"
    SHOWA = "showa"
    HEISEI = "heisei"
    WESTERN_YEARS = "western years"


class Sound(Enum):
    """Sounds that the kiosk makes itself; each has a rhythm of its own, so that pitch need not be heard."""

    ACCEPT = "accept"
    """An answer or a card was taken."""
    ATTENTION = "attention"
    """Please look: somebody has to act soon."""
    ERROR = "error"
    """That was wrong, and may be done again."""
    ALARM = "alarm"
    """A card was left behind."""
    TICK = "tick"
    """Something was taken that is not said: a digit, or how loud it is now."""


class Pause(Enum):
    """Silence; the value is its length in seconds."""

    BREATH = 0.25
    """Between two sentences."""
    PATIENCE = 1.2
    """Before words about waiting: who waits less than this needs none."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a visit's number or of a keypad: a letter A to Z, a digit or one of `PUNCTUATION`."""

    text: str


PUNCTUATION: Mapping[str, str] = {"-": "hyphen", "*": "asterisk", "/": "slash", "+": "plus"}
"""What a numeric keypad has beside digits, and what it is called."""
SIGNS = tuple(Sign(text) for text in (*"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", *PUNCTUATION))


@dataclass(frozen=True, slots=True)
class Kana:
    """A letter in katakana, or the row of letters that begins with it."""

    letter: str
    row: bool = False


Sentence: TypeAlias = (
    Prompt
    | Wanted
    | Document
    | NamePart
    | Step
    | Complaint
    | OtherCard
    | KeyName
    | Brought
    | Reviewed
    | Language
    | Sign
    | Kana
)
"""What is rendered beforehand: one clip each."""
Part: TypeAlias = Sentence | Sound | Pause


@dataclass(frozen=True, slots=True)
class KeyWords:
    """What is said of a key, or of what was typed with one."""

    parts: tuple[Sentence, ...]
    private: bool = False
    """Whether it stands for a part of an answer - a digit, a letter, an era - that a full hall must not hear."""


Name: TypeAlias = KeyName | Brought | Reviewed | Language
"""What a key may be called that stands for no sign."""
UNHEARD = KeyWords((), private=True)
"""Something was typed, and nobody at all may hear what."""


def named(name: Name, digit: str = "") -> KeyWords:
    """The words of a key that everybody may hear, after the sign that presses it too."""
    return KeyWords((*((Sign(digit),) if digit else ()), name))


def spelt(*signs: Sentence) -> KeyWords:
    """The words of a key that stands for a part of an answer."""
    return KeyWords(signs, private=True)


class Voice(Protocol):
    """What screens use: the examinee's keys for the voice, and words that belong to no question."""

    @property
    def audible(self) -> bool:
        """Whether guidance is spoken here, so that keys for it make sense."""
        ...

    @property
    def level(self) -> int:
        """How loud it is, 0 for silent."""
        ...

    def aside(self, *parts: Part) -> None:
        """Say this now, in place of what is being said, or nothing any more; it is not what is repeated."""
        ...

    def tell(self, words: KeyWords, *then: Part) -> None:
        """Say a key's words, and `then` what follows from it, like `aside`.

        Private ones are said only to an examinee who alone hears them; else, and without parts, there is a tick.
        """
        ...

    def repeat(self) -> None:
        """Say what was said last once more, from its beginning."""
        ...

    def louder(self) -> None:
        """One level up, heard at once; it ends with this examinee."""
        ...

    def softer(self) -> None:
        """One level down."""
        ...

    def next_level(self) -> None:
        """One level up, and from the loudest to silent: for a single key."""
        ...


class Clips(Protocol):
    """Where clips come from. Methods may read files: they are called in threads."""

    @property
    def complete(self) -> bool:
        """Whether there is a clip for every sentence, as of the last look; else nothing is spoken."""
        ...

    def look(self) -> None:
        """Look whether the clips have changed."""
        ...

    def samples(self, part: Part) -> bytes:
        """The clip: 16 bits, little-endian, mono. Raises ValueError when it cannot be read any more."""
        ...


class Player(Protocol):
    """Something that plays clips. Nothing here waits."""

    @property
    def available(self) -> bool:
        """Whether there is sound hardware that plays, as far as is known."""
        ...

    @property
    def playing(self) -> bool:
        """Whether something is being played, or is about to be."""
        ...

    def play(self, parts: Sequence[Part], every: float | None = None) -> None:
        """Play these in place of what is being played; `every` so many seconds again, until it is stopped."""
        ...

    def stop(self) -> None:
        """Be silent at once."""
        ...

    def turn(self, gain: float) -> None:
        """Play so loud from now on: 0 is silence, 1 the clips as they are."""
        ...
