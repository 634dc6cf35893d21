"""The roster file: every spelling that a checkup system writes, and errors that one can put right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.insurance import InsuredId, InsurerNumber
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.ports.desk import Roster
from kiosk.roster import Column, CsvRoster, EmptyRoster, RosterError, _date

JAPANESE = "整理番号,氏名,カナ,生年月日,性別,保険者番号,記号,番号,枝番,有効期限"
ENGLISH = "ticket_number,name,kana,birthdate,sex,insurer_number,symbol,number,branch,expires"
LINE = "26112345678,高橋　花子,ﾀｶﾊｼ ﾊﾅｺ,1970-01-02,女,01130012,12-3,4567,01,2027/3/31"
NUMBER = TicketNumber("26112345678")
TICKET = Ticket(
    NUMBER,
    InsurerNumber("01130012"),
    Person("高橋　花子", date(1970, 1, 2), Sex.FEMALE, "ﾀｶﾊｼ ﾊﾅｺ"),
    InsuredId("4567", "12-3", "01"),
    date(2027, 3, 31),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "roster.csv"


def roster_of(file: Path, *lines: str, encoding: str = "utf-8") -> CsvRoster:
    file.write_bytes("\r\n".join(lines).encode(encoding))
    return CsvRoster.read(file)


def problems_of(file: Path, *lines: str) -> list[tuple[int, Column | None]]:
    with pytest.raises(RosterError) as wrong:
        roster_of(file, *lines)
    return [(problem.line, problem.column) for problem in wrong.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("header", [JAPANESE, ENGLISH])
def test_line_becomes_a_ticket_in_every_spelling(file: Path, encoding: str, header: str) -> None:
    roster: Roster = roster_of(file, header, LINE, encoding=encoding)
    assert roster.by_number(NUMBER) == TICKET
    assert roster.by_number(TicketNumber("26112345679")) is None


def test_columns_come_in_any_order_and_others_are_left_alone(file: Path) -> None:
    roster = roster_of(file, "コース,氏名,生年月日,整理番号", "A,高橋 花子,19700102,２６１１２３４５６７８", "", ",,,")
    assert roster.by_number(NUMBER) == Ticket(NUMBER, person=Person("高橋 花子", date(1970, 1, 2)))
    assert len(roster) == 1


def test_ticket_number_alone_is_enough(file: Path) -> None:
    assert roster_of(file, "整理番号", "26112345678").by_number(NUMBER) == Ticket(NUMBER)


@pytest.mark.parametrize(
    "person",
    [
        Person("高橋花子", date(1970, 1, 2)),
        Person("高橋 花子", date(1970, 1, 2), Sex.MALE),
        Person("髙橋　花子", date(1970, 1, 2), kana="タカハシ　ハナコ"),
        Person("", date(1970, 1, 2), kana="たかはし はなこ"),
    ],
)
def test_person_is_found_by_name_or_kana_and_birth_date(file: Path, person: Person) -> None:
    assert roster_of(file, JAPANESE, LINE).by_person(person) == TICKET


@pytest.mark.parametrize(
    "person",
    [Person("高橋　花子", date(1970, 1, 3)), Person("高橋　花", date(1970, 1, 2)), Person("", date(1970, 1, 2))],
)
def test_another_person_is_not_found(file: Path, person: Person) -> None:
    assert roster_of(file, JAPANESE, LINE).by_person(person) is None


def test_two_candidates_are_none(file: Path) -> None:
    twin = LINE.replace("26112345678", "26112345679")
    roster = roster_of(file, JAPANESE, LINE, twin)
    assert TICKET.person is not None
    assert roster.by_person(TICKET.person) is None
    assert roster.by_number(NUMBER) == TICKET


def test_name_of_one_and_kana_of_another_are_two_candidates(file: Path) -> None:
    other = "26112345679,高階　華子,ﾀｶｼﾅ ﾊﾅｺ,1970-01-02,,,,,,"
    roster = roster_of(file, JAPANESE, LINE, other)
    assert roster.by_person(Person("高橋　花子", date(1970, 1, 2), kana="タカシナ ハナコ")) is None


def test_same_line_twice_is_one_appointment(file: Path) -> None:
    roster = roster_of(file, JAPANESE, LINE, LINE)
    assert TICKET.person is not None
    assert roster.by_person(TICKET.person) == TICKET


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        (("26112345678", "2611234567"), Column.TICKET_NUMBER),
        (("26112345678", "2611234567x"), Column.TICKET_NUMBER),
        (("26112345678", ""), Column.TICKET_NUMBER),
        (("01130012", "01130013"), Column.INSURER_NUMBER),
        (("01130012", "1130012"), Column.INSURER_NUMBER),
        (("1970-01-02", "1970-02-30"), Column.BIRTHDATE),
        (("1970-01-02", "昭和45年1月2日"), Column.BIRTHDATE),
        (("1970-01-02", ""), Column.BIRTHDATE),
        (("女", "F"), Column.SEX),
        (("2027/3/31", "2027-3/31"), Column.EXPIRES),
        ((",4567,", ",,"), Column.NUMBER),
        (("高橋　花子,ﾀｶﾊｼ ﾊﾅｺ", ","), Column.NAME),
    ],
)
def test_wrong_field_is_named_by_line_and_column(file: Path, changed: tuple[str, str], column: Column) -> None:
    good = LINE.replace("26112345678", "26112345679")
    assert problems_of(file, JAPANESE, good, LINE.replace(*changed)) == [(3, column)]


def test_all_problems_are_told_at_once_and_none_quotes_a_field(file: Path) -> None:
    wrong = LINE.replace("1970-01-02", "1970-13-02").replace("01130012", "01130019")
    with pytest.raises(RosterError) as refused:
        roster_of(file, JAPANESE, wrong, "26112345677,短い")
    lines = str(refused.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{file}: line ") for line in lines)
    assert not any(canary in str(refused.value) for canary in ("高橋", "1970", "01130019", "短い"))


def test_same_number_for_two_people_is_a_problem(file: Path) -> None:
    assert problems_of(file, JAPANESE, LINE, LINE.replace("高橋", "田中")) == [(3, Column.TICKET_NUMBER)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((), [(1, Column.TICKET_NUMBER)]),
        (("氏名,生年月日", "高橋　花子,19700102"), [(1, Column.TICKET_NUMBER)]),
        (("整理番号,整理番号", "26112345678,26112345678"), [(1, Column.TICKET_NUMBER)]),
        (("整理番号,氏名", '26112345678,"高橋'), [(2, None)]),
    ],
)
def test_file_that_is_no_roster_is_refused(
    file: Path, lines: tuple[str, ...], found: list[tuple[int, Column | None]]
) -> None:
    assert problems_of(file, *lines) == found


def test_unreadable_and_undecodable_files_are_refused(file: Path) -> None:
    with pytest.raises(RosterError, match="cannot be read"):
        CsvRoster.read(file)
    file.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(RosterError, match="neither UTF-8 nor CP932"):
        CsvRoster.read(file)


def test_line_numbers_count_lines_of_the_file(file: Path) -> None:
    two_lines = LINE.replace("高橋　花子", '"高橋\n花子"')
    assert problems_of(file, JAPANESE, two_lines, "x") == [(4, None)]


def test_empty_roster_knows_nobody() -> None:
    roster: Roster = EmptyRoster()
    assert roster.by_number(NUMBER) is None
    assert roster.by_person(Person("高橋　花子", date(1970, 1, 2))) is None


def test_roster_shows_nothing(file: Path) -> None:
    roster = roster_of(file, JAPANESE, LINE)
    assert "26112345678" not in f"{roster!r}{roster}"


@given(st.dates())
def test_dates_are_read_in_three_spellings(day: date) -> None:
    year = f"{day.year:04}"
    spellings = (f"{year}{day:%m%d}", f"{year}-{day:%m-%d}", f"{year}/{day.month}/{day.day}")
    assert {_date(text) for text in spellings} == {day}
