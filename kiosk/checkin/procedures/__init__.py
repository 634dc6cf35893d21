"""The one table of procedures: what staff are told to do for every reason code; one file a group of codes.

`title` and `note` are for the binder and the staff's own tools. `steps` are printed on the slip that the examinee
carries, so they say what to look at and never what was found: no step may tell anybody about an insurance that is
missing. A slip has room for four steps of one line each.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.procedures.card import CARD
from kiosk.checkin.procedures.confirmed import CONFIRMED
from kiosk.checkin.procedures.document import DOCUMENT
from kiosk.checkin.procedures.hardware import HARDWARE
from kiosk.checkin.procedures.needs_person import NEEDS_PERSON
from kiosk.checkin.procedures.person import PERSON
from kiosk.checkin.procedures.procedure import Contact, Procedure
from kiosk.checkin.procedures.qualification import QUALIFICATION
from kiosk.checkin.procedures.system import SYSTEM
from kiosk.checkin.procedures.ticket import TICKET
from kiosk.checkin.reasons import Reason

__all__ = ["PROCEDURES", "Contact", "Procedure"]

PROCEDURES: Mapping[Reason, Procedure] = {
    **CONFIRMED,
    **QUALIFICATION,
    **TICKET,
    **PERSON,
    **DOCUMENT,
    **CARD,
    **SYSTEM,
    **HARDWARE,
    **NEEDS_PERSON,
}
