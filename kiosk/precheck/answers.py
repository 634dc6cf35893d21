"""The answers of a round while it runs: those that were there, and those that come, saved every so often."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, tzinfo

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.precheck import Precheck, QueryKey, key_of
from kiosk.precheck.store import PrecheckStore

SAVED_EVERY = 20
"""Answers; what is lost with the power is asked again within half a minute."""


class Answers:
    """What is known, by what was asked. Raises PrecheckUnavailable where it reads or writes the disk."""

    def __init__(self, store: PrecheckStore, today: date) -> None:
        """Read what is there; days that are over are left out."""
        there = store.read() if store.mark() else {}
        self._store = store
        self._entries = {key: entry for key, entry in there.items() if entry.query.confirmation_date >= today}
        self._unsaved = 0

    def asked_on(self, key: QueryKey, day: date, zone: tzinfo) -> bool:
        """Whether this has an answer of that day."""
        entry = self._entries.get(key)
        return entry is not None and entry.asked_at.astimezone(zone).date() == day

    def by_key(self) -> dict[QueryKey, QualificationAnswer]:
        """The answers."""
        return {key: entry.answer for key, entry in self._entries.items()}

    def add(self, query: QualificationQuery, answer: QualificationAnswer, at: datetime) -> None:
        """Keep this one in the place of an older; of its notes for staff nothing is needed."""
        self._entries[key_of(query)] = Precheck(query, replace(answer, code="", message=""), at)
        self._unsaved += 1
        if self._unsaved >= SAVED_EVERY:
            self.save()

    def save(self) -> None:
        """Put all on disk, where something is new."""
        if self._unsaved:
            self._store.write(self._entries.values())
            self._unsaved = 0
