"""The upper part of a slip, for the examinee, in the language that they read: a number, where to go, never why."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.language import Language
from kiosk.checkin.outcome import Hint, Outcome
from kiosk.checkin.reasons import Reason
from kiosk.locale import N_, in_language
from kiosk.locale.dates import with_weekday
from kiosk.locale.hints import HINTS

SIMULATOR_MARK = N_("シミュレーター（本物の照会ではありません）")
NUMBER_WORDS = N_("受付番号")
CONFIRMED_WORDS = N_("受付が済みました")
DESK_WORDS = N_("窓口でご確認します")
CALLED_WORDS = N_("職員がまいります")
_PLACE, _FIRST_PLACE, _HERE = N_("「{place}」へ"), N_("まず「{place}」へ"), N_("この番号で")
_GO_ON, _COME, _WAIT = N_("お進みください。"), N_("お越しください。"), N_("お待ちください。")
_BOOKED = N_("ご予約　{booked}")
_NAME = N_("{name} 様")
_STRUCK = {"đ": "d", "Đ": "D"}
"""Letters that Unicode takes for no letter with a mark."""


NOT_IN_UNIVERSAL_DESIGN = frozenset({Language.CHINESE, Language.KOREAN, Language.VIETNAMESE})
"""Languages whose letters the slip's first face does not have."""
_WITHOUT_MARKS = frozenset({Language.VIETNAMESE, Language.PORTUGUESE})
"""A printer has no letters with marks; without them both are still read, as in telegrams and short messages."""
_IN_TWO_LANGUAGES = frozenset({Language.CHINESE, Language.KOREAN})
"""A printer has none of their letters. English, and below it plain Japanese, whose kanji many of them read."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How the part is worded: what looks its messages up, and whose dates it has."""

    words: Callable[[str], str]
    language: Language

    def mark(self) -> str:
        """SIMULATOR, and that no real query was made."""
        return self.words(SIMULATOR_MARK)

    def number_label(self) -> str:
        """Above the number."""
        return self.words(NUMBER_WORDS)

    def day(self, day: date) -> str:
        """As the slip is dated."""
        return with_weekday(day, self.language)

    def where_to(self, outcome: Outcome, first_place: str, next_place: str, desk: str) -> tuple[str, str, str]:
        """Headline, place and bidding; staff who were called come to the kiosk, so that one waits there."""
        if outcome.confirmed:
            place = self.words(_FIRST_PLACE if first_place else _PLACE).format(place=first_place or next_place)
            return self.words(CONFIRMED_WORDS), place, self.words(_GO_ON)
        if outcome.reason is Reason.STAFF_CALLED:
            return self.words(CALLED_WORDS), self.words(_HERE), self.words(_WAIT)
        return self.words(DESK_WORDS), self.words(_PLACE).format(place=desk), self.words(_COME)

    def booked(self, appointment: Appointment) -> str:
        """Time and course, as the roster has them; empty where it has neither."""
        known = booked_words(appointment)
        return _once(self.words(_BOOKED)).format(booked=known) if known else ""

    def name(self, name: str) -> str:
        """With the title that the language gives."""
        return _once(self.words(_NAME)).format(name=name) if name else ""

    def hint(self, hint: Hint) -> str:
        """A reminder."""
        return self.words(HINTS[hint])


def drawn(language: Language, *, every_letter: bool) -> Wording:
    """How a drawn slip is worded; English for what needs letters that are not on this machine."""
    if language in NOT_IN_UNIVERSAL_DESIGN and not every_letter:
        return Wording(in_language(Language.ENGLISH), Language.ENGLISH)
    return Wording(in_language(language), language)


def in_printers_letters(language: Language) -> Wording:
    """How a slip is worded that a printer writes in letters of its own (JIS): a line break parts two languages."""
    if language in _WITHOUT_MARKS:
        looked_up = in_language(language)
        return Wording(lambda message: without_marks(looked_up(message)), language)
    if language in _IN_TWO_LANGUAGES:
        english, japanese = in_language(Language.ENGLISH), in_language(Language.EASY_JAPANESE)
        return Wording(lambda message: f"{english(message)}\n{japanese(message)}", Language.ENGLISH)
    return Wording(in_language(language), language)


def _once(words: str) -> str:
    """Names and bookings are the same in both of two languages."""
    return words.partition("\n")[0]


def without_marks(words: str) -> str:
    """Latin letters alone: 「Tiếng Việt」 becomes 「Tieng Viet」. Japanese keeps its own marks."""
    return "".join(_plain(char) for char in words)


def _plain(char: str) -> str:
    if char in _STRUCK:
        return _STRUCK[char]
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() else char


def booked_words(appointment: Appointment) -> str:
    """Time and course."""
    at = f"{appointment.at:%H:%M}" if appointment.at else ""
    return "　".join(filter(None, (at, appointment.course)))
