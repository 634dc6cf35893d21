"""Whose capture is it: the rule, case by case."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from kiosk.gateway.faces.registry import (
    ARMED_SECONDS,
    LONGEST_SECONDS,
    MOST_REMEMBERED,
    FaceSession,
    FaceSessions,
    FaceState,
)
from tests.gateway.faces.people import ALIAS, EVERYBODY, NAMESAKE, TARO, TWIN, Looking, capture

READER = "1"


@dataclass
class Time:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def sessions(time: Time) -> FaceSessions:
    return FaceSessions(time)


def arm(sessions: FaceSessions, person: Looking, terminal: str = "k01", reader: str = READER) -> FaceSession:
    return sessions.arm(terminal, reader, person.birthdate, person.kana)


@pytest.mark.parametrize("person", EVERYBODY)
def test_the_person_who_was_waited_for_is_matched(sessions: FaceSessions, time: Time, person: Looking) -> None:
    session = arm(sessions, person)
    assert sessions.state(session) is FaceState.ARMED
    mine = capture(time.now + 1, person)
    sessions.take(READER, mine)
    assert sessions.state(session) is FaceState.MATCHED
    assert sessions.collect(session) is sessions.collect(session) is mine


@pytest.mark.parametrize("other", [TWIN, NAMESAKE, ALIAS])
def test_somebody_else_is_not(sessions: FaceSessions, time: Time, other: Looking) -> None:
    session = arm(sessions, TARO)
    sessions.take(READER, capture(time.now + 1, other))
    assert sessions.state(session) is FaceState.ARMED
    assert sessions.collect(session) is None


def test_who_asks_for_more_time_is_waited_for_as_long_as_the_terminal_looks(sessions: FaceSessions, time: Time) -> None:
    session = arm(sessions, TARO)
    for _ in range(3):
        time.now += ARMED_SECONDS
        sessions.looked_at(session)
    mine = capture(time.now + 1, TARO)
    sessions.take(READER, mine)
    assert sessions.collect(session) is mine


def test_a_terminal_that_looks_for_ever_is_not_waited_for_for_ever(sessions: FaceSessions, time: Time) -> None:
    session, began = arm(sessions, TARO), time.now
    while sessions.state(session) is FaceState.ARMED:
        sessions.looked_at(session)
        time.now += ARMED_SECONDS / 2
    assert LONGEST_SECONDS < time.now - began <= LONGEST_SECONDS + ARMED_SECONDS


@pytest.mark.parametrize("ended", [FaceState.EXPIRED, FaceState.CANCELLED])
def test_a_look_revives_nothing(sessions: FaceSessions, time: Time, ended: FaceState) -> None:
    session = arm(sessions, TARO)
    if ended is FaceState.CANCELLED:
        sessions.cancel(session)
    else:
        time.now += ARMED_SECONDS + 1
    sessions.looked_at(session)
    sessions.take(READER, capture(time.now + 1, TARO))
    assert sessions.state(session) is ended


def test_a_capture_that_is_older_than_the_arming_is_nobodys(sessions: FaceSessions, time: Time) -> None:
    session = arm(sessions, TARO)
    for arrived in (time.now, time.now - 1, float("-inf")):
        sessions.take(READER, capture(arrived, TARO))
    assert sessions.state(session) is FaceState.ARMED


def test_a_capture_of_two_people_or_of_nobody_is_nobodys(sessions: FaceSessions, time: Time) -> None:
    session = arm(sessions, TARO)
    sessions.take(READER, capture(time.now + 1, TARO, TWIN))
    sessions.take(READER, capture(time.now + 1))
    assert sessions.state(session) is FaceState.ARMED


@pytest.mark.parametrize(
    "unreadable", [{"birthdate": ""}, {"birthdate": "昭和45"}, {"captured": ""}, {"captured": "?"}]
)
def test_a_capture_that_does_not_say_whose_it_is_is_nobodys(
    sessions: FaceSessions, time: Time, unreadable: dict[str, str]
) -> None:
    session = arm(sessions, TARO)
    sessions.take(READER, capture(time.now + 1, replace(TARO, **unreadable)))
    assert sessions.state(session) is FaceState.ARMED


def test_two_insurances_of_one_person_are_one_capture(sessions: FaceSessions, time: Time) -> None:
    """What two results mean is for the decision at the kiosk."""
    session = arm(sessions, TARO)
    sessions.take(READER, capture(time.now + 1, TARO, TARO))
    assert sessions.state(session) is FaceState.MATCHED


def test_nobody_in_time_expires_and_later_ones_are_left_alone(sessions: FaceSessions, time: Time) -> None:
    session = arm(sessions, TARO)
    time.now += ARMED_SECONDS
    assert sessions.state(session) is FaceState.ARMED
    time.now += 0.001
    assert sessions.state(session) is FaceState.EXPIRED
    sessions.take(READER, capture(time.now, TARO))
    assert sessions.state(session) is FaceState.EXPIRED


def test_a_match_that_nobody_collected_yet_does_not_expire(sessions: FaceSessions, time: Time) -> None:
    session = arm(sessions, TARO)
    sessions.take(READER, capture(time.now + 1, TARO))
    time.now += ARMED_SECONDS + 1
    assert sessions.state(session) is FaceState.MATCHED


def test_two_captures_that_fit_are_for_the_desk(sessions: FaceSessions, time: Time) -> None:
    session = arm(sessions, TARO)
    for _ in range(3):
        sessions.take(READER, capture(time.now + 1, TARO))
    assert sessions.state(session) is FaceState.AMBIGUOUS
    assert sessions.collect(session) is None


def test_what_was_collected_stays_whoever_comes_after(sessions: FaceSessions, time: Time) -> None:
    session = arm(sessions, TARO)
    first = capture(time.now + 1, TARO)
    sessions.take(READER, first)
    assert sessions.collect(session) is first
    sessions.take(READER, capture(time.now + 2, TARO))
    assert sessions.state(session) is FaceState.MATCHED
    assert sessions.collect(session) is first


def test_two_kiosks_at_one_reader_get_each_their_own(sessions: FaceSessions, time: Time) -> None:
    mine, theirs = arm(sessions, TARO), arm(sessions, TWIN, "k02")
    of_twin, of_taro = capture(time.now + 1, TWIN), capture(time.now + 2, TARO)
    sessions.take(READER, of_twin)
    sessions.take(READER, of_taro)
    assert (sessions.collect(mine), sessions.collect(theirs)) == (of_taro, of_twin)


def test_two_kiosks_that_wait_for_the_same_get_neither(sessions: FaceSessions, time: Time) -> None:
    both = arm(sessions, TARO), arm(sessions, TARO, "k02")
    sessions.take(READER, capture(time.now + 1, TARO))
    assert {sessions.state(session) for session in both} == {FaceState.AMBIGUOUS}


def test_another_reader_does_not_count(sessions: FaceSessions, time: Time) -> None:
    session = arm(sessions, TARO)
    sessions.take("2", capture(time.now + 1, TARO))
    assert sessions.state(session) is FaceState.ARMED


def test_cancelled_leaves_later_captures_alone_and_erases_what_came(sessions: FaceSessions, time: Time) -> None:
    armed, matched = arm(sessions, TARO), arm(sessions, TWIN, "k02")
    sessions.take(READER, capture(time.now + 1, TWIN))
    for session in (armed, matched):
        sessions.cancel(session)
    sessions.take(READER, capture(time.now + 2, TARO))
    for session in (armed, matched):
        assert sessions.state(session) is FaceState.CANCELLED
        assert sessions.collect(session) is None
    again = arm(sessions, TWIN)
    assert sessions.state(again) is FaceState.ARMED


def test_what_has_ended_is_not_cancelled(sessions: FaceSessions, time: Time) -> None:
    several, expired = arm(sessions, TARO), arm(sessions, TWIN, "k02")
    for _ in range(2):
        sessions.take(READER, capture(time.now + 1, TARO))
    time.now += ARMED_SECONDS + 1
    sessions.cancel(several)
    sessions.cancel(expired)
    assert (sessions.state(several), sessions.state(expired)) == (FaceState.AMBIGUOUS, FaceState.EXPIRED)


def test_a_terminal_waits_for_one_person_at_a_time(sessions: FaceSessions, time: Time) -> None:
    before, now = arm(sessions, TARO), arm(sessions, TARO)
    assert sessions.state(before) is FaceState.CANCELLED
    sessions.take(READER, capture(time.now + 1, TARO))
    assert sessions.state(now) is FaceState.MATCHED


def test_a_capture_has_its_turn_once(sessions: FaceSessions, time: Time) -> None:
    """A reader whose folder is read anew shows its files again."""
    first = arm(sessions, TARO)
    sessions.take(READER, capture(time.now + 1, TARO, capture_id="a file"))
    assert sessions.collect(first)
    time.now += 2
    second = arm(sessions, TARO)
    sessions.take(READER, capture(time.now + 1, TARO, capture_id="a file"))
    assert sessions.state(second) is FaceState.ARMED


def test_memory_of_captures_is_bounded(sessions: FaceSessions, time: Time) -> None:
    for place in range(MOST_REMEMBERED + 10):
        sessions.take(READER, capture(time.now, capture_id=str(place)))
    assert len(sessions._seen) == MOST_REMEMBERED


@pytest.mark.parametrize("kana", ["", " ", "　", "ー", "・", "-"])
def test_nobody_is_waited_for_without_a_name(sessions: FaceSessions, kana: str) -> None:
    with pytest.raises(ValueError, match="without a letter"):
        sessions.arm("k01", READER, TARO.birthdate, kana)
    assert len(sessions) == 0


def test_forgotten_sessions_are_gone_and_nothing_shows_a_person(sessions: FaceSessions, time: Time) -> None:
    session = arm(sessions, TARO)
    mine = capture(time.now + 1, TARO)
    sessions.take(READER, mine)
    assert sessions.find(session.id) is session
    shown = repr(session) + repr(mine) + str(mine.answer)
    assert not [canary for canary in (TARO.birthdate, "ミホン", "見本", TARO.captured) if canary in shown]
    sessions.forget(session)
    sessions.forget(session)
    assert sessions.find(session.id) is None
    assert len(sessions) == 0


def test_ids_are_random_and_tell_nothing(sessions: FaceSessions) -> None:
    ids = {arm(sessions, TARO).id for _ in range(50)}
    assert len(ids) == 50
    assert all(len(session_id) == 32 and TARO.birthdate not in session_id for session_id in ids)
