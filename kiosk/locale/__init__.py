"""Words of the screens and of the slip: every string that an examinee reads is looked up here.

Japanese is the message itself. A screen speaks the language of the person in front of it, one at a time; what is
written for a visit that has passed, such as a slip, names its language.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from kiosk.checkin.language import Language

DOMAIN = "kiosk"
"""Name of the catalogues: `<tag>/LC_MESSAGES/kiosk.po`, and `.mo` as the kiosk reads them (`make messages`)."""

_spoken = Language.JAPANESE


def speak(language: Language) -> None:
    """From now on `_` gives that language."""
    global _spoken
    _spoken = language


def spoken() -> Language:
    """The language of the person at the screen."""
    return _spoken


def _(message: str) -> str:
    """The message in the language of the person at the screen."""
    return in_language(_spoken)(message)


def N_(message: str) -> str:  # noqa: N802 - the name by which gettext's tools find it
    """Mark a message of a table for the catalogues; it is looked up with `_` when it is shown."""
    return message


@cache
def in_language(language: Language) -> Callable[[str], str]:
    """What looks messages up in that language; a message that its catalogue does not have stays Japanese."""
    if language is Language.JAPANESE:
        return NullTranslations().gettext
    file = Path(__file__).parent / language.value / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with file.open("rb") as catalogue:
        return GNUTranslations(catalogue).gettext
