"""A visit as a row and back: codes and times in clear, everything that tells of a person sealed in one field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import QualificationQuery
from kiosk.checkin.language import Language
from kiosk.checkin.outcome import Outcome
from kiosk.checkin.person import Person
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.visit import Visit, VisitDraft, VisitNumber
from kiosk.ledger.altered import with_stand_ins
from kiosk.ledger.outcomes import outcome_columns, outcome_of
from kiosk.ledger.rows import Row, Stored
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import Vault

_SETTLEMENT = ("at", "reason", "way", "confirmed", "findings", "hints", "personal")
WITH_SETTLEMENT = ", ".join(("visit.*", *(f"settlement.{column} AS later_{column}" for column in _SETTLEMENT)))
"""What to select of `visit LEFT JOIN settlement` for `from_row`."""
VISITS = f"SELECT {WITH_SETTLEMENT} FROM visit LEFT JOIN settlement ON settlement.visit = visit.id"  # noqa: S608 - ours
"""The visits, each with what a later query brought."""


@dataclass(frozen=True, slots=True)
class _Personal:
    """What is sealed. It names its visit, so that it cannot be put into the row of another."""

    visit: str
    ticket: Ticket | None = None
    presented: Presented | None = None
    registered: Person | None = None
    appointment: Appointment | None = None
    query: QualificationQuery | None = None
    prechecked_at: datetime | None = None
    language: Language = Language.JAPANESE
    """Rows of before it was kept are of people who read Japanese, as erased ones are taken to be."""


_PERSONAL = TypeAdapter(_Personal)


def to_row(visit: Visit, vault: Vault) -> Row:
    """The columns of table `visit`, without `entry`. Raises LedgerFailure when a text is no Unicode text."""
    draft = visit.draft
    return {
        "id": visit.id,
        "kiosk": visit.kiosk,
        "prefix": visit.number.prefix,
        "day": visit.day.isoformat(),
        "sequence": visit.number.sequence,
        "at": visit.at.isoformat(),
        "began_at": draft.began_at.isoformat(),
        **outcome_columns(visit.outcome),
        "personal": _sealed(
            _Personal(
                visit.id,
                draft.ticket,
                draft.presented,
                draft.registered,
                draft.appointment,
                draft.query,
                draft.prechecked_at,
                draft.language,
            ),
            vault,
        ),
        "deferred": int(draft.query is not None),
    }


def settlement_row(visit: Visit, outcome: Outcome, registered: Person | None, at: datetime, vault: Vault) -> Row:
    """The columns of table `settlement`. Raises LedgerFailure when a text is no Unicode text."""
    return {
        "visit": visit.id,
        "at": at.isoformat(),
        **outcome_columns(outcome),
        "personal": _sealed(_Personal(visit.id, registered=registered), vault),
    }


def from_row(row: Stored, vault: Vault) -> Visit:
    """The visit of a row, with what a later query brought when that was selected with it (`WITH_SETTLEMENT`).

    Without its personal fields when they are erased. Raises LedgerFailure when the row is unsound.
    """
    try:
        visit = _as_committed(row, vault)
        if "later_at" not in row.keys() or row["later_at"] is None:  # noqa: SIM118 - `in` of a sqlite3.Row looks at values
            return visit
        return _settled(visit, row, vault)
    except (ValueError, KeyError, TypeError):
        # The cause is cut off: it may quote what it could not read.
        raise LedgerFailure("a visit in the ledger cannot be read back") from None


@dataclass(frozen=True, slots=True)
class Found:
    """A visit as far as its row still tells of it."""

    visit: Visit
    opens: bool
    """Whether all of its personal fields open; those that do not are left out."""
    altered: bool
    """Whether its codes or times are none that a kiosk writes; then stand-ins are in their place."""


def as_far_as_it_opens(row: Stored, vault: Vault) -> Found:
    """The same visit, whatever became of its row.

    A lost key, damage or somebody's hand is no reason to hide the number, by which the desk goes on.
    """
    legible, altered = with_stand_ins(row)
    try:
        return Found(from_row(legible, vault), True, altered)
    except LedgerFailure:
        for column in {"personal", "later_personal"} & legible.keys():
            try:
                _unsealed(legible[column], str(row["id"]), vault)
            except LedgerFailure:
                legible[column] = None
        return Found(from_row(legible, vault), False, altered)


def _as_committed(row: Stored, vault: Vault) -> Visit:
    personal = _unsealed(row["personal"], str(row["id"]), vault)
    return Visit(
        id=personal.visit,
        number=VisitNumber(str(row["prefix"]), int(row["sequence"] or 0)),
        kiosk=str(row["kiosk"]),
        day=date.fromisoformat(str(row["day"])),
        at=datetime.fromisoformat(str(row["at"])),
        draft=VisitDraft(
            began_at=datetime.fromisoformat(str(row["began_at"])),
            outcome=outcome_of(row),
            ticket=personal.ticket,
            presented=personal.presented,
            registered=personal.registered,
            appointment=personal.appointment,
            query=personal.query,
            prechecked_at=personal.prechecked_at,
            language=personal.language,
        ),
    )


def _settled(visit: Visit, row: Stored, vault: Vault) -> Visit:
    personal = _unsealed(row["later_personal"], visit.id, vault)
    return replace(
        visit,
        draft=replace(visit.draft, outcome=outcome_of(row, "later_"), registered=personal.registered),
        first_reason=visit.outcome.reason,
        settled_at=datetime.fromisoformat(str(row["later_at"])),
    )


def _sealed(personal: _Personal, vault: Vault) -> str:
    try:
        return vault.seal(_PERSONAL.dump_json(personal))
    except ValueError:
        # A lone surrogate, which UTF-8 cannot hold. The cause is cut off: it quotes the text.
        raise LedgerFailure("the personal fields of the visit hold what is no text") from None


def _unsealed(sealed: str | int | None, visit: str, vault: Vault) -> _Personal:
    if sealed is None:
        return _Personal(visit)
    try:
        personal = _PERSONAL.validate_json(vault.unseal(str(sealed)))
    except ValidationError:
        raise LedgerFailure("the personal fields of a visit cannot be read back") from None
    if personal.visit != visit:
        raise LedgerFailure("the personal fields of a visit belong to another one: the ledger was changed")
    return personal
