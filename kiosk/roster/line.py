"""One line of a roster file as an appointment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.insurance import InsuredId
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.roster import cells
from kiosk.roster.columns import Column
from kiosk.roster.problems import Problem

T = TypeVar("T")


class Line:
    """One line, being read. What is wrong with it goes to `problems`."""

    def __init__(
        self, number: int, texts: Sequence[str], places: Mapping[Column, int], problems: list[Problem]
    ) -> None:
        self._number = number
        self._texts = {column: texts[place].strip() for column, place in places.items()}
        self._problems = problems
        self._sound = True
        self.ticket_number: TicketNumber | None = None
        """Known once the appointment was read, also when something else is wrong with the line."""

    @property
    def lone_insurance(self) -> bool:
        """Whether it tells of an insurance but has no ticket to which that could belong."""
        return bool(not self._texts.get(Column.TICKET_NUMBER) and any(self._texts.get(c) for c in _ON_TICKET))

    def appointment(self) -> Appointment | None:
        """What the line tells; None when something is wrong with it."""
        person = self._person()
        ticket = self._ticket(person)
        appointment = Appointment(
            person=person,
            ticket=ticket,
            course=self._read(Column.COURSE, cells.course) or "",
            first_place=self._read(Column.FIRST_PLACE, cells.place) or "",
            day=self._read(Column.DAY, cells.day),
            at=self._read(Column.TIME, cells.time_of_day),
            line=self._number,
        )
        if self._sound and not (person or ticket):
            self._complain(None, f"names nobody; enter {Column.TICKET_NUMBER.title} or a name with its birth date")
        return appointment if self._sound else None

    def _ticket(self, person: Person | None) -> Ticket | None:
        """The ticket, with that person on it; what stands on a ticket is checked also where its number is not."""
        self.ticket_number = number = self._read(Column.TICKET_NUMBER, cells.ticket_number)
        insurer = self._read(Column.INSURER_NUMBER, cells.insurer_number)
        insured = self._insured()
        expires = self._read(Column.EXPIRES, cells.day)
        return Ticket(number, insurer, person, insured, expires) if number else None

    def _person(self) -> Person | None:
        name, kana = self._words(Column.NAME), self._words(Column.KANA)
        birthdate, sex = self._read(Column.BIRTHDATE, cells.day), self._read(Column.SEX, cells.sex)
        named = self._texts.get(Column.NAME) or self._texts.get(Column.KANA)
        if named and not self._texts.get(Column.BIRTHDATE):
            self._complain(Column.BIRTHDATE, "empty; a person is found by name and birth date together")
        if birthdate and not named:
            self._complain(Column.NAME, "empty; a person is found by name and birth date together")
        return Person(name, birthdate, sex or Sex.UNSET, kana) if birthdate else None

    def _insured(self) -> InsuredId | None:
        number, symbol, branch = (self._words(c) for c in (Column.NUMBER, Column.SYMBOL, Column.BRANCH))
        if (symbol or branch) and not number:
            self._complain(Column.NUMBER, "empty; a symbol or branch alone says nothing")
        return InsuredId(number, symbol, branch) if number else None

    def _words(self, column: Column) -> str:
        return self._read(column, cells.words) or ""

    def _read(self, column: Column, parse: Callable[[str], T]) -> T | None:
        text = self._texts.get(column, "")
        if not text:
            return None
        try:
            return parse(text)
        except cells.WrongCell as wrong:
            self._complain(column, str(wrong))
            return None

    def _complain(self, column: Column | None, remedy: str) -> None:
        self._sound = False
        self._problems.append(Problem(self._number, column.title if column else "", remedy))


_ON_TICKET = (Column.INSURER_NUMBER, Column.SYMBOL, Column.NUMBER, Column.BRANCH, Column.EXPIRES)
