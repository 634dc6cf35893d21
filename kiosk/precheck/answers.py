"""The answers of a round while it runs: those that were there, and those that come, saved every so often."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo

from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.precheck import Precheck, QueryKey, key_of
from kiosk.precheck.store import Kept, PrecheckStore
from kiosk.precheck.uploads import Upload

SAVED_EVERY = 20
"""Answers; what is lost with the power is asked again within half a minute."""


class Answers:
    """What is known, by what was asked, and what was handed in. Raises PrecheckUnavailable where it uses the disk."""

    def __init__(self, store: PrecheckStore, today: date) -> None:
        """Read what is there; days that are over are left out."""
        there = store.read() if store.mark() else Kept()
        self._store = store
        self._entries = {key: entry for key, entry in there.entries.items() if entry.query.confirmation_date >= today}
        self._uploads = {upload.reference: upload for upload in there.uploads if upload.day >= today}
        self._unsaved = 0

    def asked_on(self, key: QueryKey, day: date, zone: tzinfo) -> bool:
        """Whether this has an answer of that day."""
        entry = self._entries.get(key)
        return entry is not None and entry.asked_at.astimezone(zone).date() == day

    def by_key(self) -> dict[QueryKey, QualificationAnswer]:
        """The answers."""
        return {key: entry.answer for key, entry in self._entries.items()}

    def add(self, query: QualificationQuery, answer: QualificationAnswer, at: datetime) -> None:
        """Keep this one in the place of an older."""
        self._put(query, answer, at)
        if self._unsaved >= SAVED_EVERY:
            self.save()

    def uploads(self, keys: Collection[QueryKey], day: date, zone: tzinfo | None) -> list[Upload]:
        """What was handed in on that day and still has to say something of one of these keys; the rest is dropped."""
        wanted = {
            reference: upload
            for reference, upload in self._uploads.items()
            if upload.at.astimezone(zone).date() == day
            and any(key_of(query) in keys for query in upload.queries.values())
        }
        self._unsaved += len(self._uploads) - len(wanted)
        self._uploads = wanted
        return list(wanted.values())

    def hand_in(self, upload: Upload) -> None:
        """Keep this on disk, to be called before it is handed in: whatever breaks then, it is fetched later."""
        if upload.reference not in self._uploads:
            self._uploads[upload.reference] = upload
            self._unsaved += 1
            self.save()

    def settle(self, upload: Upload, found: Mapping[QualificationQuery, QualificationAnswer]) -> None:
        """Keep these answers of it and let go of it, both at once."""
        for query, answer in found.items():
            self._put(query, answer, upload.at)
        self.drop(upload)
        self.save()

    def forget_uploads(self) -> None:
        """Whatever was handed in counts no more."""
        self._unsaved += len(self._uploads)
        self._uploads = {}

    def drop(self, upload: Upload) -> None:
        """It will bring nothing more."""
        self._unsaved += self._uploads.pop(upload.reference, None) is not None

    def save(self) -> None:
        """Put all on disk, where something is new."""
        if self._unsaved:
            self._store.write(self._entries.values(), self._uploads.values())
            self._unsaved = 0

    def _put(self, query: QualificationQuery, answer: QualificationAnswer, at: datetime) -> None:
        """Of its notes for staff nothing is needed."""
        self._entries[key_of(query)] = Precheck(query, replace(answer, code="", message=""), at)
        self._unsaved += 1
