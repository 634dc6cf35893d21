"""The table of procedures: whole, short enough for a slip, and silent about what was found."""

from __future__ import annotations

from importlib import import_module

import pytest

from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Group, Reason
from kiosk.checkin.ways import Way


def test_every_code_has_an_entry_with_words_and_a_way_on() -> None:
    assert set(PROCEDURES) == set(Reason)
    for reason, procedure in PROCEDURES.items():
        assert procedure.title
        assert procedure.steps
        assert reason.confirms or procedure.settled_by or procedure.contacts, reason


def test_every_group_has_codes_and_every_code_a_group() -> None:
    assert {reason.group for reason in Reason} == {group.value for group in Group}


@pytest.mark.parametrize("group", Group)
def test_a_code_stands_only_in_the_file_of_its_group(group: Group) -> None:
    table = getattr(import_module(f"kiosk.checkin.procedures.{group.name.lower()}"), group.name)
    assert {reason.group for reason in table} == {group.value}


@pytest.mark.parametrize("reason", Reason)
def test_a_slip_has_room_for_the_steps(reason: Reason) -> None:
    steps = PROCEDURES[reason].steps
    assert 1 <= len(steps) <= 4
    assert all(len(step) <= 42 and step.endswith("。") for step in steps)
    assert len(set(steps)) == len(steps)


FOUND = ("無効", "資格がな", "資格なし", "加入していない", "喪失", "無保険", "該当", "医療扶助", "生活保護", "ロック")
"""Words that would tell somebody what was found."""


@pytest.mark.parametrize("reason", Reason)
def test_no_step_says_what_was_found(reason: Reason) -> None:
    steps = "".join(PROCEDURES[reason].steps)
    assert [word for word in FOUND if word in steps] == []


@pytest.mark.parametrize("reason", Reason)
def test_whoever_is_told_to_call_finds_the_contact(reason: Reason) -> None:
    procedure = PROCEDURES[reason]
    steps = "".join(procedure.steps)
    assert "電話" not in steps or procedure.contacts
    assert "管理者" not in steps or procedure.contacts


@pytest.mark.parametrize("reason", Reason)
def test_a_step_points_only_at_ways_that_the_table_names(reason: Reason) -> None:
    procedure = PROCEDURES[reason]
    marks = dict(zip("①②③④⑤", (Way.FACE_READER, Way.LIMITED_APP, *list(Way)[2:5]), strict=True))
    for step in procedure.steps:
        assert {way for mark, way in marks.items() if mark in step} <= set(procedure.settled_by)
        assert "この票の方法" not in step or procedure.settled_by
