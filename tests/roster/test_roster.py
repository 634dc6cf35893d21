"""The roster file: every spelling that a checkup system writes, and errors that one can put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.roster import cells
from kiosk.roster.columns import Column
from kiosk.roster.problems import RosterError
from kiosk.roster.table import LARGEST, Table, read_table
from tests.roster.invented import APPOINTMENT, CANARIES, ENGLISH, JAPANESE, LINE, NUMBER, TODAY, crowd, write


def appointments_of(file: Path, *lines: str, encoding: str = "utf-8") -> tuple[Appointment, ...]:
    return read_table(write(file, *lines, encoding=encoding)).lines


def problems_of(file: Path, *lines: str) -> list[tuple[int, str]]:
    with pytest.raises(RosterError) as wrong:
        appointments_of(file, *lines)
    return [(problem.line, problem.column) for problem in wrong.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("header", [JAPANESE, ENGLISH])
def test_line_becomes_an_appointment_in_every_encoding_and_header(file: Path, encoding: str, header: str) -> None:
    assert appointments_of(file, header, LINE, encoding=encoding) == (APPOINTMENT,)


def test_columns_come_in_any_order_and_empty_lines_are_no_lines(file: Path) -> None:
    lines = ("氏名,生年月日,整理番号", "高橋 花子,19700102,２６１１２３４５６７８", "", ",,")
    person = Person("高橋 花子", date(1970, 1, 2))
    assert appointments_of(file, *lines) == (Appointment(person, Ticket(NUMBER, person=person)),)


def test_an_appointment_knows_its_line_as_problems_name_it(file: Path) -> None:
    lines = ("氏名,生年月日,整理番号", "", '"高橋\n花子",1970/1/2,', "高橋 一,1970/1/2,", "高橋 二,1970/13/2,")
    assert problems_of(file, *lines) == [(6, Column.BIRTHDATE.title)]
    assert [appointment.line for appointment in appointments_of(file, *lines[:-1])] == [3, 5]


def test_unknown_columns_are_named_in_a_note(file: Path) -> None:
    table = read_table(write(file, "電話,整理番号,\x1b備考", "090,26112345678,x"))
    assert table.notes == ("columns that are not read: 電話, ?備考",)
    assert read_table(write(file, JAPANESE, LINE)).notes == ()


def test_ticket_number_alone_and_a_person_alone_are_enough(file: Path) -> None:
    alone = appointments_of(file, "整理番号,カナ,生年月日", "26112345678,,", ",たかはし はなこ,昭和45年1月2日")
    kana = Person("", date(1970, 1, 2), kana="たかはし はなこ")
    assert alone == (Appointment(ticket=Ticket(NUMBER)), Appointment(kana))


def test_insurance_without_a_ticket_is_noted(file: Path) -> None:
    table = read_table(write(file, JAPANESE, LINE.replace("26112345678", "")))
    assert table.lines == (replace(APPOINTMENT, ticket=None),)
    assert "1 lines are not used" in table.notes[0]


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        (("26112345678", "2611234567"), Column.TICKET_NUMBER),
        (("26112345678", "2611234567x"), Column.TICKET_NUMBER),
        (("01130012", "01130013"), Column.INSURER_NUMBER),
        (("01130012", "1130012"), Column.INSURER_NUMBER),
        (("01130012", "O1130012"), Column.INSURER_NUMBER),
        (("1970-01-02", "1970-02-30"), Column.BIRTHDATE),
        (("1970-01-02", "昭和65年1月2日"), Column.BIRTHDATE),
        (("1970-01-02", ""), Column.BIRTHDATE),
        (("女", "F"), Column.SEX),
        (("2027/3/31", "2027-3/31"), Column.EXPIRES),
        ((",4567890123,", ",,"), Column.NUMBER),
        (("高橋　花子,ﾀｶﾊｼ ﾊﾅｺ", ","), Column.NAME),
        (("高橋　花子", "高橋\x1b花子"), Column.NAME),
        (("ﾀｶﾊｼ ﾊﾅｺ", "ﾅ" * 81), Column.KANA),
        (("2026/11/20", "2026/11/31"), Column.DAY),
        (("9:00", "25:00"), Column.TIME),
        (("9:00", "900"), Column.TIME),
        (("2階 採血", "一" * 21), Column.FIRST_PLACE),
        (("特定健診・胃がん検診", "\x07"), Column.COURSE),
        (("特定健診・胃がん検診", "健" * 41), Column.COURSE),
    ],
)
def test_wrong_field_is_named_by_line_and_column(file: Path, changed: tuple[str, str], column: Column) -> None:
    good = LINE.replace("26112345678", "26112345679")
    assert problems_of(file, JAPANESE, good, LINE.replace(*changed)) == [(3, column.title)]


def test_line_that_names_nobody_is_a_problem(file: Path) -> None:
    assert problems_of(file, JAPANESE, "2026/11/20,9:00,,,,,,,,,,,特定健診,") == [(2, "")]


def test_all_problems_are_told_at_once_and_none_quotes_a_field(file: Path) -> None:
    wrong = LINE.replace("1970-01-02", "昭和70年1月2日").replace("01130012", "01130019").replace("9:00", "朝")
    with pytest.raises(RosterError) as refused:
        appointments_of(file, JAPANESE, wrong, "2026/11/20,短い")
    told = str(refused.value)
    lines = told.splitlines()
    assert len(lines) == 4
    assert all(line.startswith(f"{file}: line ") for line in lines)
    assert not any(canary in told for canary in (*CANARIES, "01130019", "短い", "昭和70年", ": 朝"))


def test_same_ticket_twice_is_a_problem_and_the_same_person_twice_is_none(file: Path) -> None:
    assert problems_of(file, JAPANESE, LINE, LINE) == [(3, Column.TICKET_NUMBER.title)]
    twins = appointments_of(file, JAPANESE, LINE, LINE.replace("26112345678", ""))
    assert [line.person for line in twins] == [APPOINTMENT.person] * 2


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((), [(1, "")]),
        (("高橋　花子,1970", LINE), [(1, "")]),
        (("氏名,整理番号", "高橋　花子,26112345678"), [(1, Column.BIRTHDATE.title)]),
        (("生年月日", "19700102"), [(1, "")]),
        (("整理番号,整理番号", "26112345678,26112345678"), [(1, Column.TICKET_NUMBER.title)]),
        (("整理番号,コース", '26112345678,"胃'), [(2, "")]),
        ((JAPANESE,), [(0, "")]),
    ],
)
def test_file_that_is_no_roster_is_refused(file: Path, lines: tuple[str, ...], found: list[tuple[int, str]]) -> None:
    assert problems_of(file, *lines) == found


def test_first_line_of_a_file_without_header_is_not_quoted(file: Path) -> None:
    with pytest.raises(RosterError) as refused:
        appointments_of(file, LINE, LINE)
    assert not any(canary in str(refused.value) for canary in CANARIES)


def test_unreadable_undecodable_and_huge_files_are_refused(file: Path, tmp_path: Path) -> None:
    for unreadable in (file, tmp_path):
        with pytest.raises(RosterError, match="cannot be read"):
            read_table(unreadable)
    file.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(RosterError, match="neither UTF-8 nor CP932"):
        read_table(file)
    with file.open("wb") as huge:
        huge.truncate(LARGEST + 1)
    with pytest.raises(RosterError, match="32 MiB"):
        read_table(file)


def test_line_numbers_count_lines_of_the_file(file: Path) -> None:
    two_lines = LINE.replace("高橋　花子", '"高橋\n花子"')
    assert problems_of(file, JAPANESE, two_lines, "x") == [(4, "")]


def test_line_break_in_a_field_becomes_a_space(file: Path) -> None:
    (line,) = appointments_of(file, JAPANESE, LINE.replace("2階 採血", '"2階\r\n採血"'))
    assert line.first_place == "2階 採血"


def test_ten_thousand_lines_tell_how_far_they_are(file: Path) -> None:
    told: list[tuple[int, int]] = []
    table = read_table(write(file, *crowd(10_000)), lambda done, of: told.append((done, of)))
    assert len(table.lines) == 10_000
    assert {of for _, of in told} == {10_001}
    assert told == sorted(told)
    assert told[-1] == (10_001, 10_001)
    assert 10 < len(told) < 100


def test_table_shows_nothing(file: Path) -> None:
    table = read_table(write(file, JAPANESE, LINE))
    assert not any(canary in f"{table!r}{table}{table.lines!r}" for canary in CANARIES)


@pytest.mark.parametrize("text", ["9:00", "09:00", "９：００", "0900", "9時", "9時0分", "09時00分", "9:00:00"])
def test_times_are_read_in_every_spelling(text: str) -> None:
    assert cells.time_of_day(text) == time(9, 0)


def test_half_past_nine() -> None:
    assert {cells.time_of_day(text) for text in ("9:30", "0930", "9時30分")} == {time(9, 30)}


@pytest.mark.parametrize("text", ["9", "9:5", "930", "9:60", "24:00", "9時半", "午後1時", "9-00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(cells.WrongCell):
        cells.time_of_day(text)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20),
            st.dates(min_value=date(1912, 7, 30), max_value=TODAY),
            st.sampled_from(Sex),
            st.none() | st.times(),
        ),
        max_size=8,
    )
)
def test_every_sound_line_is_an_appointment(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, date, Sex, time | None]]
) -> None:
    file = tmp_path_factory.mktemp("roster") / "roster.csv"
    sexes = {Sex.MALE: "男", Sex.FEMALE: "2", Sex.UNSET: ""}
    quoted = [
        f'{serial:011},"{name.replace(chr(34), chr(34) * 2)}",{born.isoformat()},{sexes[sex]},'
        f"{f'{at:%H:%M}' if at else ''}"
        for serial, (name, born, sex, at) in enumerate(people)
    ]
    expected = [
        Appointment(person, Ticket(TicketNumber(f"{serial:011}"), person=person), at=at and time(at.hour, at.minute))
        for serial, (name, born, sex, at) in enumerate(people)
        for person in [Person(name, born, sex)]
    ]
    write(file, "整理番号,氏名,生年月日,性別,予約時刻", "26199999999,,,,", *quoted)
    assert read_table(file) == Table((Appointment(ticket=Ticket(TicketNumber("26199999999"))), *expected))
