"""A procedure, and whom staff call in one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.checkin.ways import Way


class Contact(Enum):
    """Whom staff call."""

    CALL_CENTRE = "オンライン資格確認等コールセンター 0800-080-4583 (月〜金 8:00-18:00、土 8:00-16:00、祝日を除く)"
    INSURER = "受診券に書いてある保険者"
    INSTALLER = "この端末の管理者"


@dataclass(frozen=True, slots=True)
class Procedure:
    """What the table holds for one code."""

    title: str
    """What happened, for staff only."""
    steps: tuple[str, ...]
    """What staff do, in order; printed on the slip."""
    settled_by: tuple[Way, ...] = ()
    """The ways that can settle it at the desk; empty when it is settled or when only a contact can."""
    contacts: tuple[Contact, ...] = ()
    note: str = ""
    """What stands behind it, for the binder alone; never printed on a slip."""
