"""Whatever is armed, cancelled, collected and captured in whatever order: nobody gets another person's capture.

The model knows the whole history and says afterwards what each session may have been given.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from kiosk.gateway.faces.registry import ARMED_SECONDS, LONGEST_SECONDS, FaceSession, FaceSessions, FaceState
from kiosk.gateway.faces.source import Capture
from tests.gateway.faces.people import EVERYBODY, Looking, capture

TERMINALS, READERS = ("k01", "k02", "k03"), ("1", "2")


@dataclass
class Told:
    """What the world did to one session."""

    session: FaceSession
    person: Looking
    reader: str
    armed_at: float
    until: float
    fitting: list[Capture] = field(default_factory=list)
    contested: bool = False
    closed: bool = False
    """Cancelled, or its capture collected."""
    given: Capture | None = None
    """What was collected, until it is cancelled."""


class Interleavings(RuleBasedStateMachine):
    armed = Bundle("armed")
    brought = Bundle("brought")

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.sessions = FaceSessions(lambda: self.now)
        self.told: list[Told] = []
        self.turns: set[tuple[str, str]] = set()
        self.owners: dict[str, str] = {}

    @rule(
        target=armed,
        terminal=st.sampled_from(TERMINALS),
        reader=st.sampled_from(READERS),
        who=st.sampled_from(EVERYBODY),
    )
    def arm(self, terminal: str, reader: str, who: Looking) -> Told:
        for before in self.told:
            if before.session.terminal == terminal:
                before.closed, before.given = True, None
        told = Told(
            self.sessions.arm(terminal, reader, who.birthdate, who.kana),
            who,
            reader,
            self.now,
            self.now + ARMED_SECONDS,
        )
        self.told.append(told)
        return told

    @rule(
        target=brought,
        reader=st.sampled_from(READERS),
        who=st.lists(st.sampled_from(EVERYBODY), max_size=2),
        ago=st.sampled_from([0.0, 0.5, 30.0]),
    )
    def bring(self, reader: str, who: list[Looking], ago: float) -> tuple[str, Capture, list[Looking]]:
        """Somebody looked `ago` seconds before it is read."""
        one = capture(self.now - ago, *who)
        self._take(reader, one, who)
        return reader, one, who

    @rule(target=brought, told=armed)
    def bring_the_one(self, told: Told) -> tuple[str, Capture, list[Looking]]:
        """The very person whom a session waits or waited for."""
        self.now += 0.1
        one = capture(self.now, told.person)
        self._take(told.reader, one, [told.person])
        return told.reader, one, [told.person]

    @rule(capture_again=brought)
    def bring_again(self, capture_again: tuple[str, Capture, list[Looking]]) -> None:
        """The same file is seen once more, as if it were new."""
        reader, before, who = capture_again
        self._take(reader, Capture(before.id, self.now, before.answer), who)

    def _take(self, reader: str, one: Capture, who: list[Looking]) -> None:
        first = (reader, one.id) not in self.turns
        self.turns.add((reader, one.id))
        fitting = [told for told in self.told if first and self._fits(told, reader, one, who)]
        for told in fitting:
            told.fitting.append(one)
            told.contested = told.contested or len(fitting) > 1
            told.closed = told.closed or told.contested or len(told.fitting) > 1
        self.sessions.take(reader, one)

    def _fits(self, told: Told, reader: str, one: Capture, who: list[Looking]) -> bool:
        in_time = told.armed_at < one.arrived and self.now <= told.until
        return told.reader == reader and not told.closed and in_time and bool(who) and set(who) == {told.person}

    @rule(told=armed)
    def look(self, told: Told) -> None:
        """Its terminal waits on; what has ended stays so."""
        if self.sessions.state(told.session) is FaceState.ARMED:
            told.until = min(self.now + ARMED_SECONDS, told.armed_at + LONGEST_SECONDS)
        self.sessions.looked_at(told.session)

    @rule(told=armed)
    def collect(self, told: Told) -> None:
        got = self.sessions.collect(told.session)
        if got is None:
            return
        assert told.fitting == [got]
        assert not told.contested
        assert all(result.birthdate == told.person.birthdate for result in got.results)
        assert {result.name_kana for result in got.results} == {told.person.captured}
        assert told.armed_at < got.arrived
        assert self.owners.setdefault(got.id, told.session.id) == told.session.id
        told.closed, told.given = True, got

    @rule(told=armed)
    def cancel(self, told: Told) -> None:
        self.sessions.cancel(told.session)
        told.closed, told.given = True, None

    @rule(seconds=st.sampled_from([0.1, 1.0, 20.0, ARMED_SECONDS + 1]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def nobody_is_matched_but_by_one_own_capture(self) -> None:
        for told in self.told:
            state = self.sessions.state(told.session)
            if state is FaceState.MATCHED:
                assert len(told.fitting) == 1
                assert not told.contested
            if len(told.fitting) > 1 or told.contested:
                assert state in (FaceState.AMBIGUOUS, FaceState.CANCELLED)
            if not told.fitting and not told.closed:
                late = self.now > told.until
                assert state is (FaceState.EXPIRED if late else FaceState.ARMED)
            if len(told.fitting) == 1 and not told.contested and not told.closed:
                assert state is FaceState.MATCHED
            if told.given is not None:
                assert state is FaceState.MATCHED
                assert self.sessions.collect(told.session) is told.given


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
