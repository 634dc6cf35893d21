"""Which query went out under which identifier: a gateway that starts again asks nothing twice.

A row is on disk before its request is. It holds clientRef, identifier and time, of a 一括照会 its ReceptionNumber, and
nothing of the person or of the query. It blocks: call it through `Hands`.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KEPT_SECONDS = 2 * 24 * 3600.0
"""Longer than any terminal asks for the same query; a terminal's clock has no part in it, ours alone."""
_FILE = "asked.sqlite"
_TIDY_EVERY = 200
"""New rows between two times that old ones are erased."""
_BUSY_SECONDS = 2.0
_TABLES = """
CREATE TABLE IF NOT EXISTS gateway (id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS asked (
    client_ref TEXT PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asked_at ON asked (at);
CREATE TABLE IF NOT EXISTS received (client_ref TEXT PRIMARY KEY, number TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""


class JournalFailure(Exception):
    """The journal cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query that was put, or was about to be."""

    client_ref: str
    identifier: str
    at: float
    """Seconds since 1970, by this machine's clock."""


class Journal:
    """The journal of one gateway; any thread may use it."""

    def __init__(self, state: Path) -> None:
        """Open or make it in the folder `state`. Raises JournalFailure."""
        self._file = state / _FILE
        self._one_at_a_time = threading.Lock()
        self._until_tidy = _TIDY_EVERY
        try:
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as failure:
            raise JournalFailure(f"{state}: cannot be made ({failure.strerror}); check serve.state") from failure
        with self._failures():
            self._rows = sqlite3.connect(
                self._file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._rows.execute("PRAGMA journal_mode=WAL")
                # Each row is on disk before its request is: that is what the journal is for.
                self._rows.execute("PRAGMA synchronous=FULL")
                self._rows.executescript(_TABLES)
                self.gateway = self._gateway()
            except sqlite3.Error:
                self._rows.close()
                raise

    gateway: str
    """Eight characters that tell this gateway's drafts from everybody else's."""

    def find(self, client_ref: str) -> Asked | None:
        """The query of that clientRef. Raises JournalFailure."""
        with self._one_at_a_time, self._failures():
            row = self._rows.execute("SELECT * FROM asked WHERE client_ref = ?", (client_ref,)).fetchone()
            return Asked(*row) if row else None

    def add(self, asked: Asked) -> None:
        """Note a query; it is on disk afterwards. Raises JournalFailure, also when its clientRef is known."""
        with self._one_at_a_time, self._failures():
            self._rows.execute("INSERT INTO asked VALUES (?, ?, ?)", (asked.client_ref, asked.identifier, asked.at))
            self._until_tidy -= 1
            if self._until_tidy <= 0:
                self._until_tidy = _TIDY_EVERY
                self._rows.execute("DELETE FROM asked WHERE at < ?", (asked.at - KEPT_SECONDS,))
                self._rows.execute("DELETE FROM received WHERE client_ref NOT IN (SELECT client_ref FROM asked)")

    def receive(self, client_ref: str, number: str) -> None:
        """Note the ReceptionNumber of a 一括照会; it is on disk afterwards. Raises JournalFailure."""
        with self._one_at_a_time, self._failures():
            self._rows.execute("INSERT OR REPLACE INTO received VALUES (?, ?)", (client_ref, number))

    def reception(self, client_ref: str) -> str:
        """The ReceptionNumber of a 一括照会; empty while there is none. Raises JournalFailure."""
        with self._one_at_a_time, self._failures():
            row = self._rows.execute("SELECT number FROM received WHERE client_ref = ?", (client_ref,)).fetchone()
            return str(row[0]) if row else ""

    def knows(self, identifier: str) -> bool:
        """Whether a query went out, or was about to, under that identifier. Raises JournalFailure."""
        with self._one_at_a_time, self._failures():
            found = self._rows.execute("SELECT 1 FROM asked WHERE identifier = ?", (identifier,)).fetchone()
            return found is not None

    def before(self, moment: float) -> list[Asked]:
        """The queries that were put before that moment (seconds since 1970). Raises JournalFailure."""
        with self._one_at_a_time, self._failures():
            return [Asked(*row) for row in self._rows.execute("SELECT * FROM asked WHERE at < ?", (moment,))]

    def close(self) -> None:
        """Close the file."""
        with self._one_at_a_time:
            self._rows.close()

    def _gateway(self) -> str:
        self._rows.execute(
            "INSERT INTO gateway SELECT ? WHERE NOT EXISTS (SELECT * FROM gateway)", (secrets.token_hex(4),)
        )
        found: str = self._rows.execute("SELECT id FROM gateway").fetchone()[0]
        return found

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as failure:
            raise JournalFailure(
                f"{self._file}: cannot be used ({failure}); check owner, mode and space of serve.state; "
                "a broken file can be moved away while the gateway is stopped"
            ) from failure
