"""A second try where it makes sense: 該当なし and 複数該当 are mostly slips of the finger."""

from __future__ import annotations

from enum import Enum

from kiosk.checkin.insurance import InsuredId, ProcessingStatus, QualificationAnswer, QualificationValidity
from kiosk.checkin.outcome import QueryFault


class Retry(Enum):
    """What the examinee is asked before the same query is made once more."""

    CHECK_NUMBERS = "check numbers"
    """Show the typed numbers: 該当資格なし."""
    ASK_BRANCH = "ask branch"
    """Ask for 枝番: 複数該当."""


def retry_after(answer: QualificationAnswer | QueryFault, asked: InsuredId) -> Retry | None:
    """What may help after that answer; None when asking again cannot."""
    if isinstance(answer, QueryFault) or answer.status is not ProcessingStatus.DONE:
        return None
    if answer.validity is QualificationValidity.NOT_FOUND:
        return Retry.CHECK_NUMBERS
    if answer.validity is QualificationValidity.SEVERAL:
        return Retry.CHECK_NUMBERS if asked.branch else Retry.ASK_BRANCH
    return None
