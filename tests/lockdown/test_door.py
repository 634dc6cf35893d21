"""Nothing that comes through the terminal ends the kiosk, opens anything, or leaves it deaf."""

from __future__ import annotations

import random
import signal
import termios
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bench.terminal import START, TICKET
from tests.lockdown.door import COLUMNS, LOOK_SECONDS, ROWS, Door, kiosk_of

SEED = 20260601
SOON = 3.0
"""Seconds for the next screen; then it is tried again."""
ALTERNATE_SCREEN_OFF, CLIPBOARD = b"\x1b[?1049l", b"\x1b]52"
WAYS_BACK = 4 * (b"\x1b", b"\x1b", b"1")
"""Escape leads back to the start, whatever language was chosen by chance; the result ends with 1."""

LEAVING = {
    "control characters": bytes(range(0x20)),
    "escape alone": b"\x1b",
    "quit, copy, suspend, palette, core": b"\x11\x03\x1a\x10\x1c\x0c\x04\x13",
    "the same as the Kitty protocol tells it": b"".join(b"\x1b[%d;5u" % letter for letter in b"qczp\\dsl"),
    "with every modifier": b"".join(b"\x1b[113;%du" % modifiers for modifiers in range(1, 130)),
    "function keys": b"\x1bOP\x1bOQ\x1bOR\x1bOS" + b"".join(b"\x1b[%d~" % number for number in range(1, 35)),
    "function keys with modifiers": b"".join(
        b"\x1b[1;%d%c" % (held, key) for held in range(2, 17) for key in b"PQRSABCDFH"
    ),
    "alt and a letter": b"".join(b"\x1b%c" % letter for letter in range(0x21, 0x7F) if letter not in b"[]OP_^X"),
}
BROKEN = {
    "broken UTF-8": b"\xff\xfe\xc3\x28\xe3\x81\xf0\x9f\x80" + bytes(range(0x80, 0x100)),
    "half of a letter": b"\xe3\x81",
    "a lone surrogate": b"\xed\xa0\x80\x1b[97;1;55296u",
    "no character": b"\x1b[1114112u\x1b[97;1;1114112u\x1b[999999999u",
    "other layouts and kinds of events": b"\x1b[97:65;2u\x1b[97;1:3u\x1b[:;u\x1b[;;u\x1b[::;::u",
    "numbers without end": b"\x1b[" + b"9" * 5000 + b"m" + b"\x1b[<" + b"9;" * 2000 + b"M",
    "sequences that stop": b"\x1b[\x1b[<\x1b[<0;\x1bO\x1b]\x1bP\x1b[?\x1b[200",
    "answers that nobody asked for": (
        b"\x1b[9999;9999R\x1b[?2026;2$y\x1b[?2048;2$y\x1b[?62;4c\x1b[>1;1;0c\x1b[0n\x1b[8;9;9t"
    ),
    "strings": (
        b"\x1b]52;c;cm0gLXJmIC8=\x07\x1b]0;title\x07\x1bP1$r0m\x1b\\\x1b_Gi=1;OK\x1b\\\x1b^x\x1b\\\x9d52;c;?\x9c"
    ),
}
SIZES_AND_PLACES = {
    "a size of nothing, then a touch": b"\x1b[48;0;0;0;0t\x1b[<0;5;5M\x1b[<0;5;5m",
    "a size without dots, then a touch": b"\x1b[48;24;80;0;0t\x1b[<0;5;5M\x1b[<0;5;5m",
    "a size of the moon": b"\x1b[48;99999;99999;1;1t",
    "touches outside": (
        b"\x1b[<0;99999;99999M\x1b[<0;99999;99999m\x1b[<0;0;0M\x1b[<0;-7;-7M\x1b[<0;86;27M\x1b[<0;86;27m"
    ),
    "every button": b"".join(b"\x1b[<%d;1;1M\x1b[<%d;1;1m" % (button, button) for button in range(256)),
    "old protocols": b"\x1b[M   \x1b[M\xff\xff\xff\x1b[32;5;5M\x1b[0;5;5M",
    "wheel and drag": b"\x1b[<64;40;9M" * 50 + b"\x1b[<0;1;1M" + b"\x1b[<32;40;9M" * 50 + b"\x1b[<0;40;9m",
    "a double and a triple touch of a word": b"\x1b[<0;5;1M\x1b[<0;5;1m" * 3,
    "focus goes and comes": b"\x1b[O\x1b[I\x1b[O",
}
PASTES = {
    "with sequences inside": b"\x1b[200~12\x1b[31m\x11\x03\x1b[201~",
    "a large one": b"\x1b[200~" + "健診".encode() * 5000 + b"\x1b[201~",
    "one in the other": b"\x1b[200~\x1b[200~1\x1b[201~2\x1b[201~\x1b[201~",
    "without an end": b"\x1b[200~",
}
NASTY = {"keys": LEAVING, "broken": BROKEN, "sizes and places": SIZES_AND_PLACES, "pastes": PASTES}


