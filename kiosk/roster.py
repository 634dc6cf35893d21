"""Today's appointments from a CSV file: the whole file or nothing."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Self, TypeVar

from kiosk.checkin.insurance import InsuredId, InsurerNumber, InvalidNumber, NumberFault
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.writing import fold_kana, fold_name

T = TypeVar("T")


class Column(Enum):
    """The columns that are read, by their English and their Japanese name; others are left alone."""

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

    @property
    def title(self) -> str:
        """Both names, as an error shows them."""
        english, japanese = self.value
        return f"{japanese}/{english}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place, and what to do. It never quotes what stands there."""

    line: int
    """Line of the file, from 1; 0 for the file as a whole."""
    column: Column | None
    remedy: str

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line else []
        return ": ".join([*place, *([self.column.title] if self.column else []), self.remedy])


class RosterError(Exception):
    """The file cannot be used; the message has a line for every problem."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.problems = tuple(problems)


class EmptyRoster:
    """No appointments are known."""

    def by_number(self, number: TicketNumber) -> Ticket | None:  # noqa: ARG002 - the port has it
        """None."""
        return None

    def by_person(self, person: Person) -> Ticket | None:  # noqa: ARG002 - the port has it
        """None."""
        return None


class CsvRoster:
    """The tickets of a roster file. Its repr shows nothing."""

    def __init__(self, tickets: Sequence[Ticket]) -> None:
        """Tickets with numbers that differ."""
        self._by_number = {ticket.number: ticket for ticket in tickets}
        self._by_name: defaultdict[tuple[str, date], set[TicketNumber]] = defaultdict(set)
        for ticket in tickets:
            for key in _keys(ticket.person):
                self._by_name[key].add(ticket.number)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file in UTF-8 (with or without BOM) or CP932, whose first line names the columns.

        Dates are yyyymmdd, yyyy-mm-dd or yyyy/mm/dd; sex is 男, 女, 1 or 2. Raises RosterError with every problem.
        """
        problems: list[Problem] = []
        tickets: dict[TicketNumber, tuple[int, Ticket]] = {}
        for line, ticket in _tickets(_text(path), problems):
            earlier, known = tickets.setdefault(ticket.number, (line, ticket))
            if known != ticket:
                problems.append(
                    Problem(line, Column.TICKET_NUMBER, f"the same number as line {earlier}; correct one, or remove it")
                )
        if problems:
            raise RosterError(path, sorted(problems, key=lambda problem: problem.line))
        return cls([ticket for _, ticket in tickets.values()])

    def __len__(self) -> int:
        return len(self._by_number)

    def by_number(self, number: TicketNumber) -> Ticket | None:
        """The ticket with that number."""
        return self._by_number.get(number)

    def by_person(self, person: Person) -> Ticket | None:
        """The ticket of the one with that name or kana and birth date; None when there are two candidates."""
        found = {number for key in _keys(person) for number in self._by_name.get(key, ())}
        return self._by_number[found.pop()] if len(found) == 1 else None


def _keys(person: Person | None) -> Iterator[tuple[str, date]]:
    if person and person.name:
        yield fold_name(person.name), person.birthdate
    if person and person.kana:
        yield f"kana {fold_kana(person.kana)}", person.birthdate


def _text(path: Path) -> str:
    try:
        octets = path.read_bytes()
    except OSError as unreadable:
        raise RosterError(path, [Problem(0, None, f"cannot be read ({unreadable.strerror})")]) from unreadable
    for codec in ("utf-8-sig", "cp932"):
        try:
            return octets.decode(codec)
        except UnicodeDecodeError:
            continue
    raise RosterError(path, [Problem(0, None, "neither UTF-8 nor CP932 (Shift_JIS); save it as CSV UTF-8")])


