"""Nothing that comes over a line to the board ends it or leaves it deaf, but what a clerk means by it."""

from __future__ import annotations

import random
import signal
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events

from kiosk.checkin.settlement import LONGEST_NOTE
from kiosk.station.wiring.house import configure
from screens.driver import Ear
from screens.staff.base import MOST_DIGITS
from screens.staff.driver import LONGEST_PASTE, BoardDriver
from tests.lockdown.door import LOOK_SECONDS, Door
from tests.lockdown.test_door import ALTERNATE_SCREEN_OFF, BROKEN, CLIPBOARD, PASTES, SEED, SIZES_AND_PLACES
from tests.staff.sitting import sitting

SIZE = (80, 24)
LIST, HELP = "つながりません", "数字と Enter"
SOON = 3.0
"""Seconds for the next screen; then it is tried again."""
ATTACKS = {"broken": BROKEN, "sizes and places": SIZES_AND_PLACES, "pastes": PASTES}
LEAVING = b"qQ\x03"
"""What a clerk leaves with, also when it is chance that strikes it."""


def board_in(folder: Path) -> Door:
    """The board of a terminal that is down."""
    config = configure(folder, gateway="http://127.0.0.1:9", printer=f"virtual:{folder}")
    return Door([sys.executable, "-I", "-m", "kiosk", "--config", str(config), "staff"], size=SIZE, folder=folder)


class Clerk:
    """Somebody at the board."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def sees(self) -> str:
        """The screen, painted anew."""
        self.door.resize(SIZE[0], SIZE[1] + 1)
        self._until_quiet(0.1)
        self.door.fresh()
        self.door.resize(*SIZE)
        self.door.until(lambda: bool(self.door.text.strip()))
        self._until_quiet(0.2)
        return self.door.text

    def is_served(self) -> None:
        """The help opens and closes, if at the second try: what was sent last may swallow a key."""
        for _ in range(8):
            self.door.send(b"\x1b")
            self.door.listen(0.4)
            self.door.fresh()
            self.door.send(b"?")
            if self.door.hears(HELP, SOON):
                self.door.send(b"\x1b")
                self.door.listen(0.4)
                return
        pytest.fail(self.sees()[-2000:])

    def _until_quiet(self, seconds: float) -> None:
        while self.door.listen(seconds):
            pass


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clerk]:
    with board_in(tmp_path_factory.mktemp("board")) as door:
        door.until(LIST)
        yield Clerk(door)
        assert door.alive, door.status
        assert b"Traceback" not in door.painted
        assert CLIPBOARD not in door.painted
        assert ALTERNATE_SCREEN_OFF not in door.painted


@pytest.mark.parametrize("what", ATTACKS)
def test_nothing_that_is_sent_ends_it_or_leaves_it_deaf(clerk: Clerk, what: str) -> None:
    for name, octets in ATTACKS[what].items():
        clerk.door.send(octets)
        clerk.door.listen(LOOK_SECONDS)
        assert clerk.door.alive, name
    clerk.is_served()


def test_garbage_does_not_end_it(clerk: Clerk) -> None:
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    pieces = [b"\x1b[", b"\x1b]", b"\x1b[<", b";", b"M", b"t", b"~", b"\x1b[200~", b"0", b"48;"]
    garbage = b"".join(chance.choice(pieces) if chance.random() < 0.5 else chance.randbytes(3) for _ in range(3000))
    clerk.door.send(garbage.translate(None, LEAVING + b"u"))  # with a u a number is a letter, also one of these
    clerk.is_served()


def test_no_window_ends_it(clerk: Clerk) -> None:
    for size in ((1, 1), (2, 500), (10_000, 1_000), (0, 0), (65_535, 65_535), (79, 23)):
        clerk.door.resize(*size)
        clerk.door.listen(0.2)
        clerk.door.send(b"\x1b[B")
        assert clerk.door.alive, size
    clerk.door.resize(*SIZE)
    clerk.is_served()


def test_signals_that_a_terminal_sends_neither_end_nor_stop_it(clerk: Clerk) -> None:
    for number in (signal.SIGQUIT, signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH, signal.SIGPIPE):
        for _ in range(20):
            clerk.door.signal(number)
        clerk.door.listen(LOOK_SECONDS)
        assert clerk.door.alive, number
    clerk.is_served()


def test_the_terminal_sends_no_signal_and_echoes_nothing(clerk: Clerk) -> None:
    given, local = clerk.door.flags()
    assert not local & (termios.ISIG | termios.ICANON | termios.ECHO)
    assert not given & (termios.IXON | termios.ICRNL)


@pytest.mark.parametrize("leaves", [b"q", b"\x03", b"\x1b[99;5u", *(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)])
def test_it_is_left_in_order(tmp_path: Path, leaves: bytes | signal.Signals) -> None:
    with board_in(tmp_path) as door:
        door.until(LIST)
        if isinstance(leaves, bytes):
            door.send(leaves)
        else:
            door.signal(leaves)
        door.until(lambda: not door.alive)
        door.listen()
        assert door.status == 0
        assert b"Traceback" not in door.painted
        assert b"Aborted" not in door.painted
        assert ALTERNATE_SCREEN_OFF in door.painted
        assert door.flags()[1] & (termios.ECHO | termios.ICANON | termios.ISIG)


def heard(*octets: bytes) -> list[str]:
    ear = Ear(touches=False, longest_paste=LONGEST_PASTE)
    said = [one for some in octets for one in ear.hear(some)]
    return [f"pasted {one.text}" if isinstance(one, events.Paste) else getattr(one, "key", repr(one)) for one in said]


async def test_it_hears_with_its_own_driver_keys_and_pastes_and_no_touch() -> None:
    async with sitting() as here:
        assert here.app.driver_class is BoardDriver
    assert heard(b"\x1b[<0;5;5M\x1b[<0;5;5m\x1b[<64;5;5M", b"7") == ["7"]


def test_a_paste_is_one_text_whatever_is_in_it_and_however_it_comes() -> None:
    assert heard(b"\x1b[20", b"0~q\x03\x1b[31m", "健".encode()[:1], "健".encode()[1:] + b"\x1b[20", b"1~7") == [
        "pasted q\x03\x1b[31m健",
        "7",
    ]


def test_of_a_paste_no_more_is_kept_than_is_of_use() -> None:
    assert max(LONGEST_NOTE, MOST_DIGITS) < LONGEST_PASTE
    assert heard(b"\x1b[200~" + b"x" * 100_000 + b"\x1b[201~7") == ["pasted " + "x" * LONGEST_PASTE, "7"]


def test_a_paste_without_an_end_is_over_with_the_next_key_and_a_flood_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("screens.driver.monotonic", lambda: now[0])
    ear = Ear(touches=False, longest_paste=LONGEST_PASTE)

    def at(seconds: float, octets: bytes) -> list[str]:
        now[0] = seconds
        return [getattr(one, "key", repr(one)) for one in ear.hear(octets)]

    assert at(0, b"\x1b[200~" + b"y" * 4096) == []
    assert at(0.9, b"y") == []
    assert at(1.8, b"y" * 4096) == [], "it still flows"
    assert at(2.5, b"?") == ["question_mark"], "and this is a key"
    assert at(3, b"\x1b[200~y") == []
    assert at(4.1, b"7" * 240) == ["7"] * 240, "a scanner, after a silence"
