"""A roster from the clerk's CSV file: the whole file or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.ticket import TicketNumber
from kiosk.roster.columns import Column, places_of
from kiosk.roster.line import Line
from kiosk.roster.problems import Problem, RosterError

LARGEST = 32 * 1024 * 1024
"""Octets: a hundred times a roster of 2,000 lines; a larger file is some other one."""
STEP = 250
"""Lines between two tidings of progress: some forty of 10,000."""
Progress = Callable[[int, int], None]
"""Told how many lines are read, and of how many."""


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """What a file says. Its repr shows nothing."""

    lines: tuple[Appointment, ...]
    notes: tuple[str, ...] = ()
    """What was left alone in the file."""

    def __repr__(self) -> str:
        return f"Table({len(self.lines)} lines)"


def read_table(path: Path, progress: Progress | None = None) -> Table:
    """Read a file in UTF-8 (with or without BOM) or CP932, whose first line names the columns.

    Dates as `parse_date` reads them, times 9:00, 0900 or 9時30分; sex is 男, 女, 1 or 2. Raises RosterError with every
    problem of the file.
    """
    reading = _Reading(progress)
    lines = tuple(reading.appointments(_text(path)))
    if not lines and not reading.problems:
        reading.problems.append(Problem(0, "", "has no appointment; to remove the roster use: kiosk roster erase"))
    if reading.problems:
        raise RosterError(path, sorted(reading.problems, key=lambda problem: problem.line))
    return Table(lines, tuple(reading.notes()))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            octets = file.read(LARGEST + 1)
    except OSError as unreadable:
        raise RosterError(path, [Problem(0, "", f"cannot be read ({unreadable.strerror})")]) from unreadable
    if len(octets) > LARGEST:
        raise RosterError(path, [Problem(0, "", f"larger than {LARGEST >> 20} MiB; choose the roster's file")])
    for codec in ("utf-8-sig", "cp932"):
        try:
            return octets.decode(codec)
        except UnicodeDecodeError:
            continue
    raise RosterError(path, [Problem(0, "", "neither UTF-8 nor CP932 (Shift_JIS); save it as CSV UTF-8")])


class _Reading:
    """One file, being read."""

    def __init__(self, progress: Progress | None) -> None:
        self.problems: list[Problem] = []
        self._progress = progress
        self._others: tuple[str, ...] = ()
        self._lone_insurances = 0
        self._lines_of: dict[TicketNumber, int] = {}

    def appointments(self, text: str) -> Iterator[Appointment]:
        """The lines that are sound."""
        of = text.count("\n") + 1
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        number = told = 1
        try:
            places, self._others = places_of(next(rows, []), self.problems)
            width = max(places.values(), default=0) + 1
            while places:
                number = rows.line_num + 1
                texts = next(rows, None)
                if texts is None:
                    break
                if number - told >= STEP:
                    told = number
                    self._tell(number, of)
                if not any(text.strip() for text in texts):
                    continue
                if len(texts) < width:
                    self.problems.append(Problem(number, "", "fewer columns than the first line; complete it"))
                    continue
                line = Line(number, texts, places, self.problems)
                self._lone_insurances += line.lone_insurance
                appointment = line.appointment()
                self._note_ticket(line.ticket_number, number)
                if appointment is not None:
                    yield appointment
        except csv.Error:
            remedy = "not CSV (a quotation mark that is not closed?); save it as CSV again"
            self.problems.append(Problem(number, "", remedy))
        self._tell(of, of)

    def notes(self) -> Iterator[str]:
        """What was left alone."""
        if self._others:
            yield f"columns that are not read: {', '.join(self._others)}"
        if self._lone_insurances:
            yield (
                f"insurance and expiry of {self._lone_insurances} lines are not used, because they have no "
                f"{Column.TICKET_NUMBER.title}"
            )

    def _tell(self, done: int, of: int) -> None:
        if self._progress is not None:
            self._progress(done, of)

    def _note_ticket(self, ticket: TicketNumber | None, number: int) -> None:
        earlier = self._lines_of.setdefault(ticket, number) if ticket else number
        if earlier != number:
            remedy = f"the same number as in line {earlier}; correct one, or remove it"
            self.problems.append(Problem(number, Column.TICKET_NUMBER.title, remedy))
