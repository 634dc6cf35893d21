"""Keys where no scanner types: each is a finger's, and reaches the screen at once."""

from __future__ import annotations

from textual import events

from kiosk.checkin.ways import Brought
from kiosk.ports.card import Pin
from kiosk.ports.examinee import AskBrought, AskNumber, AskPin, Confirm, Document, Typed, Wanted
from screens.burst import GAP_SECONDS, WAIT_SECONDS
from tests.screens.sitting import AT_ONCE, EVERY_QUESTION, sitting


async def test_no_key_waits_for_a_scanner() -> None:
    async with sitting(AskPin(3), scans_as_keys=False) as here:
        here.app.post_message(events.Key("7", "7"))
        await here.pilot.pause()
        assert here.app.settled
        assert len(here.screen.fields[0].entry) == 1  # type: ignore[attr-defined]  # it is the PIN's screen


async def test_digits_come_in_their_order_however_fast() -> None:
    async with sitting(AskPin(3), scans_as_keys=False) as here:
        await here.strike([*"4821", "enter"], AT_ONCE)
        pin = await here.answered()
        assert isinstance(pin, Pin)
        assert bytes(pin.octets) == b"4821"


async def test_a_key_that_bounces_counts_once() -> None:
    async with sitting(AskPin(3), scans_as_keys=False) as here:
        await here.strike("77", GAP_SECONDS / 2)
        assert len(here.screen.fields[0].entry) == 1  # type: ignore[attr-defined]  # it is the PIN's screen
        await here.strike("77", GAP_SECONDS * 1.1)
        assert len(here.screen.fields[0].entry) == 3  # type: ignore[attr-defined]  # it is the PIN's screen


async def test_backspace_held_down_erases_every_time() -> None:
    async with sitting(AskNumber(Wanted.NUMBER, Document.ANY), scans_as_keys=False) as here:
        await here.strike([*"123456", *["backspace"] * 5], GAP_SECONDS * 0.8)
        await here.strike(["enter"])
        assert await here.answered() == Typed("1")


async def test_a_key_that_types_nothing_is_not_heard() -> None:
    """foot tells of each with the Kitty protocol: one between two bounces does not make two of them."""
    async with sitting(AskPin(3), scans_as_keys=False) as here:
        await here.strike(["7", "left_shift", "7"], GAP_SECONDS / 3)
        assert len(here.screen.fields[0].entry) == 1  # type: ignore[attr-defined]  # it is the PIN's screen


async def test_a_trembling_finger_does_not_answer_the_next_question() -> None:
    confirm = EVERY_QUESTION["confirm"]
    assert isinstance(confirm, Confirm)
    async with sitting(AskBrought(), scans_as_keys=False) as here:
        await here.strike("1")
        assert await here.answered() is Brought.MY_NUMBER_CARD
        await here.face(confirm)
        late, chosen = events.Key("1", "1"), events.Key("2", "2")
        late.time = here.last_key + WAIT_SECONDS * 0.9
        here.app.post_message(late)
        await here.pilot.pause()
        assert not here.outcome.done()
        chosen.time = late.time + WAIT_SECONDS * 1.1
        here.app.post_message(chosen)
        assert await here.answered() is not None
