"""When the line counts as up or down: never for one result alone, and back after two good ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.outcome import QueryFault
from kiosk.qualifier.state import GOOD_AGAIN, IN_A_ROW, OF_THE_RING, REMEMBERED, LineState

MORNING = datetime(2026, 11, 20, 8, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
GOOD, DOWN, SLOW = None, QueryFault.UNREACHABLE, QueryFault.TIMED_OUT
RESULTS = st.lists(st.sampled_from([GOOD, DOWN, SLOW]), max_size=60)


@dataclass
class Clock:
    time: datetime = MORNING

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def state_after(*results: QueryFault | None) -> LineState:
    state = LineState(Clock().now)
    for fault in results:
        state.asked(fault)
    return state


@pytest.mark.parametrize(
    ("results", "online"),
    [
        ([], True),
        ([SLOW, SLOW], True),
        ([SLOW, SLOW, SLOW], False),
        ([SLOW, SLOW, GOOD, SLOW, SLOW], True),
        ([SLOW, SLOW, GOOD, SLOW, SLOW, GOOD, SLOW], False),
        ([SLOW, GOOD] * 6, True),
        ([SLOW, SLOW, SLOW, GOOD], False),
        ([SLOW, SLOW, SLOW, GOOD, SLOW, GOOD], False),
        ([SLOW, SLOW, SLOW, GOOD, GOOD], True),
        ([SLOW, SLOW, SLOW, GOOD, GOOD, SLOW, SLOW], True),
        ([SLOW, SLOW, SLOW, GOOD, GOOD, SLOW, SLOW, SLOW], False),
    ],
)
def test_three_in_a_row_or_five_of_eight_take_it_down_and_two_good_ones_bring_it_back(
    results: list[QueryFault | None], online: bool
) -> None:
    assert state_after(*results).online is online


@given(RESULTS)
def test_it_is_never_down_without_the_failures_nor_up_without_the_good_ones(results: list[QueryFault | None]) -> None:
    state = LineState(Clock().now)
    for count, fault in enumerate(results, start=1):
        before = state.online
        state.asked(fault)
        recent = results[max(0, count - REMEMBERED) : count]
        if before and not state.online:
            failures = sum(fault is not None for fault in recent)
            assert failures >= OF_THE_RING or (len(recent) >= IN_A_ROW and all(recent[-IN_A_ROW:]))
        if not before and state.online:
            assert not any(recent[-GOOD_AGAIN:])
        if all(recent[-IN_A_ROW:]) and len(recent) >= IN_A_ROW:
            assert not state.online
        assert (state.reason is None) is state.online


def test_it_tells_since_when_and_why_and_each_change_once() -> None:
    clock = Clock()
    state = LineState(clock.now)
    changes: list[bool] = []
    state.listen(lambda: changes.append(state.online))
    for fault in (SLOW, SLOW, SLOW):
        state.asked(fault)
    down_at = clock.time
    state.asked(DOWN)
    assert (state.since, state.reason, changes) == (down_at, DOWN, [False])
    state.asked(GOOD)
    state.asked(GOOD)
    assert (state.since, state.reason, changes) == (clock.time, None, [False, True])


def test_first_look_decides_at_once_and_a_first_query_does_not() -> None:
    looked, asked = LineState(), LineState()
    looked.looked(DOWN)
    asked.asked(DOWN)
    assert (looked.online, asked.online) == (False, True)


def test_good_looks_between_do_not_hide_queries_that_fail() -> None:
    state = LineState()
    state.looked(GOOD)
    for _ in range(3):
        state.asked(SLOW)
        state.looked(GOOD)
    assert not state.online
    state.looked(GOOD)
    assert state.online


def test_what_is_of_one_query_alone_never_takes_the_line_down() -> None:
    state = LineState()
    for _ in range(20):
        state.asked(QueryFault.REFUSED)
        state.asked(QueryFault.GARBAGE)
        state.asked_again(QueryFault.SERVER_ERROR)
        state.asked_again(QueryFault.STILL_PROCESSING)
    assert state.online
    for _ in range(3):
        state.asked_again(DOWN)
    assert not state.online
