"""The card part through pcscd: commands, bytes, and the time over bare transmits of the same commands.

Twice: with a card that takes as long for a command as a chip does, which the promise is about, and with the virtual
card as it is, which answers in some 0.1 ms and so shows what the kiosk adds and nothing else.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterable, Sequence
from datetime import date

from hardware.card.apdu import Exchange
from hardware.card.pcsc import PcscConnection
from hardware.card.reader import PcscReader
from hardware.virtual.card import VirtualCard, my_number_card
from hardware.virtual.card_spec import CardSpec
from hardware.virtual.pcscd import virtual_readers
from hardware.virtual.vpcd import VirtualSlot
from kiosk.checkin.person import Person, Sex
from kiosk.ports.card import Pin

CHIP_SECONDS = 0.015
"""What a chip takes for one command, by the model of public measurements."""
CHIP_ROUNDS, INSTANT_ROUNDS = 20, 60
LIMIT = 1.2
MOST_COMMANDS = 13
PIN = "1234"
PERSON = Person("見本　太郎", date(1970, 1, 2), Sex.MALE, address="見本県架空市例示町一丁目二番三号")
READER = "Virtual PCD 00 00"


async def read_once(reader: PcscReader) -> float:
    """Seconds from the first command to the four items, without connecting."""
    async with reader.session() as card:
        began = time.perf_counter()
        await card.facts()
        await card.person_by_pin(Pin.typed(PIN))
        return time.perf_counter() - began


def transmit_bare(name: str, exchanges: Sequence[Exchange]) -> float:
    """Seconds for the same commands, sent one after the other and not looked at."""
    connection = PcscConnection(name)
    try:
        commands = [exchange.command for exchange in exchanges]
        began = time.perf_counter()
        for command in commands:
            connection.transmit(command)
        return time.perf_counter() - began
    finally:
        connection.close()


class ChipCard(VirtualCard):
    """A card that takes its time."""

    def process(self, command: bytes) -> bytes:
        """As the card does, after what a chip takes."""
        time.sleep(CHIP_SECONDS)
        return super().process(command)


async def _pairs(card: VirtualCard, rounds: int, tape: Sequence[Exchange], name: str) -> list[tuple[float, float]]:
    """Seconds of our reads and of the bare transmits, taken in turn."""
    pairs = []
    with VirtualSlot() as slot:
        slot.insert(card)
        async with PcscReader(READER) as reader:
            await reader.inserted()
            for _ in range(rounds):
                ours = await read_once(reader)
                pairs.append((ours, await asyncio.to_thread(transmit_bare, name, tape)))
    return pairs


async def _record() -> list[Exchange]:
    tape: list[Exchange] = []
    with VirtualSlot() as slot:
        slot.insert(my_number_card(PERSON, pin=PIN))
        async with PcscReader(READER, tape=tape.append) as recorder:
            await recorder.inserted()
            await read_once(recorder)
    return tape


async def _measure() -> dict[str, object]:
    name = next(name for name in virtual_readers() if name.startswith(READER))
    tape = await _record()
    instant = await _pairs(my_number_card(PERSON, pin=PIN), INSTANT_ROUNDS, tape, name)
    chip = await _pairs(ChipCard(CardSpec(person=PERSON, pin=PIN)), CHIP_ROUNDS, tape, name)
    ratio = _ratio(chip)
    return {
        "what": f"card part through pcscd over bare transmits, {CHIP_ROUNDS} pairs, {CHIP_SECONDS} s a command",
        "commands": len(tape),
        "most_commands": MOST_COMMANDS,
        "bytes_sent": sum(len(exchange.command) for exchange in tape),
        "bytes_received": sum(len(exchange.response) for exchange in tape),
        "ours_ms": _milliseconds(ours for ours, _ in chip),
        "bare_ms": _milliseconds(floor for _, floor in chip),
        "ratio": ratio,
        "limit": LIMIT,
        "instant_card": {
            "ours_ms": _milliseconds(ours for ours, _ in instant),
            "bare_ms": _milliseconds(floor for _, floor in instant),
            "ratio": _ratio(instant),
        },
        "kept": ratio <= LIMIT and len(tape) <= MOST_COMMANDS,
    }


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    return round(statistics.median(ours / floor for ours, floor in pairs), 3)


def _milliseconds(seconds: Iterable[float]) -> float:
    return round(1000 * statistics.median(seconds), 2)


def measure() -> dict[str, object]:
    """Counts and the median ratios. A pcscd with virtual readers has to run."""
    return asyncio.run(_measure())
