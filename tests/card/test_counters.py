"""No history of people, digits, pulls, lost answers and crashes takes a card's last try through us."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hardware.card.errors import AnswerLost, CardError
from hardware.card.myna import MyNumberCard
from hardware.virtual.card import VirtualCard
from hardware.virtual.card_spec import CardSpec
from kiosk.checkin.person import Person
from kiosk.ports.card import CardFailure, CardFault, FaceCode, Pin, Secret
from tests.card.people import HANAKO, PIN, WRONG_PIN, DirectConnection, assert_nothing_forbidden

TARO = replace(HANAKO, name="検診　太郎")
WRONG_FACE_CODE = "0" * 14


class Crash(BaseException):
    """The process ends in the middle of a command."""


@dataclass
class Trouble:
    """What befalls one of the next commands, counted from 1; none with a 0, and the next VERIFY with VERIFY."""

    lost: int = 0
    """Carried out, and the answer does not come."""
    pulled: int = 0
    """The card is out before it."""
    crash: int = 0
    """The process ends: before it is sent when `early`, else after the card has done it."""
    early: bool = False


VERIFY = -1
PLACES = st.one_of(st.just(0), st.just(VERIFY), st.integers(1, 14))
TROUBLES = st.one_of(
    st.builds(Trouble),
    st.builds(Trouble, lost=PLACES),
    st.builds(Trouble, pulled=PLACES),
    st.builds(Trouble, crash=PLACES, early=st.booleans()),
    st.builds(Trouble, lost=PLACES, pulled=PLACES, crash=PLACES, early=st.booleans()),
)


class Unsteady(DirectConnection):
    """A connection that what befalls it is told."""

    def __init__(self, card: VirtualCard) -> None:
        super().__init__(card)
        self.trouble, self._at = Trouble(), 0

    def befall(self, trouble: Trouble) -> None:
        self.trouble, self._at = trouble, 0

    def transmit(self, command: bytes | bytearray) -> bytes:
        self._at += 1
        trouble, here = self.trouble, {self._at}
        if command[1] == 0x20 and len(command) > 4:
            here.add(VERIFY)
        if trouble.pulled in here and not self._gone:
            self._gone = True
            self.card.power_off()
        if trouble.crash in here and trouble.early:
            raise Crash
        answer = super().transmit(command)
        if trouble.crash in here:
            raise Crash
        if trouble.lost in here:
            self.power_cycle()
            raise AnswerLost("no answer")
        return answer


SPECS = st.builds(
    CardSpec,
    person=st.sampled_from([HANAKO, TARO]),
    pin_tries=st.sampled_from([3, 3, 2, 1, 0]),
    face_code_tries=st.sampled_from([10, 10, 3, 2, 1, 0]),
    first_select_fails=st.booleans(),
    verified=st.booleans(),
    stays_verified=st.sampled_from([False, False, False, True]),
    locked_query=st.sampled_from([0x63C0, 0x6983, 0x6984]),
    locked_word=st.sampled_from([0x6983, 0x6984]),
    part_bytes=st.sampled_from([0, 0, 100]),
    corrects_length=st.booleans(),
    label=st.sampled_from(["JPKIAPICCTOKEN2"] * 4 + ["JPKIAPICCTOKEN", "JPKIAPGPSETOKEN"]),
)


class Counter(RuleBasedStateMachine):
    """Some people with their cards at one kiosk, for as long as hypothesis likes."""

    @initialize(specs=st.lists(SPECS, min_size=1, max_size=3))
    def arrive(self, specs: list[CardSpec]) -> None:
        self.cards: list[VirtualCard] = []
        self.at_first: list[tuple[int, int]] = []
        for spec in specs:
            self.queue_up(spec)
        self.mine = 0
        self.connection: Unsteady | None = None
        self.session: MyNumberCard | None = None

    @property
    def card(self) -> VirtualCard:
        return self.cards[self.mine]

    def queue_up(self, spec: CardSpec) -> None:
        card = VirtualCard(spec)
        self.cards.append(card)
        self.at_first.append((card.pin_left, card.face_code_left))

    @rule(spec=SPECS)
    def next_one_comes(self, spec: CardSpec) -> None:
        self.queue_up(spec)
        self.put_in(-1)

    @rule(who=st.integers(0, 9))
    def put_in(self, who: int) -> None:
        """Also faster than any poll: the last session never learns of it."""
        if self.connection is not None:
            self.card.power_off()
        self.mine = who % len(self.cards)
        self.connect()

    @rule(power=st.booleans())
    def start_again(self, power: bool) -> None:
        """The kiosk begins a session with the card that lies there, after a crash perhaps with what was verified."""
        if self.connection is not None and power:
            self.card.power_off()
        self.connect()

    def connect(self) -> None:
        self.connection = Unsteady(self.card)
        self.session = MyNumberCard(self.connection)

    @precondition(lambda self: self.session is not None)
    @rule(trouble=TROUBLES)
    def read_facts(self, trouble: Trouble) -> None:
        self.ask(None, trouble)

    @precondition(lambda self: self.session is not None)
    @rule(digits=st.sampled_from([PIN, WRONG_PIN]), trouble=TROUBLES)
    def confirm_a_pin(self, digits: str, trouble: Trouble) -> None:
        self.ask(Pin.typed(digits), trouble)

    @precondition(lambda self: self.session is not None)
    @rule(right=st.booleans(), trouble=TROUBLES)
    def confirm_a_face_code(self, right: bool, trouble: Trouble) -> None:
        self.ask(FaceCode.typed(self.card.spec.face_code if right else WRONG_FACE_CODE), trouble)

    @precondition(lambda self: self.session is not None)
    @rule(face_code=st.booleans())
    def use_the_last_tries(self, face_code: bool) -> None:
        """What the journey offers again and again until it is refused: three wrong ones in a row."""
        for _ in range(12 if face_code else 4):
            if self.session is not None:
                self.ask(FaceCode.typed(WRONG_FACE_CODE) if face_code else Pin.typed(WRONG_PIN), Trouble())

    def ask(self, secret: Secret | None, trouble: Trouble) -> None:
        card, connection, session = self.card, self.connection, self.session
        assert connection is not None
        assert session is not None
        connection.befall(trouble)
        told: CardFailure | None = None
        before, counters = card.verifications, (card.pin_left, card.face_code_left)
        try:
            match secret:
                case None:
                    assert session.facts().pin_tries == card.pin_left
                case Pin():
                    self.person_is_right(session.person_by_pin(secret))
                case FaceCode():
                    self.person_is_right(session.person_by_face_code(secret))
        except CardFailure as failure:
            told = failure
        except CardError:
            pass
        except Crash:
            self.connection = self.session = None
        if told is not None and told.fault in (CardFault.PIN_WRONG, CardFault.LAST_TRY):
            assert told.tries_left == (card.pin_left if isinstance(secret, Pin) else card.face_code_left)
        sent = card.verifications - before
        assert sent <= (secret is not None), "one confirmation, one VERIFY"
        if not sent:
            assert (card.pin_left, card.face_code_left) == counters
        if secret is not None:
            assert not any(secret.octets), "wiped, whatever happened"

    def person_is_right(self, person: Person) -> None:
        assert person == self.card.spec.person

    @invariant()
    def nobody_is_locked_out(self) -> None:
        for card, (pin, face_code) in zip(getattr(self, "cards", ()), getattr(self, "at_first", ()), strict=True):
            assert card.pin_left >= min(1, pin)
            assert card.face_code_left >= min(1, face_code)

    def teardown(self) -> None:
        for card in getattr(self, "cards", ()):
            if card.spec.label != "JPKIAPICCTOKEN2":
                assert card.verifications == 0
            card.log[:] = [recorded for recorded in card.log if recorded.command[1] != 0xC0]
            assert_nothing_forbidden(card)


TestCounter = Counter.TestCase
TestCounter.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
