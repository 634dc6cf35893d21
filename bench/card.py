"""The card part through pcscd: commands, bytes, and the time over bare transmits of the same commands."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from datetime import date

from hardware.card.apdu import Exchange
from hardware.card.pcsc import PcscConnection
from hardware.card.reader import PcscReader
from hardware.virtual.card import my_number_card
from hardware.virtual.pcscd import virtual_readers
from hardware.virtual.vpcd import VirtualSlot
from kiosk.checkin.person import Person, Sex
from kiosk.ports.card import Pin

ROUNDS = 60
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


async def _measure() -> dict[str, object]:
    tape: list[Exchange] = []
    name = next(name for name in virtual_readers() if name.startswith(READER))
    with VirtualSlot() as slot:
        slot.insert(my_number_card(PERSON, pin=PIN))
        async with PcscReader(READER, tape=tape.append) as recorder:
            await recorder.inserted()
            await read_once(recorder)
        pairs = []
        async with PcscReader(READER) as reader:
            await reader.inserted()
            for _ in range(ROUNDS):
                ours = await read_once(reader)
                pairs.append((ours, await asyncio.to_thread(transmit_bare, name, tape)))
    ratios = [ours / floor for ours, floor in pairs]
    return {
        "what": f"card part through pcscd over bare transmits of the same commands, {ROUNDS} pairs",
        "commands": len(tape),
        "most_commands": MOST_COMMANDS,
        "bytes_sent": sum(len(exchange.command) for exchange in tape),
        "bytes_received": sum(len(exchange.response) for exchange in tape),
        "ours_ms": round(1000 * statistics.median(ours for ours, _ in pairs), 2),
        "bare_ms": round(1000 * statistics.median(floor for _, floor in pairs), 2),
        "ratio": round(statistics.median(ratios), 2),
        "limit": LIMIT,
        "kept": statistics.median(ratios) <= LIMIT and len(tape) <= MOST_COMMANDS,
    }


def measure() -> dict[str, object]:
    """Counts and the median ratio. A pcscd with virtual readers has to run."""
    return asyncio.run(_measure())
