"""No sequence of people, digits, pulls and faults takes a card's last try through us."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.card.errors import AnswerLost, CardError
from hardware.card.myna import MyNumberCard
from hardware.virtual.card import CardSpec, VirtualCard
from kiosk.ports.card import CardFailure, FaceCode, Pin
from tests.card.people import HANAKO, PIN, WRONG_PIN, DirectConnection, assert_nothing_forbidden


class Unsteady(DirectConnection):
    """Loses the answers, or the card, at the given commands."""

    def __init__(self, card: VirtualCard, lost: frozenset[int], pulled: int) -> None:
        super().__init__(card)
        self._lost, self._pulled, self._at = lost, pulled, 0

    def transmit(self, command: bytes | bytearray) -> bytes:
        self._at += 1
        if self._at >= self._pulled:
            self._gone = True
        answer = super().transmit(command)
        if self._at in self._lost:
            self.power_cycle()
            raise AnswerLost("no answer")
        return answer


@dataclass(frozen=True)
class Visit:
    """One session with the card, and what is typed in it."""

    entries: list[str]
    lost: frozenset[int]
    pulled: int


VISITS = st.builds(
    Visit,
    entries=st.lists(
        st.sampled_from(["right", "wrong", "right face", "wrong face", "facts", "face tries"]), max_size=8
    ),
    lost=st.frozensets(st.integers(1, 40), max_size=3),
    pulled=st.integers(1, 80),
)


@settings(max_examples=300)
@given(st.lists(VISITS, max_size=8), st.integers(0, 3), st.integers(0, 10), st.booleans())
def test_counters_never_fall_below_one(visits: list[Visit], pin: int, face_code: int, first_fails: bool) -> None:
    spec = CardSpec(person=HANAKO, pin_tries=pin, face_code_tries=face_code, first_select_fails=first_fails)
    card = VirtualCard(spec)
    for visit in visits:
        card.power_off()
        session = MyNumberCard(Unsteady(card, visit.lost, visit.pulled))
        for entry in visit.entries:
            sent = card.verifications
            with contextlib.suppress(CardFailure, CardError):
                do(session, entry, spec)
            assert card.verifications <= sent + 1, "one confirmation, one VERIFY"
    assert card.pin_left >= min(1, pin)
    assert card.face_code_left >= min(1, face_code)
    assert_nothing_forbidden(card)


def do(session: MyNumberCard, entry: str, spec: CardSpec) -> None:
    match entry:
        case "right":
            assert session.person_by_pin(Pin.typed(PIN)) == HANAKO
        case "wrong":
            session.person_by_pin(Pin.typed(WRONG_PIN))
        case "right face":
            assert session.person_by_face_code(FaceCode.typed(spec.face_code)) == HANAKO
        case "wrong face":
            session.person_by_face_code(FaceCode.typed("0" * 14))
        case "facts":
            session.facts()
        case _:
            session.face_code_tries()
