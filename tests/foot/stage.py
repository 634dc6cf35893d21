"""The kiosk's screens on a terminal, one after the other as it is told: `python -m tests.foot.stage SOCKET`.

It stands on the terminal as the kiosk does, and talks with its director over a socket that it inherits: a command
comes as a line of JSON, its answer is one.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from dataclasses import asdict, replace
from itertools import takewhile
from typing import Any, assert_never

from rich.color_triplet import ColorTriplet
from rich.segment import Segment

from kiosk.checkin.language import Language
from kiosk.locale import speak
from kiosk.ports.examinee import AskStart, Question, Step, Working
from screens.course import Stage
from screens.registry import SCREENS
from screens.working import WorkingScreen
from tests.foot.show import Beyond, Colour, Glyphs
from tests.screens.sitting import EVERY_QUESTION, Sitting, sitting

SIXEL = "\x1bP"
"""How dots are announced to a terminal (DCS)."""
_FOR_EVER = 10**6
"""Seconds; nobody walks away from this kiosk."""


class Director:
    """What the director may ask for; each method is a command and gives its answer."""

    def __init__(self, here: Sitting) -> None:
        self._here = here

    async def show(self, name: str, language: str, keys: str) -> None:
        """Show that in that language, type keys, and let nothing move."""
        here, app = self._here, self._here.app
        if app.large:
            app.toggle_large()
        if app.furigana:
            app.toggle_furigana()
        speak(Language(language))
        beyond = Beyond(name) if name in (one.value for one in Beyond) else None
        match beyond:
            case None:
                await self._ask(EVERY_QUESTION[name])
            case Beyond.WORKING:
                await self._ask(EVERY_QUESTION["confirm"])
                screen = WorkingScreen(Working(Step.QUERY, tuple(Step)), app)
                app.put(screen)
                await here.until(lambda: app.screen is screen and screen.is_mounted)
            case Beyond.IDLE_WARNING:
                await self._ask(EVERY_QUESTION["brought"])
                here.screen.warn()
            case Beyond.OPTIONS:
                await self._ask(EVERY_QUESTION["brought"])
                here.screen.open_options()
            case Beyond.LARGE:
                await self._ask(EVERY_QUESTION["brought"])
                app.toggle_large()
            case Beyond.FURIGANA:
                await self._ask(EVERY_QUESTION["pin"])
                app.toggle_furigana()
            case _:
                assert_never(beyond)
        app.speak_in(Language(language))  # the start screen has gone back to the site's own
        await here.pilot.pause()
        if keys:
            await here.strike(keys)
        for node in app.screen.walk_children(with_self=True):
            for timer in list(node._timers):
                timer.pause()

    async def _ask(self, question: Question[Any]) -> None:
        """As the next one of somebody who has met every part of the check-in before it."""
        course, stage = self._here.app.course, SCREENS[type(question)].STAGE
        course.begin_anew()
        for met in takewhile(lambda part: part is not stage, Stage):
            course.reach(met, back=False)
        await self._here.face(question)

    async def look(self, mark: str) -> list[list[dict[str, Any]]]:
        """What should stand there, cell by cell; the mark becomes the terminal's title after all of it."""
        await self._here.pilot.pause()
        driver = self._here.app._driver
        assert driver is not None
        driver.write(f"\x1b]2;{mark}\x07")
        driver.flush()
        return [[asdict(piece) for piece in _glyphs(line)] for line in self._here.lines()]

    async def outcome(self) -> str:
        """What the question came back with."""
        return repr(await self._here.answered())

    async def place(self, selector: str) -> list[int]:
        """Column and row of the middle of what stands there."""
        region = self._here.app.screen.query_one(selector).region
        return [region.x + region.width // 2, region.y + region.height // 2]


def _glyphs(line: list[Segment]) -> list[Glyphs]:
    """A line's text in the colours in which it stands there."""
    pieces: list[Glyphs] = []
    for segment in line:
        style = segment.style
        if SIXEL in segment.text:
            pieces[-1] = replace(pieces[-1], sixel=segment.text)
        elif not segment.control and style is not None:
            ink = _colour(style.color.get_truecolor()) if style.color else None
            ground = _colour(style.bgcolor.get_truecolor(foreground=False)) if style.bgcolor else None
            if style.reverse:
                ink, ground = ground, ink
            pieces.append(Glyphs(segment.text, ink, ground, bool(style.bold), bool(style.underline or style.strike)))
    return pieces


def _colour(triplet: ColorTriplet) -> Colour:
    return triplet.red, triplet.green, triplet.blue


async def _play(commands: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=commands)
    async with sitting(AskStart(), None, idle_seconds=_FOR_EVER, result_seconds=_FOR_EVER) as here:
        director = Director(here)
        while line := await reader.readline():
            command, *arguments = json.loads(line)
            try:
                answer = {"answer": await getattr(director, command)(*arguments)}
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()


if __name__ == "__main__":
    asyncio.run(_play(socket.socket(fileno=int(sys.argv[1]))))
