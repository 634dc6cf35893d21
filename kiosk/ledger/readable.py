"""Reading a damaged database: every row that can be read, page by page around those that cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path


def readable_rows(source: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Every row that can be read: a range that cannot is halved until only single rows are left out."""
    names = ", ".join(columns)
    try:
        (last,) = source.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608 - ours
    except sqlite3.Error:
        last = _LAST_ROW
    ranges, tries = [(1, last or 0)], _MOST_TRIES
    while ranges and tries:
        first, end = ranges.pop()
        if first > end:
            continue
        try:
            rows = source.execute(
                f"SELECT {names} FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid",  # noqa: S608 - ours
                [first, end],
            ).fetchall()
        except sqlite3.Error:
            tries -= 1
            if first < end:
                middle = (first + end) // 2
                ranges += [(middle + 1, end), (first, middle)]
            continue
        yield from rows


_LAST_ROW = 1 << 24
"""Where nobody can tell how many rows there are: sixteen million, which halve quickly."""
_MOST_TRIES = 50_000
"""Ranges of one table that may fail: more than damaged pages hold rows, and a few seconds; the low rows come first."""


def tolerant(file: Path) -> sqlite3.Connection:
    """A connection to a damaged file that looks before it follows what it reads."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA cell_size_check = ON")
    return connection
