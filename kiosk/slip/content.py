"""What stands on a slip, as a pure function of the visit and the site.

The upper part is for the examinee, in the language that they read: a number, where to go, never why. The lower part is
for staff, in Japanese: a code, what to look at and how it can be settled, never what was found - the examinee carries
it across the hall.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.language import Language
from kiosk.checkin.outcome import Outcome
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import Capabilities
from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.checkin.ways import way_words
from kiosk.locale.dates import in_words
from kiosk.locale.names import STAFF_NAMES
from kiosk.settings import PrintHead, Settings, SlipName
from kiosk.slip.examinee import Wording, booked_words, drawn
from kiosk.slip.words import way_tick

OUTAGE_GROUP = "S"
"""Reasons whose query is made up later: the slip then holds the four items that the ministry wants noted."""

TICKETS_INSURER = "受診券の保険者番号"
"""Where nobody was asked for it, because a clerk looks at the ticket anyway: collating it is theirs."""

_SEXES = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNSET: ""}
_NAMELESS = frozenset({Reason.NOT_ME, Reason.WALKED_AWAY})
"""The name is another person's, or the slip lies in the tray for the next one to find."""


@dataclass(frozen=True, slots=True)
class SlipSite:
    """What the centre and the terminal give to every slip."""

    name: str
    """Name of the facility."""
    next_place: str
    """Where a confirmed examinee goes."""
    desk: str
    """Where everybody else goes."""
    slip_name: SlipName
    simulator: bool
    """Whether a simulator answers the queries: then every slip says so."""
    head: PrintHead
    """Dots across the paper."""
    capabilities: Capabilities
    """What the site can do: staff are told no way that it does not have."""

    @classmethod
    def from_settings(cls, settings: Settings, *, simulator: bool) -> SlipSite:
        """The site as the configuration file has it; `simulator` as the gateway says."""
        site = settings.site
        return cls(
            site.name,
            site.next_place,
            site.desk,
            site.slip_name,
            simulator,
            settings.printer.head,
            settings.policy.capabilities,
        )


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """One of the four items; an empty value is left for the clerk to write. Its repr shows nothing."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, repr=False)
class StaffPart:
    """The part under the line. Its repr shows nothing."""

    code: str
    way: str
    reads: str
    """The examinee's language, where it is not Japanese, else empty."""
    booked: str
    """Time, course and first place of an appointment that the examinee's part does not show, else empty."""
    fields: tuple[str, ...]
    """Names of the fields to look at (「確かめる欄」), without what they hold: what differed, or was not asked."""
    steps: tuple[str, ...]
    settled_by: tuple[str, ...]
    """Ways of this site that can settle it, in a word or two, to be ticked."""
    contacts: tuple[str, ...]
    four_items: tuple[Item, ...]
    """氏名・性別・生年月日・住所 when the query is to be made up later, else empty."""


@dataclass(frozen=True, slots=True, repr=False)
class SlipContent:
    """Everything that is printed, in words. Its repr shows nothing."""

    language: Language
    """That of the examinee's part."""
    simulator: bool
    mark: str
    """What says so to the examinee, or empty."""
    facility: str
    number_label: str
    number: str
    day: str
    time: str
    kiosk: str
    confirmed: bool
    headline: str
    place: str
    """Where to go, 「…」へ; with what to wait, for whoever called staff."""
    bidding: str
    booked: str
    """Time and course of a confirmed examinee's appointment, with what they are, or empty."""
    name: str
    """Masked or full with the title, or empty."""
    hints: tuple[str, ...]
    staff: StaffPart


