"""One fault in one step of a check-in, and what came of it: the cells of the matrix."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from kiosk.gateway.people import by_key
from kiosk.rehearsal.faults import Fault, Lasts, Troubled
from kiosk.rehearsal.matrix import Cell, Result, Step
from kiosk.station.wiring.fault_tables import CODES, SERVICE
from kiosk.station.wiring.trial import NEXT, TROUBLED, Reached, Trial


def striking(one: Trial, cell: Cell, struck: list[Cell] | None = None) -> Reached:
    """What lets the fault strike, once, when its step is reached; `struck` is told."""
    told: list[Cell] = [] if struck is None else struck

    async def reached(step: Step) -> None:
        if step is cell.step and not told:
            told.append(cell)
            await _strike(one, cell)

    return reached


async def play_cell(one: Trial, cell: Cell) -> Result:
    """Let the fault strike when that step is reached, put it right afterwards, and let the next person come."""
    struck: list[Cell] = []
    one.probe.lately = 0.0
    before = await asyncio.to_thread(one.record)
    ending = await one.visit(TROUBLED, striking(one, cell, struck))
    after = await asyncio.to_thread(one.record)
    await one.injector.clear()
    recovery = await one.ready()
    following = await one.visit(NEXT)
    afterwards = await asyncio.to_thread(one.record)
    blocked = one.probe.lately
    ending = replace(ending, reached=bool(struck))
    return Result(cell, ending, before, after, following, afterwards, recovery, blocked)


async def _strike(one: Trial, cell: Cell) -> None:
    """A code that comes in the middle of another step is typed by a scanner that is a keyboard."""
    fault = cell.fault
    if fault.device is Troubled.SCANNER and fault.lasts is Lasts.ONCE and cell.step is not Step.TICKET:
        for read in CODES[fault](str(by_key(TROUBLED.person).ticket(one.today))):
            await one.hands.burst(read)
        return
    await one.injector.strike(fault)
    if fault is Fault.GATEWAY_DIFFERS:
        health = await one.terminal.qualifier.health()
        if health.at is not None:
            one.terminal.clock.hear(health.at)


async def play_cells(one: Trial, cells: Sequence[Cell], on_done: Callable[[Result], None]) -> int:
    """Play cell after cell, until one gets stuck; how many were played."""
    for place, cell in enumerate(cells, start=1):
        result = await play_cell(one, cell)
        on_done(result)
        if result.ending.stuck_at or result.next_person.stuck_at or result.recovery is None:
            return place
    return len(cells)


def needs_own_pcscd(fault: Fault) -> bool:
    """Whether pcscd itself is harmed."""
    return fault in SERVICE
