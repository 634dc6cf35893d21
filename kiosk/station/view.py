"""A status as the board shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kiosk.ports.board import TerminalView
from kiosk.station.judgement import judge
from kiosk.station.status import NoStatus, Status, read_status


def view_of(status: Status, now: datetime, *, alive: bool) -> TerminalView:
    """What staff see of it at that time; `alive` tells whether the kiosk itself says so."""
    judged = judge(status, now)
    today = status.today
    return TerminalView(
        name=status.kiosk,
        alive=alive,
        as_of=status.updated_at,
        level=judged.level,
        words=judged.words,
        state=status.state.value,
        service=status.service,
        parts=status.parts,
        flags=status.flags,
        confirmed=today.confirmed,
        desk=today.desk,
        open=today.open,
        unprinted=today.unprinted,
        deferred=today.deferred,
        simulator=status.simulator,
        version=status.version,
    )


def last_view(run: Path) -> TerminalView | None:
    """What the status file of a kiosk says that does not answer; None without one."""
    try:
        return view_of(read_status(run), datetime.now(UTC), alive=False)
    except NoStatus:
        return None
