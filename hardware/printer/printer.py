"""A receipt printer that speaks ESC/POS."""

from __future__ import annotations

import asyncio
import contextlib
import time

from hardware.printer.commands import FORGET
from hardware.printer.escpos import bands, encode
from hardware.printer.proof import load_libraries, prove
from hardware.printer.status import Topic, is_answer, judge
from hardware.printer.text import encode_text, prove_text
from hardware.printer.transport import Line, Transport
from kiosk.ports.printer import PaperState, PrinterFailure, PrinterFault, Slip

STATUS_SECONDS = 0.3
"""How long an idle printer is given for an answer; those that answer do so within a few milliseconds."""
FORGET_SECONDS = 0.5
ASK_AGAIN_AFTER = 20
"""Jobs after which a printer that did not answer is asked again: perhaps it was still starting."""


class EscposPrinter:
    """The port `Printer`: asks, sends, and asks again, because a printer without paper still swallows every byte.

    A printer that answered before a job must answer after it: on the line the question stands behind the slip. One that
    never answers is trusted, and hardly asked.
    """

    def __init__(
        self,
        transport: Transport,
        head_dots: int,
        deadline: float,
        *,
        cut: bool,
        text: bool = False,
        status_seconds: float = STATUS_SECONDS,
    ) -> None:
        """`deadline` in seconds for a whole job; with `text` the slip goes out in the printer's own letters."""
        self._transport = transport
        self._head_dots = head_dots
        self._deadline = deadline
        self._cut = cut
        self._text = text
        self._status_seconds = status_seconds
        self._one_at_a_time = asyncio.Lock()
        self._answered: tuple[Topic, ...] = tuple(Topic)
        """What this printer answers, as far as known."""
        self._ever_answered = False
        """Then silence is a mishap that may pass, not its nature."""
        self._jobs_until_asked = 0
        """Jobs for which it is not asked what it has not answered."""

    async def print(self, slip: Slip) -> None:
        """Print and cut. Raises PrinterFailure; nothing of the slip was sent when its QR cannot be read in the bytes
        or the printer said beforehand that it cannot print.
        """
        async with self._one_at_a_time:
            data = await asyncio.to_thread(self._proven, slip)
            ends = time.monotonic() + self._deadline
            async with self._transport.open(self._deadline) as line:
                before = await self._state_before(line)
                _refuse(before)
                try:
                    for band in bands(data):
                        await line.send(band, _left(ends))
                    if before is not PaperState.UNKNOWN:
                        _refuse(await self._state_after(line, _left(ends)))
                except PrinterFailure as failure:
                    await _let_forget(line)
                    if failure.fault is PrinterFault.UNREACHABLE:
                        raise PrinterFailure(PrinterFault.BROKE_OFF) from failure
                    raise

    async def paper(self) -> PaperState:
        """What the printer says of itself now, between two jobs; UNKNOWN when it does not answer.

        Raises PrinterFailure when there is no line to it.
        """
        async with self._one_at_a_time, self._transport.open(self._deadline) as line:
            self._jobs_until_asked = 0
            return await self._state_before(line)

    async def warm_up(self) -> None:
        """Load the libraries, so that the first examinee does not wait for them."""
        await asyncio.to_thread(load_libraries)

    def _proven(self, slip: Slip) -> bytes:
        if slip.image.width != self._head_dots:
            # The head would lose the rest of every row, and with it the QR.
            raise PrinterFailure(PrinterFault.QR_UNREADABLE)
        if self._text:
            data = encode_text(slip, cut=self._cut)
            prove_text(data, slip)
            return data
        data = encode(slip.image, cut=self._cut)
        prove(data, slip)
        return data

    async def _state_before(self, line: Line) -> PaperState:
        if self._jobs_until_asked == 0:
            self._answered = tuple(Topic)
        else:
            self._jobs_until_asked -= 1
        answers = await _ask(line, self._answered, self._status_seconds, self._status_seconds)
        self._ever_answered = self._ever_answered or bool(answers)
        if len(answers) < len(self._answered) and (answers or not self._ever_answered):
            self._answered = tuple(answers)
            self._jobs_until_asked = ASK_AGAIN_AFTER
        return judge(answers)

    async def _state_after(self, line: Line, within: float) -> PaperState:
        """The first answer takes as long as the printing. Raises PrinterFailure TIMED_OUT when it does not come."""
        answers = await _ask(line, self._answered, within, min(within, self._status_seconds))
        if not answers:
            raise PrinterFailure(PrinterFault.TIMED_OUT)
        return judge(answers)


async def _ask(line: Line, topics: tuple[Topic, ...], first: float, further: float) -> dict[Topic, int]:
    """Ask one by one until one is not answered; the first answer has `first` seconds, all others `further` together."""
    answers: dict[Topic, int] = {}
    ends = time.monotonic() + first
    if topics:
        await line.receive(0)  # What came late is no answer to what is asked now.
    for topic in topics:
        await line.send(topic.question, _left(ends))
        answer = await _answer(line, ends)
        if answer is None:
            break
        if not answers:
            ends = time.monotonic() + further
        answers[topic] = answer
    return answers


async def _answer(line: Line, ends: float) -> int | None:
    """The next byte that can be an answer; what a printer sends unasked is passed over."""
    while (left := ends - time.monotonic()) > 0:
        came = await line.receive(left)
        found = [octet for octet in came if is_answer(octet)]
        if found:
            return found[-1]
    return None


async def _let_forget(line: Line) -> None:
    """A slip that failed is printed again as a whole or not at all, never half of it when the paper is changed."""
    with contextlib.suppress(PrinterFailure):  # the line that failed may be gone
        await line.send(FORGET, FORGET_SECONDS)


def _refuse(state: PaperState) -> None:
    """Raises PrinterFailure when the printer cannot print."""
    if state is PaperState.OUT:
        raise PrinterFailure(PrinterFault.PAPER_OUT)
    if state is PaperState.COVER_OR_OFFLINE:
        raise PrinterFailure(PrinterFault.COVER_OR_OFFLINE)


def _left(ends: float) -> float:
    return max(0.0, ends - time.monotonic())
