"""Something that happens right before a port is used: faults that strike the second slip, steps that are reached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar, cast

from kiosk.checkin.language import Language
from kiosk.ports import Ports
from kiosk.ports.examinee import AskStart, Examinee, Move, Question, Working

A = TypeVar("A")
P = TypeVar("P")


class Use(Enum):
    """A port that is used for something that counts."""

    CHECK_IN = "check-in"
    QUERY = "query"
    COMMIT = "commit"
    PRINT = "print"


Before = Callable[[Use], Awaitable[None]]


def counted(ports: Ports, before: Before) -> Ports:
    """The same ports; `before` is awaited before each use, and may change how it goes."""
    return replace(
        ports,
        examinee=_CountedExaminee(ports.examinee, before),
        qualifier=_counted(ports.qualifier, "query", Use.QUERY, before),
        ledger=_counted(ports.ledger, "commit", Use.COMMIT, before),
        printer=_counted(ports.printer, "print", Use.PRINT, before),
    )


class _CountedExaminee:
    def __init__(self, inner: Examinee, before: Before) -> None:
        self._inner = inner
        self._before = before

    @property
    def language(self) -> Language:
        return self._inner.language

    async def ask(self, question: Question[A]) -> A | Move:
        answer = await self._inner.ask(question)
        if isinstance(question, AskStart):
            await self._before(Use.CHECK_IN)
        return answer

    def show(self, working: Working) -> None:
        self._inner.show(working)


class _Counted:
    """Stands before a port; everything but one method goes straight to it."""

    def __init__(self, inner: Any, name: str, use: Use, before: Before) -> None:
        self._inner = inner
        self._name = name
        self._use = use
        self._before = before

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name != self._name:
            return found

        async def method(*arguments: Any) -> Any:
            await self._before(self._use)
            return await found(*arguments)

        return method


def _counted(port: P, name: str, use: Use, before: Before) -> P:
    return cast("P", _Counted(port, name, use, before))
