"""The columns of a roster file."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from enum import Enum

from kiosk.roster.problems import Problem


class Column(Enum):
    """The columns that are read, by their English and their Japanese name."""

    DAY = ("day", "予約日")
    TIME = ("time", "予約時刻")
    TICKET_NUMBER = ("ticket_number", "整理番号")
    NAME = ("name", "氏名")
    KANA = ("kana", "カナ")
    BIRTHDATE = ("birthdate", "生年月日")
    SEX = ("sex", "性別")
    INSURER_NUMBER = ("insurer_number", "保険者番号")
    SYMBOL = ("symbol", "記号")
    NUMBER = ("number", "番号")
    BRANCH = ("branch", "枝番")
    EXPIRES = ("expires", "有効期限")
    COURSE = ("course", "コース")
    FIRST_PLACE = ("first_place", "最初の場所")

    @property
    def japanese(self) -> str:
        """The name in a Japanese header."""
        return self.value[1]

    @property
    def title(self) -> str:
        """Both names, as an error shows them."""
        english, japanese = self.value
        return f"{japanese}/{english}"


_COLUMNS: Mapping[str, Column] = {name: column for column in Column for name in column.value}
SHOWN_NAME = 30
"""Signs of an unknown column's name that a note shows: enough for a header, too few for a line without one."""


def places_of(header: Sequence[str], problems: list[Problem]) -> tuple[dict[Column, int], tuple[str, ...]]:
    """Where each column stands, from 0, and the names of the others.

    No places when the header cannot be used; what is wrong with it goes to `problems`. Names of others are told only
    with a sound header: in a file without one they would be somebody's data.
    """
    places: dict[Column, int] = {}
    others: list[str] = []
    wrong: list[Problem] = []
    for place, cell in enumerate(header):
        name = unicodedata.normalize("NFKC", cell).strip().lower()
        column = _COLUMNS.get(name)
        if column is None:
            others += [_shown(name)] if name else []
        elif column in places:
            wrong.append(Problem(1, column.title, "stands there twice; remove or rename one"))
        else:
            places[column] = place
    wrong += _missing(places)
    problems += wrong
    return ({}, ()) if wrong else (places, tuple(others))


def _missing(places: Mapping[Column, int]) -> list[Problem]:
    named = Column.NAME in places or Column.KANA in places
    if named and Column.BIRTHDATE not in places:
        return [
            Problem(1, Column.BIRTHDATE.title, "missing; a person is found by name and birth date together: add it")
        ]
    if Column.TICKET_NUMBER in places or named:
        return []
    either = (
        f"{Column.TICKET_NUMBER.title}, or {Column.NAME.title} (or {Column.KANA.title}) and {Column.BIRTHDATE.title}"
    )
    return [Problem(1, "", f"the first line must name the columns {either}; see: kiosk roster template")]


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name[:SHOWN_NAME])
