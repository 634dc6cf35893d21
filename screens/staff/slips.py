"""A slip that was shown at the board: which terminal knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.ports.board import BoardFailure, SlipLook, SlipVerdict
from screens.staff.recording import Ask
from screens.staff.watched import Watched

_TELLING = (SlipVerdict.NOT_A_SLIP, SlipVerdict.ANOTHER_KIOSK, SlipVerdict.FORGED)
"""Verdicts without a visit; of several terminals' the last of these counts most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of a slip."""

    look: SlipLook
    watched: Watched
    """The terminal whose verdict it is."""
    not_asked: tuple[str, ...] = ()
    """Terminals that could not be asked: it may be theirs."""


async def look_up(code: str, order: Sequence[Watched], ask: Ask) -> Shown:
    """Ask one terminal after the other until one knows the visit. Raises BoardFailure when none could be asked."""
    best: Shown | None = None
    failed: dict[str, BoardFailure] = {}
    for watched in order:
        try:
            look = await ask(watched.board.show_slip(code))
        except BoardFailure as failure:
            failed[watched.name] = failure
            continue
        if look.visit is not None:
            return Shown(look, watched)
        if best is None or _TELLING.index(look.verdict) > _TELLING.index(best.look.verdict):
            best = Shown(look, watched)
    if best is None:
        raise next(iter(failed.values()))
    return Shown(best.look, best.watched, tuple(failed))
