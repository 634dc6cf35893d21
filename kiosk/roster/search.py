"""Finding appointments in memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.person import Person
from kiosk.checkin.ticket import TicketNumber
from kiosk.checkin.writing import fold_kana, fold_name, same_folded_name

Found = tuple[Appointment, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Named:
    """A line with a person, whose names are folded once for all look-ups. Its repr shows nothing."""

    line: Appointment
    name: str
    kana: str

    def is_of(self, name: str, kana: str) -> bool:
        """Whether one of the folded names agrees; two empty ones agree in nothing."""
        return bool((kana and kana == self.kana) or (name and self.name and same_folded_name(name, self.name)))


class Index:
    """The lines of a roster by ticket number and by birth date. Its repr shows nothing."""

    def __init__(self, lines: Iterable[Appointment] = ()) -> None:
        by_number: defaultdict[TicketNumber, list[Appointment]] = defaultdict(list)
        by_birthdate: defaultdict[date, list[_Named]] = defaultdict(list)
        self._days: Counter[date | None] = Counter()
        for line in lines:
            self._days[line.day] += 1
            if line.ticket is not None:
                by_number[line.ticket.number].append(line)
            if line.person is not None:
                named = _Named(line, fold_name(line.person.name), fold_kana(line.person.kana))
                by_birthdate[line.person.birthdate].append(named)
        self._by_number = {number: tuple(found) for number, found in by_number.items()}
        self._by_birthdate = {birthdate: tuple(found) for birthdate, found in by_birthdate.items()}

    def __len__(self) -> int:
        return self._days.total()

    def lines_on(self, day: date) -> int:
        """How many lines are for that day or for any."""
        return self._days[day] + self._days[None]

    def by_number(self, number: TicketNumber) -> Found:
        """Those with that ticket."""
        return self._by_number.get(number, ())

    def by_birthdate(self, birthdate: date) -> Found:
        """Those with that birth date."""
        return tuple(named.line for named in self._by_birthdate.get(birthdate, ()))

    def by_person(self, person: Person) -> Found:
        """Those with that birth date whose name (as of `same_name`) or kana (as of `same_kana`) agrees."""
        born = self._by_birthdate.get(person.birthdate, ())
        name, kana = fold_name(person.name), fold_kana(person.kana)
        return tuple(named.line for named in born if named.is_of(name, kana))
