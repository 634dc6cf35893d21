"""How far the examinee is."""

from __future__ import annotations

from screens.course import Course, Stage


def walked(*stages: tuple[Stage, bool]) -> list[tuple[int, int]]:
    """What the header says at each of these questions, each with whether 「もどる」 led there."""
    course, places = Course(), []
    for stage, back in stages:
        course.reach(stage, back=back)
        places.append(course.place(stage))
    return places


def test_a_check_in_with_a_ticket_counts_to_four() -> None:
    parts = ((stage, False) for stage in Stage)
    assert walked(*parts) == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_whoever_never_meets_a_part_does_not_count_it() -> None:
    assert walked((Stage.BROUGHT, False), (Stage.PERSON, False), (Stage.RESULT, False)) == [(1, 4), (2, 4), (3, 3)]


def test_going_on_never_counts_down() -> None:
    """With a roster the ticket comes late, and numbers of the insurance after it."""
    order = (Stage.BROUGHT, Stage.PERSON, Stage.TICKET, Stage.BROUGHT, Stage.PERSON)
    assert [place for place, _parts in walked(*((stage, False) for stage in order))] == [1, 2, 3, 3, 3]


def test_going_back_counts_down() -> None:
    assert walked((Stage.TICKET, False), (Stage.BROUGHT, False), (Stage.TICKET, True))[-1] == (1, 4)


def test_the_next_examinee_begins_at_one() -> None:
    course = Course()
    course.reach(Stage.PERSON, back=False)
    course.begin_anew()
    course.reach(Stage.TICKET, back=False)
    assert course.place(Stage.TICKET) == (1, 4)


def test_work_before_the_result_is_the_last_part() -> None:
    course = Course()
    for stage in (Stage.TICKET, Stage.BROUGHT, Stage.PERSON):
        course.reach(stage, back=False)
    assert course.place(Stage.RESULT) == (4, 4)
