"""Plays scenario after scenario on a stage, and takes down how they ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date

from kiosk.gateway.people import by_key
from kiosk.ports.examinee import AskStart, ShowResult
from kiosk.rehearsal.actor import Actor
from kiosk.rehearsal.report import Performance
from kiosk.rehearsal.scenario import Scenario, Site, Trouble
from kiosk.rehearsal.stage import Stage, Watched
from kiosk.rehearsal.timing import Part, Stopwatch

PATIENCE_SECONDS = 60.0
"""How long the kiosk may take to its next question; its own deadlines are all shorter."""
IsGenuine = Callable[[str, str], bool]
"""Whether a QR (first) is signed by this terminal for the number (second)."""


async def play(
    scenarios: Sequence[Scenario],
    stage: Stage,
    watched: Watched,
    watch: Stopwatch,
    today: date,
    is_genuine: IsGenuine,
    on_done: Callable[[Performance], None],
) -> list[Performance]:
    """Play the scenarios one after the other; one that gets stuck is the last.

    The kiosk has to serve `watched` already: its first question is its start screen.
    """
    performances: list[Performance] = []
    question = await watched.asked.get()
    site = Site.USUAL
    for scenario in scenarios:
        if scenario.site is not site:
            site = scenario.site
            await stage.become(site)
            question = await watched.asked.get()
        await stage.trouble(scenario.trouble)
        watch.reset()
        actor = Actor(scenario, by_key(scenario.person), stage, today)
        result: ShowResult | None = None
        stuck_at = ""
        while not stuck_at:
            if isinstance(question, ShowResult):
                result = question
            asked = question
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await actor.answer(asked)
                    question = await watched.asked.get()
            except TimeoutError:
                stuck_at = type(asked).__name__
            if isinstance(question, AskStart) and not isinstance(asked, AskStart):
                break
        performances.append(_taken_down(scenario, result, stage, watch, is_genuine, stuck_at))
        on_done(performances[-1])
        await stage.pull_card()
        if stuck_at:
            break
    await stage.trouble(Trouble.NONE)
    return performances


def _taken_down(
    scenario: Scenario,
    result: ShowResult | None,
    stage: Stage,
    watch: Stopwatch,
    is_genuine: IsGenuine,
    stuck_at: str,
) -> Performance:
    number = str(result.number) if result and result.number else ""
    qr = stage.qr_of_last_slip()
    return Performance(
        scenario=scenario,
        code=result.code if result else "",
        number=number,
        qr_decoded=qr is not None and is_genuine(qr, number),
        seconds=dict(watch.seconds),
        machine_seconds=_machine_seconds(watch),
        stuck_at=stuck_at,
    )


def _machine_seconds(watch: Stopwatch) -> float | None:
    """Card part, and everything from the last answer of the examinee to the last byte of the slip."""
    marks = watch.marks
    if Part.CARD not in watch.seconds or not {"answered", "printed"} <= marks.keys():
        return None
    return watch.seconds[Part.CARD] + marks["printed"] - marks["answered"]
