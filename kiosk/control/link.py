"""One open connection to a kiosk: requests and their answers, matched by their numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass, replace
from typing import Self

from kiosk.control.messages import (
    VERSION,
    Answer,
    Beat,
    Follow,
    Hello,
    NotUnderstood,
    Refused,
    Request,
    TerminalAnswer,
    Welcome,
    read_answer,
    read_greeting,
    to_line,
)
from kiosk.ports.board import BoardFailure, Refusal, TerminalView
from kiosk.ports.staff_name import NO_NAME

GREETING_SECONDS = 20.0
"""For ssh to get there, and the kiosk to say welcome."""
BROKEN = "端末との線が切れました。済んだかどうか画面で確かめ、済んでいなければもう一度行ってください"


@dataclass(frozen=True, slots=True)
class Streams:
    """What the kiosk says, and what is said to it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class Link:
    """A connection that was welcomed."""

    def __init__(self, streams: Streams, welcome: Welcome, held: AsyncExitStack) -> None:
        self.welcome = welcome
        self._streams = streams
        self._held = held
        self._numbers = 0
        self._waiting: dict[int, asyncio.Queue[Answer | None]] = {}
        self._reading = asyncio.create_task(self._read(), name="control answers")

    @classmethod
    async def begin(cls, connection: AbstractAsyncContextManager[Streams], name: str | None) -> Self:
        """Connect and say hello. Raises OSError when nobody is there, BoardFailure when somebody refuses."""
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(GREETING_SECONDS):
                    streams = await held.enter_async_context(connection)
                    streams.writer.write(to_line(Hello(version=VERSION, name=name)))
                    await streams.writer.drain()
                    greeting = read_greeting(await streams.reader.readline())
            except NotUnderstood as gone:
                raise ConnectionAbortedError from gone
            except ValueError as wrong:
                raise BoardFailure(Refusal.NOT_UNDERSTOOD, NO_NAME) from wrong
            if isinstance(greeting, Refused):
                raise BoardFailure(greeting.refusal, greeting.words)
            return cls(streams, greeting, held.pop_all())

    @property
    def open(self) -> bool:
        """Whether the kiosk has not hung up."""
        return not self._reading.done()

    def next_number(self) -> int:
        """For the next request."""
        self._numbers += 1
        return self._numbers

    async def ask(self, request: Request, seconds: float) -> Answer:
        """The answer. Raises BoardFailure UNREACHABLE; then nobody knows whether it was done."""
        answers = self._expect(request.id)
        try:
            async with asyncio.timeout(seconds):
                await self._send(request)
                answer = await answers.get()
        except TimeoutError:
            await self.aclose()
            answer = None
        finally:
            self._waiting.pop(request.id, None)
        if answer is None:
            raise BoardFailure(Refusal.UNREACHABLE, BROKEN)
        return answer

    async def views(self, silence: float) -> AsyncIterator[TerminalView]:
        """How the terminal is, again and again, until the line breaks or is silent for so many seconds.

        Each sign of life counts: a view that did not change comes again with the time of it. Raises BoardFailure.
        """
        number = self.next_number()
        answers = self._expect(number)
        view: TerminalView | None = None
        try:
            await self._send(Follow(id=number))
            while True:
                async with asyncio.timeout(silence):
                    answer = await answers.get()
                if isinstance(answer, TerminalAnswer):
                    view = answer.view
                    yield view
                elif isinstance(answer, Beat) and view is not None:
                    view = replace(view, as_of=answer.at)
                    yield view
                elif isinstance(answer, Refused):
                    raise BoardFailure(answer.refusal, answer.words)
                elif answer is None:
                    return
        except TimeoutError:
            await self.aclose()
        finally:
            self._waiting.pop(number, None)

    async def aclose(self) -> None:
        """Hang up."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        with suppress(OSError):
            await self._held.aclose()

    def _expect(self, number: int) -> asyncio.Queue[Answer | None]:
        answers: asyncio.Queue[Answer | None] = asyncio.Queue()
        self._waiting[number] = answers
        if not self.open:
            answers.put_nowait(None)
        return answers

    async def _send(self, request: Request) -> None:
        try:
            self._streams.writer.write(to_line(request))
            await self._streams.writer.drain()
        except OSError as gone:
            raise BoardFailure(Refusal.UNREACHABLE, BROKEN) from gone

    async def _read(self) -> None:
        """Hand each answer to whoever waits for it; at the end all are told."""
        try:
            while line := await self._streams.reader.readline():
                answer = read_answer(line)
                waiting = self._waiting.get(answer.id) if answer.id is not None else None
                if waiting is not None:
                    waiting.put_nowait(answer)
        except (OSError, ValueError, NotUnderstood):
            return  # a line that broke, or one that nobody here understands
        finally:
            for waiting in self._waiting.values():
                waiting.put_nowait(None)
