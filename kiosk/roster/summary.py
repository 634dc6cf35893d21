"""What a roster holds and lacks, in counts: nothing of anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.person import Sex
from kiosk.roster.columns import Column


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of one roster."""

    lines: int
    days: Mapping[date, int]
    """Lines of each day, the first day first."""
    without_day: int
    missing: Mapping[Column, int]
    """Lines that lack something, for every column that some lack; what all lack included."""

    @classmethod
    def of(cls, lines: Sequence[Appointment]) -> Summary:
        """Count."""
        days = Counter(line.day for line in lines)
        without_day = days.pop(None, 0)
        missing = {column: sum(lacks(line) for line in lines) for column, lacks in _LACKS.items()}
        return cls(
            len(lines),
            {day: days[day] for day in sorted(day for day in days if day)},
            without_day,
            {column: count for column, count in missing.items() if count},
        )


_LACKS: Mapping[Column, Callable[[Appointment], bool]] = {
    Column.TICKET_NUMBER: lambda line: line.ticket is None,
    Column.NAME: lambda line: not (line.person and line.person.name),
    Column.KANA: lambda line: not (line.person and line.person.kana),
    Column.SEX: lambda line: not (line.person and line.person.sex is not Sex.UNSET),
    Column.INSURER_NUMBER: lambda line: not (line.ticket and line.ticket.insurer),
    Column.NUMBER: lambda line: not (line.ticket and line.ticket.insured),
    Column.EXPIRES: lambda line: not (line.ticket and line.ticket.expires),
    Column.TIME: lambda line: line.at is None,
    Column.COURSE: lambda line: not line.course,
    Column.FIRST_PLACE: lambda line: not line.first_place,
}
