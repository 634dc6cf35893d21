"""Examinees whose questions somebody else hears of: the status, and systemd."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TypeVar

from kiosk.checkin.language import Language
from kiosk.ports.examinee import AskStart, Examinee, Move, Question, Working
from kiosk.station.heartbeat import StatusFile
from kiosk.station.status import State
from kiosk.station.tidy import Tidy
from kiosk.station.watchdog import Watchdog

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class WatchedExaminee:
    """Tells the status whether somebody is being served, and clears up between two of them."""

    inner: Examinee
    status: StatusFile
    tidy: Tidy

    @property
    def language(self) -> Language:
        return self.inner.language

    async def ask(self, question: Question[A]) -> A | Move:
        if isinstance(question, AskStart):
            self.tidy.between_visits()
            self.status.enter(State.OUT_OF_ORDER if question.out_of_order else State.IDLE)
        else:
            self.tidy.between_questions()
            self.status.enter(State.SERVING)
        return await self.inner.ask(question)

    def show(self, working: Working) -> None:
        self.status.enter(State.SERVING)
        self.inner.show(working)


@dataclass(frozen=True, slots=True)
class Announced:
    """Tells systemd when the first question stands on the screen: the kiosk serves, or says that it does not."""

    inner: Examinee
    watchdog: Watchdog

    @property
    def language(self) -> Language:
        return self.inner.language

    async def ask(self, question: Question[A]) -> A | Move:
        asyncio.get_running_loop().call_soon(self.watchdog.first_screen)
        return await self.inner.ask(question)

    def show(self, working: Working) -> None:
        self.inner.show(working)
