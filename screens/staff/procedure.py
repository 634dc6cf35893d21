"""What staff do for a reason, step by step, as paragraphs of the board."""

from __future__ import annotations

from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.locale import _
from screens.staff.lines import Look, Paragraph
from screens.staff.words import SHORT_WAYS


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
