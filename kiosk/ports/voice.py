"""Voice and sound: what can be said, who asks for it, and what plays it.

Nothing personal can be said: there are sentences for closed sets only, and the signs of a visit's number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from kiosk.ports.card import OtherCard
from kiosk.ports.examinee import Complaint, Document, NamePart, Step, Wanted

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
    TEST = "test"
    """For the person who installs."""


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
    """How loud it is now."""


class Pause(Enum):
    """Silence; the value is its length in seconds."""

    BREATH = 0.25
    """Between two sentences."""
    PATIENCE = 1.2
    """Before words about waiting: who waits less than this needs none."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a visit's number: a letter A to Z or a digit."""

    text: str


SIGNS = tuple(Sign(text) for text in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

Sentence: TypeAlias = Prompt | Wanted | Document | NamePart | Step | Complaint | OtherCard | Sign
"""What is rendered beforehand: one clip each."""
Part: TypeAlias = Sentence | Sound | Pause


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