def slip_content(visit: Visit, site: SlipSite, wording: Wording | None = None) -> SlipContent:
    """The words of the visit's slip, always the same for the same visit and site.

    `wording` is that of the examinee's part, without one their language as it is.
    """
    to_examinee = wording or drawn(visit.draft.language, every_letter=True)
    confirmed = visit.outcome.confirmed
    person = _person(visit.draft)
    appointment = _appointment(visit.draft)
    headline, place, bidding = to_examinee.where_to(visit.outcome, appointment.first_place, site.next_place, site.desk)
    return SlipContent(
        language=to_examinee.language,
        simulator=site.simulator,
        mark=to_examinee.mark() if site.simulator else "",
        facility=site.name,
        number_label=to_examinee.number_label(),
        number=str(visit.number),
        day=to_examinee.day(visit.day),
        time=f"{visit.at:%H:%M}",
        kiosk=visit.kiosk,
        confirmed=confirmed,
        headline=headline,
        place=place,
        bidding=bidding,
        booked=to_examinee.booked(appointment) if confirmed else "",
        name=to_examinee.name(_shown_name(person, site.slip_name)),
        hints=tuple(to_examinee.hint(hint) for hint in visit.outcome.hints),
        staff=_staff_part(visit.outcome, visit.draft, person, site.capabilities),
    )


def _booked_for_staff(appointment: Appointment) -> str:
    day = f"{appointment.day.month}月{appointment.day.day}日" if appointment.day else ""
    first = f"まず「{appointment.first_place}」" if appointment.first_place else ""
    return "　".join(filter(None, (day, booked_words(appointment), first)))


def _staff_part(outcome: Outcome, draft: VisitDraft, person: Person | None, capabilities: Capabilities) -> StaffPart:
    procedure = PROCEDURES[outcome.reason]
    outage = outcome.reason.group == OUTAGE_GROUP
    return StaffPart(
        code=outcome.reason.value,
        way=way_words(outcome.way),
        reads="" if draft.language is Language.JAPANESE else STAFF_NAMES[draft.language],
        booked="" if outcome.confirmed else _booked_for_staff(_appointment(draft)),
        fields=_fields(outcome, draft.ticket),
        steps=procedure.steps,
        settled_by=tuple(way_tick(way) for way in procedure.settled_by if capabilities.offers(way)),
        contacts=tuple(contact.value for contact in procedure.contacts),
        four_items=_four_items(draft, person) if outage else (),
    )


def _fields(outcome: Outcome, ticket: Ticket | None) -> tuple[str, ...]:
    found = [finding.field.value for finding in outcome.findings]
    if ticket is not None and ticket.insurer is None and not outcome.confirmed:
        found.append(TICKETS_INSURER)
    return tuple(dict.fromkeys(found))


def _person(draft: VisitDraft) -> Person | None:
    """Who the slip may name: somebody known only from a ticket or an answer must have the birth date that was given.

    A ticket number has no check digit, so that a slip of the finger would print the name of a stranger.
    """
    if draft.outcome.reason in _NAMELESS or draft.presented is None:
        return None
    if draft.presented.person is not None:
        return draft.presented.person
    known = draft.person
    return known if known is not None and known.birthdate == draft.presented.birthdate else None


def _appointment(draft: VisitDraft) -> Appointment:
    """The appointment that the slip may tell of; empty when it may be a stranger's, as with names."""
    found = draft.appointment
    if found is None or draft.presented is None or draft.outcome.reason in _NAMELESS:
        return Appointment()
    if found.person is not None and found.person.birthdate != draft.presented.birthdate:
        return Appointment()
    return found


def _shown_name(person: Person | None, choice: SlipName) -> str:
    if person is None:
        return ""
    return person.masked_name if choice is SlipName.MASKED else person.name or person.kana


def _four_items(draft: VisitDraft, person: Person | None) -> tuple[Item, ...]:
    birthdate = draft.presented.birthdate if draft.presented and draft.outcome.reason not in _NAMELESS else None
    return (
        Item("氏名", (person.name or person.kana) if person else ""),
        Item("性別", _SEXES[person.sex] if person else ""),
        Item("生年月日", in_words(birthdate, Language.JAPANESE) if birthdate else ""),
        Item("住所", person.address if person else ""),
    )
