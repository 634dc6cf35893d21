"""The answers in the running kiosk: in memory, kept up with the sealed file, gone when their last day is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.checkin.insurance import QualificationQuery
from kiosk.checkin.precheck import Precheck, QueryKey, key_of
from kiosk.ports.desk import Clock, Flag, Staff
from kiosk.sealed.watch import DayWatch

if TYPE_CHECKING:
    from kiosk.precheck.store import ByKey, PrecheckStore


class SealedPrechecks:
    """The port Prechecks over <state>/precheck.sealed."""

    def __init__(self, state: Path, longest: timedelta, clock: Clock, staff: Staff) -> None:
        """An answer counts for `longest`; zero: never."""
        nothing: ByKey = dict[QueryKey, Precheck]()
        self._longest = longest
        self._clock = clock
        self._watch = DayWatch("precheck", nothing, partial(_store, state), clock, staff, Flag.PRECHECK)
        self.look = self._watch.look
        self.keep_looking = self._watch.keep_looking

    @property
    def answers_today(self) -> int | None:
        """How many answers are for today; None when none is, or none would count."""
        today = self._clock.now().date()
        count = sum(entry.query.confirmation_date == today for entry in self._watch.content.values())
        return count if count and self._longest else None

    def found(self, query: QualificationQuery, now: datetime) -> Precheck | None:
        """What was answered to this very query, for today and not too long ago."""
        entry = self._watch.content.get(key_of(query))
        usable = entry is not None and bool(self._longest) and entry.counts_for(query, now, self._longest)
        return entry if usable else None


def _store(state: Path) -> PrecheckStore:
    from kiosk.precheck.store import PrecheckStore

    return PrecheckStore(state)
