"""A visit as a row and back: codes and times in clear, everything that tells of a person sealed in one field."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError

from kiosk.checkin.collation import Field, Finding, Presented, Source
from kiosk.checkin.outcome import Hint, Outcome
from kiosk.checkin.person import Person
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Way
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.visit import Visit, VisitDraft, VisitNumber
from kiosk.ledger.vault import Vault
from kiosk.ports.desk import LedgerFailure

Row = dict[str, str | int | None]
Stored = Row | sqlite3.Row


@dataclass(frozen=True, slots=True)
class _Personal:
    """What is sealed. It names its visit, so that it cannot be put into the row of another."""

    visit: str
    ticket: Ticket | None = None
    presented: Presented | None = None
    registered: Person | None = None


_PERSONAL = TypeAdapter(_Personal)


def to_row(visit: Visit, vault: Vault) -> Row:
    """The columns of table `visit`, without `entry`. Raises LedgerFailure when a text is no Unicode text."""
    return {
        "id": visit.id,
        "kiosk": visit.kiosk,
        "prefix": visit.number.prefix,
        "day": visit.day.isoformat(),
        "sequence": visit.number.sequence,
        "at": visit.at.isoformat(),
        "began_at": visit.draft.began_at.isoformat(),
        "reason": visit.outcome.reason.value,
        "way": visit.outcome.way.value,
        "confirmed": int(visit.outcome.confirmed),
        "findings": json.dumps(
            [[finding.field.name, *(source.name for source in finding.between)] for finding in visit.outcome.findings]
        ),
        "hints": json.dumps([hint.name for hint in visit.outcome.hints]),
        "personal": _sealed(visit, vault),
    }


def from_row(row: Stored, vault: Vault) -> Visit:
    """The visit of a row; without its personal fields when they are erased. Raises LedgerFailure when it is unsound."""
    try:
        personal = _unsealed(row, vault)
        outcome = Outcome(
            reason=Reason(row["reason"]),
            way=Way(row["way"]),
            findings=tuple(
                Finding(Field[field], (Source[one], Source[other]))
                for field, one, other in json.loads(str(row["findings"]))
            ),
            hints=tuple(Hint[name] for name in json.loads(str(row["hints"]))),
        )
        return Visit(
            id=personal.visit,
            number=VisitNumber(str(row["prefix"]), int(row["sequence"] or 0)),
            kiosk=str(row["kiosk"]),
            day=date.fromisoformat(str(row["day"])),
            at=datetime.fromisoformat(str(row["at"])),
            draft=VisitDraft(
                began_at=datetime.fromisoformat(str(row["began_at"])),
                outcome=outcome,
                ticket=personal.ticket,
                presented=personal.presented,
                registered=personal.registered,
            ),
        )
    except (ValueError, KeyError, TypeError):
        # The cause is cut off: it may quote what it could not read.
        raise LedgerFailure("a visit in the ledger cannot be read back") from None


def _sealed(visit: Visit, vault: Vault) -> str:
    draft = visit.draft
    try:
        return vault.seal(_PERSONAL.dump_json(_Personal(visit.id, draft.ticket, draft.presented, draft.registered)))
    except ValueError:
        # A lone surrogate, which UTF-8 cannot hold. The cause is cut off: it quotes the text.
        raise LedgerFailure("the personal fields of the visit hold what is no text") from None


def _unsealed(row: Stored, vault: Vault) -> _Personal:
    visit, sealed = str(row["id"]), row["personal"]
    if sealed is None:
        return _Personal(visit)
    try:
        personal = _PERSONAL.validate_json(vault.unseal(str(sealed)))
    except ValidationError:
        raise LedgerFailure("the personal fields of a visit cannot be read back") from None
    if personal.visit != visit:
        raise LedgerFailure("the personal fields of a visit belong to another one: the ledger was changed")
    return personal