class Counter:
    """A whole kiosk at a real terminal, in an environment that would drive and record it."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def home(self) -> None:
        """Bring it to the start screen, which it must still be able to do."""
        for way_back in (*WAYS_BACK, b""):
            self._paint_anew()
            if START in self.door.text:
                return
            self.door.send(way_back)
            self._until_quiet(0.4)
        pytest.fail(self.door.text[-2000:])

    def serves(self) -> None:
        """Somebody can begin, if at the second try: what was sent last may swallow a key."""
        for _ in range(5):
            self.home()
            self.door.fresh()
            self.door.send(b"1")
            if self.door.hears(TICKET, SOON):
                return
        pytest.fail(self.door.text[-2000:])

    def endures(self, sent: Mapping[str, bytes]) -> None:
        """All that, on the start screen and where something is typed, changes nothing for the next one."""
        for bring_there in (self.home, self.serves):
            bring_there()
            for name, octets in sent.items():
                self.door.send(octets)
                self.door.listen(LOOK_SECONDS)
                assert self.door.alive, name
        self.serves()

    def _paint_anew(self) -> None:
        self.door.resize(COLUMNS, ROWS - 1)
        self._until_quiet(0.1)
        self.door.fresh()
        self.door.resize(COLUMNS, ROWS)
        self.door.until(lambda: bool(self.door.text.strip()))
        self._until_quiet(0.05)

    def _until_quiet(self, seconds: float) -> None:
        while self.door.listen(seconds):
            pass


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    folder = tmp_path_factory.mktemp("counter")
    outside = folder / "outside"
    outside.mkdir()
    hostile = {
        "TEXTUAL": "devtools,debug,headless",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_DRIVER": "textual.drivers.headless_driver:HeadlessDriver",
        "TEXTUAL_LOG": str(outside / "log"),
        "TEXTUAL_PRESS": "1,2,3",
        "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(outside),
        "TEXTUAL_ALLOW_SIGNALS": "1",
    }
    with Door(kiosk_of(folder), environment=hostile, folder=outside) as door:
        door.until(START)
        yield Counter(door)
        assert door.alive, door.status
        assert b"Traceback" not in door.painted
        assert CLIPBOARD not in door.painted
        assert ALTERNATE_SCREEN_OFF not in door.painted
        assert list(outside.iterdir()) == []
        log = (folder / "state" / "log" / "kiosk.log").read_text(encoding="utf-8")
        assert "crash" not in log
        assert "trouble" not in log


@pytest.mark.parametrize("what", NASTY)
def test_nothing_that_is_sent_ends_it_or_leaves_it_deaf(counter: Counter, what: str) -> None:
    counter.endures(NASTY[what])


def test_garbage_does_not_end_it(counter: Counter) -> None:
    """Every octet is as likely as another, and those that mean something are likelier."""
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    pieces = [b"\x1b[", b"\x1b]", b"\x1b[<", b";", b"M", b"u", b"t", b"~", b"\x1b[200~", b"0", b"48;"]
    garbage = (chance.choice(pieces) if chance.random() < 0.5 else chance.randbytes(3) for _ in range(3000))
    counter.door.send(b"".join(garbage))
    counter.serves()


def test_no_signal_of_a_terminal_ends_or_stops_it(counter: Counter) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH, signal.SIGPIPE):
        for _ in range(20):
            counter.door.signal(number)
        counter.door.listen(LOOK_SECONDS)
        assert counter.door.alive, number
    counter.serves()


def test_the_terminal_sends_no_signal_and_echoes_nothing(counter: Counter) -> None:
    given, local = counter.door.flags()
    assert not local & (termios.ISIG | termios.ICANON | termios.ECHO)
    assert not given & (termios.IXON | termios.ICRNL)


def test_who_was_stopped_hears_each_key_once(counter: Counter) -> None:
    counter.serves()
    for _ in range(3):
        counter.door.signal(signal.SIGSTOP)
        counter.door.until(lambda: not counter.door.alive)
        counter.door.signal(signal.SIGCONT)
        counter.door.until(lambda: counter.door.alive)
    counter.door.send(b"7")
    counter.door.listen(0.5)
    counter.door.resize(COLUMNS, ROWS - 1)
    counter.door.until("あと10けた")
    counter.serves()


def test_no_window_ends_it(counter: Counter) -> None:
    for size in ((1, 1), (2, 500), (10_000, 1_000), (0, 0), (65_535, 65_535), (79, 23)):
        counter.door.resize(*size)
        counter.door.listen(0.2)
        counter.door.send(b"1\x1b[<0;1;1M\x1b[<0;1;1m")
        assert counter.door.alive, size
    counter.serves()


def test_a_storm_of_sizes_passes(counter: Counter) -> None:
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    for _ in range(300):
        counter.door.resize(chance.randrange(1, 240), chance.randrange(1, 80))
        counter.door.listen(0.002)
    counter.serves()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_staff_end_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with Door(kiosk_of(tmp_path)) as door:
        door.until(START)
        door.signal(number)
        door.until(lambda: not door.alive)
        door.listen()
        assert door.status == 0
        assert b"Traceback" not in door.painted
        assert ALTERNATE_SCREEN_OFF in door.painted
        local = door.flags()[1]
        assert local & termios.ECHO
        assert local & termios.ICANON
