"""Invented people and their visits at an invented terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kiosk.checkin.reasons import Reason
from kiosk.checkin.settlement import Standing
from kiosk.checkin.ways import Way
from kiosk.ports.board import Level, OpenedVisit, PersonView, Service, TerminalView, VisitLine
from kiosk.ports.device import Condition, Part

NOW = datetime(2026, 6, 1, 9, 5, tzinfo=UTC)
TODAY = NOW.date()
HANAKO = PersonView(
    name="見本 花子",
    kana="ミホン ハナコ",
    sex="女",
    birthdate=date(1970, 1, 2),
    address="見本県見本市一丁目2番3号 見本マンション405号室",
    insurer_number="01130012",
    insured_id="12345・6789012・01",
    ticket="26187654321",
)
LONGEST = PersonView(
    name="武者小路勘解由小路" * 3,
    kana="ムシャノコウジカデノコウジ" * 4,
    sex="男",
    birthdate=date(1926, 12, 31),
    address="見本県見本郡見本町大字見本字見本" * 6,
    insurer_number="00138057",
    insured_id="12345-67890-12345-67・98765432109876543210・01",
    ticket="26187654321",
)


def view(**parts: object) -> TerminalView:
    """A terminal that is well."""
    well = TerminalView(
        name="k01",
        alive=True,
        as_of=NOW,
        level=Level.OK,
        words=(),
        state="idle",
        service=Service.OPEN,
        parts=dict.fromkeys(Part, Condition.OK),
        flags=(),
        confirmed=20,
        desk=5,
        open=2,
        unprinted=0,
        deferred=1,
        simulator=False,
        version="1.0",
    )
    return replace(well, **parts)  # type: ignore[arg-type]  # as the tests name them


def line(sequence: int, reason: Reason = Reason.STAFF_CALLED, **parts: object) -> VisitLine:
    """A visit of today."""
    usual = VisitLine(
        id=f"{sequence:032x}",
        number=f"A-{sequence:03d}",
        day=TODAY,
        at=NOW - timedelta(minutes=60 - sequence),
        way=Way.CARD_QUERY if reason.confirms else Way.DESK,
        reason=reason,
        standing=Standing.CONFIRMED if reason.confirms else Standing.OPEN,
        deferred=reason.asked_later,
        printed=True,
    )
    return replace(usual, **parts)  # type: ignore[arg-type]  # as the tests name them


def visits() -> dict[str, OpenedVisit]:
    """Today's visits, by their ids."""
    lines = (
        line(1, Reason.CONFIRMED_BY_CARD),
        line(2, Reason.UNREACHABLE),
        line(3, Reason.ASK_INSURER),
        line(4, Reason.CONFIRMED_BY_CERTIFICATE, way=Way.CERTIFICATE, printed=False),
        line(12, Reason.SMARTPHONE),
    )
    people = {2: LONGEST, 4: None}
    return {
        one.id: OpenedVisit(
            one, people.get(int(one.id, 16), HANAKO), ("氏名のカナがちがいます",) if place == 2 else (), ()
        )
        for place, one in enumerate(lines)
    }
