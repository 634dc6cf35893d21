"""The catalogues: `make messages` takes the messages out of the code, and compiles what is translated.

A message that is gone is dropped, a new one is left empty for the translator; the tests find it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kiosk.checkin.language import Language
from kiosk.locale import DOMAIN
from tests.locale.literals import ROOT, WORDS, marked

TRANSLATED = tuple(language for language in Language if language is not Language.JAPANESE)
"""Japanese is the message itself."""
_COMMENT = """\
# Words of the kiosk, for translators. What stands in {braces} is filled in, and stands in the translation too.
# Keep it short: the Japanese words are about as wide as there is room for. Then run `make messages`."""


class _Undated(Catalog):
    """Babel's headers hold the time of writing, which would change the files without a change."""

    def __init__(self, language: Language) -> None:
        super().__init__(domain=DOMAIN, header_comment=_COMMENT, fuzzy=False)
        self._headers = [
            ("Language", language.value.partition("-")[0]),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return self._headers

    mime_headers = property(_get_mime_headers)


def folder(language: Language) -> Path:
    """Where its catalogues are."""
    return ROOT / "kiosk" / "locale" / language.value / "LC_MESSAGES"


def messages() -> dict[str, list[str]]:
    """Every message of the code, in its order, with the files that show it."""
    found: dict[str, list[str]] = {}
    for file in WORDS:
        name = str(file.relative_to(ROOT))
        for message in marked(file):
            places = found.setdefault(message, [])
            if name not in places:
                places.append(name)
    return found


def read(language: Language) -> Catalog:
    """What is translated."""
    with (folder(language) / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def entries(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Messages and translations, without the header."""
    for message in catalogue:
        if message.id:
            yield str(message.id), str(message.string)


def compiled(catalogue: Catalog, language: Language) -> bytes:
    """What the kiosk reads; the same for the same words."""
    written = BytesIO()
    write_mo(written, _copied(dict(entries(catalogue)), {}, language))
    return written.getvalue()


def _copied(words: dict[str, str], places: dict[str, list[str]], language: Language) -> Catalog:
    catalogue = _Undated(language)
    for message, translation in words.items():
        catalogue.add(message, translation, locations=[(place, 0) for place in places.get(message, ())])
    return catalogue


def renew(language: Language) -> int:
    """Write both files of a language; how many messages are not translated yet."""
    known = dict(entries(read(language))) if (folder(language) / f"{DOMAIN}.po").exists() else {}
    found = messages()
    catalogue = _copied({message: known.get(message, "") for message in found}, found, language)
    folder(language).mkdir(parents=True, exist_ok=True)
    with (folder(language) / f"{DOMAIN}.po").open("wb") as file:
        write_po(file, catalogue, width=110, include_lineno=False)
    (folder(language) / f"{DOMAIN}.mo").write_bytes(compiled(catalogue, language))
    return sum(not words for _message, words in entries(catalogue))


if __name__ == "__main__":
    missing = {language.value: renew(language) for language in TRANSLATED}
    sys.stdout.write(f"{len(messages())} messages; not translated: {missing}\n")