def _tickets(text: str, problems: list[Problem]) -> Iterator[tuple[int, Ticket]]:
    """The lines that are sound; what is wrong with the others goes to `problems`."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        places = _header(next(rows, []), problems)
        width = max(places.values(), default=0) + 1
        while places:
            line = rows.line_num + 1
            cells = next(rows, None)
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) < width:
                problems.append(Problem(line, None, "fewer columns than the first line; complete it"))
                continue
            row = _Row(line, {column: cells[place].strip() for column, place in places.items()}, problems)
            if ticket := row.ticket():
                yield line, ticket
    except csv.Error:
        problems.append(Problem(line, None, "not CSV (a quotation mark that is not closed?); save it as CSV again"))


def _header(cells: Sequence[str], problems: list[Problem]) -> dict[Column, int]:
    names = {name: column for column in Column for name in column.value}
    places: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        column = names.get(unicodedata.normalize("NFKC", cell).strip().lower())
        if column in places:
            problems.append(Problem(1, column, "stands there twice; rename one"))
        elif column:
            places[column] = place
    if Column.TICKET_NUMBER not in places:
        problems.append(Problem(1, Column.TICKET_NUMBER, "this column is missing; the first line must name it"))
        return {}
    return places


class _Row:
    """One line of the file, being read."""

    def __init__(self, line: int, cells: Mapping[Column, str], problems: list[Problem]) -> None:
        self._line = line
        self._cells = cells
        self._problems = problems
        self._sound = True

    def ticket(self) -> Ticket | None:
        """The ticket; None when something is wrong with the line."""
        number = self._read(Column.TICKET_NUMBER, TicketNumber.parse)
        if not self._text(Column.TICKET_NUMBER):
            self._complain(Column.TICKET_NUMBER, "empty; enter the 11 digits, or remove the line")
        insurer = self._read(Column.INSURER_NUMBER, InsurerNumber.parse)
        person, insured = self._person(), self._insured()
        expires = self._read(Column.EXPIRES, _date)
        return Ticket(number, insurer, person, insured, expires) if number and self._sound else None

    def _person(self) -> Person | None:
        name, kana = self._text(Column.NAME), self._text(Column.KANA)
        birthdate, sex = self._read(Column.BIRTHDATE, _date), self._read(Column.SEX, _sex)
        if (name or kana) and not self._text(Column.BIRTHDATE):
            self._complain(Column.BIRTHDATE, "empty; a person is found by name and birth date together")
        if birthdate and not (name or kana):
            self._complain(Column.NAME, "empty; a person is found by name and birth date together")
        return Person(name, birthdate, sex or Sex.UNSET, kana) if birthdate else None

    def _insured(self) -> InsuredId | None:
        number, symbol, branch = (self._text(c) for c in (Column.NUMBER, Column.SYMBOL, Column.BRANCH))
        if (symbol or branch) and not number:
            self._complain(Column.NUMBER, "empty; a symbol or branch alone says nothing")
        return InsuredId(number, symbol, branch) if number else None

    def _text(self, column: Column) -> str:
        return self._cells.get(column, "")

    def _read(self, column: Column, parse: Callable[[str], T]) -> T | None:
        text = self._text(column)
        if not text:
            return None
        try:
            return parse(text)
        except InvalidNumber as wrong:
            self._complain(column, _REMEDIES[wrong.fault, column])
        except ValueError as wrong:
            self._complain(column, str(wrong))
        return None

    def _complain(self, column: Column, remedy: str) -> None:
        self._sound = False
        self._problems.append(Problem(self._line, column, remedy))


_REMEDIES = {
    (NumberFault.CHARACTERS, Column.TICKET_NUMBER): "has signs that are no digits; enter the 11 digits",
    (NumberFault.LENGTH, Column.TICKET_NUMBER): "not 11 digits; if a spreadsheet dropped zeros, format it as text",
    (NumberFault.CHARACTERS, Column.INSURER_NUMBER): "has signs that are no digits; enter the 8 (国保: 6) digits",
    (NumberFault.LENGTH, Column.INSURER_NUMBER): "not 8 (国保: 6) digits; if a spreadsheet dropped zeros, "
    "format it as text",
    (NumberFault.CHECK_DIGIT, Column.INSURER_NUMBER): "the check digit is wrong; compare it with the ticket",
}

_DATE = re.compile(r"(\d{4})(?:(\d{2})(\d{2})|([-/])(\d{1,2})\4(\d{1,2}))", re.ASCII)


def _date(text: str) -> date:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    if not found:
        raise ValueError("not a date; write yyyymmdd, yyyy-mm-dd or yyyy/mm/dd")
    year, month, day, _, loose_month, loose_day = found.groups()
    try:
        return date(int(year), int(month or loose_month), int(day or loose_day))
    except ValueError as wrong:
        raise ValueError("no such day in the calendar; correct it") from wrong


_SEXES = {"男": Sex.MALE, "男性": Sex.MALE, "1": Sex.MALE, "女": Sex.FEMALE, "女性": Sex.FEMALE, "2": Sex.FEMALE}


def _sex(text: str) -> Sex:
    try:
        return _SEXES[unicodedata.normalize("NFKC", text)]
    except KeyError as wrong:
        raise ValueError("write 男, 女, 1 or 2, or leave it empty") from wrong
