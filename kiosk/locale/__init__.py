"""Words of the screens: every string that an examinee reads goes through `_`, and Japanese is the message itself.

The catalogues of the other languages hang themselves in here; until then the message is returned as it is.
"""

from __future__ import annotations

from gettext import NullTranslations

_catalogue = NullTranslations()


def _(message: str) -> str:
    """The message in the examinee's language."""
    return _catalogue.gettext(message)
