"""Who a visit tells of, put together from what was read, typed, answered and on the roster."""

from __future__ import annotations

from datetime import date
from unicodedata import normalize

from kiosk.checkin.insurance import InsuredId
from kiosk.checkin.language import Language
from kiosk.checkin.person import Sex
from kiosk.checkin.visit import Visit
from kiosk.locale.names import STAFF_NAMES
from kiosk.ports.board import PersonView

SEX_WORDS = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNSET: ""}


def insured_of(visit: Visit) -> InsuredId:
    """記号・番号・枝番; empty when nobody told them."""
    presented, ticket = visit.draft.presented, visit.draft.ticket
    known = (presented.insured if presented else None) or (ticket.insured if ticket else None)
    return known or InsuredId("")


def insurer_of(visit: Visit) -> str:
    """保険者番号."""
    presented, ticket = visit.draft.presented, visit.draft.ticket
    return str((presented.insurer if presented else None) or (ticket.insurer if ticket else None) or "")


def kana_of(visit: Visit) -> str:
    """A My Number card has no kana; the qualification and the roster have."""
    ticket = visit.draft.ticket
    people = (visit.draft.person, visit.draft.registered, ticket.person if ticket else None)
    return next((person.kana for person in people if person and person.kana), "")


def birthdate_of(visit: Visit) -> date | None:
    """As it was presented, else as the person is known."""
    presented, person = visit.draft.presented, visit.draft.person
    return presented.birthdate if presented else person.birthdate if person else None


def person_view(visit: Visit) -> PersonView:
    """For the desk: the notice's four items and the insurance."""
    person, insured = visit.draft.person, insured_of(visit)
    return PersonView(
        name=person.name if person else "",
        kana=normalize("NFKC", kana_of(visit)),  # an answer may have it in half width, which nobody likes to read
        sex=SEX_WORDS[person.sex] if person else "",
        birthdate=birthdate_of(visit),
        address=person.address if person else "",
        insurer_number=insurer_of(visit),
        insured_id="・".join(part for part in (insured.symbol, insured.number, insured.branch) if part),
        ticket=str(visit.draft.ticket.number) if visit.draft.ticket else "",
        reads="" if visit.draft.language is Language.JAPANESE else STAFF_NAMES[visit.draft.language],
    )
