"""五十音: the order in which a first letter of a name is chosen, row first, then letter."""

from __future__ import annotations

Group = tuple[str, ...]
"""Letters that are chosen together: a row, then its voiced forms. One letter alone is the end of choosing."""

MOST = 10
"""Choices at a time, for each has a digit."""

ROWS: tuple[Group, ...] = (
    ("アイウエオ", "ヴ"),
    ("カキクケコ", "ガギグゲゴ"),
    ("サシスセソ", "ザジズゼゾ"),
    ("タチツテト", "ダヂヅデド"),
    ("ナニヌネノ",),
    ("ハヒフヘホ", "バビブベボ", "パピプペポ"),
    ("マミムメモ",),
    ("ヤユヨ",),
    ("ラリルレロ",),
    ("ワヲン",),
)


def choices(group: Group) -> tuple[Group, ...]:
    """What is chosen next: every letter of the group, or its first row's letters and the other rows as groups."""
    first, *others = group
    if sum(map(len, group)) <= MOST:
        return tuple((letter,) for row in group for letter in row)
    return (*((letter,) for letter in first), *((row,) for row in others))


def is_letter(group: Group) -> bool:
    """Whether nothing is left to choose."""
    return group == (group[0][:1],)


def places_of(letter: str) -> tuple[int, ...]:
    """Where the letter's groups stand among the choices, one after the other, from 0. Raises ValueError."""
    places: list[int] = []
    offered: tuple[Group, ...] = ROWS
    while True:
        place = next((place for place, group in enumerate(offered) if letter and letter in "".join(group)), None)
        if place is None:
            raise ValueError("no katakana with which a name begins")
        places.append(place)
        if is_letter(offered[place]):
            return tuple(places)
        offered = choices(offered[place])
