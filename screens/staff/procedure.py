"""What staff do for a reason, step by step, as paragraphs of the board."""

from __future__ import annotations

from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.locale import _
from kiosk.ports.board import VisitLine
from screens.staff.lines import Look, Paragraph
from screens.staff.words import SHORT_WAYS

ALTERED = "記録が変わっています"
"""What stands in the place of the code and its title where somebody changed the record of a visit."""
NO_CODE = "---"
_ALTERED_STEPS = (
    "この受付の方法とコードは、あてにしない。本人と書類を見て、資格を窓口で確かめる。",
    "確かめた結果を、この画面で記録する(s)。番号と、ほかの職員が入れた記録は残っている。",
    "管理者に伝える。管理者は sudo kiosk ledger verify で、どこが変わったかを調べる。",
)


def steps_page(visit: VisitLine) -> list[Paragraph]:
    """What staff do for a visit."""
    if not visit.altered:
        return procedure_page(visit.reason)
    page = [Paragraph(_(ALTERED), Look.TROUBLE, lead="! ")]
    page += [Paragraph(_(step), lead=f"{place}. ", indent=1) for place, step in enumerate(_ALTERED_STEPS, 1)]
    return [*page, Paragraph("")]


def title_of(visit: VisitLine) -> str:
    """In a line of a list."""
    return f"! {_(ALTERED)}" if visit.altered else PROCEDURES[visit.reason].title


def code_of(visit: VisitLine) -> str:
    """Its code, where the record still has it."""
    return NO_CODE if visit.altered else visit.reason.value


def procedure_page(reason: Reason) -> list[Paragraph]:
    """The steps, the ways that can settle it, and whom to call."""
    procedure = PROCEDURES[reason]
    page = [Paragraph(procedure.title, Look.STRONG, lead=f"{reason.value} ")]
    page += [Paragraph(step, lead=f"{place}. ", indent=1) for place, step in enumerate(procedure.steps, 1)]
    if procedure.settled_by:
        ways = " ".join(_(SHORT_WAYS[one]) for one in procedure.settled_by)
        page.append(Paragraph(ways, lead=_("使える方法: "), indent=1))
    page += [Paragraph(contact.value, lead=_("連絡先: "), indent=1) for contact in procedure.contacts]
    return [*page, Paragraph("")]


def note_page(reason: Reason) -> list[Paragraph]:
    """What stands behind it; nothing where the steps say all."""
    note = PROCEDURES[reason].note
    return [Paragraph(""), Paragraph(note, Look.QUIET, lead=_("参考: "))] if note else []
