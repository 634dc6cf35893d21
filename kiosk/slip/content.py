"""What stands on a slip, as a pure function of the visit and the site.

The upper part is for the examinee: a number, where to go, never why. The lower part is for staff: a code, what to look
at and how it can be settled, never what was found - the examinee carries it across the hall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.outcome import Outcome
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import Capabilities
from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit, VisitDraft
from kiosk.checkin.wareki import NotADate, to_wareki
from kiosk.checkin.ways import way_words
from kiosk.settings import PrintHead, Settings, SlipName
from kiosk.slip.words import way_tick

SIMULATOR_MARK = "シミュレーター（本物の照会ではありません）"
CONFIRMED_WORDS = "受付が済みました"
DESK_WORDS = "窓口でご確認します"
CALLED_WORDS = "職員がまいります"
OUTAGE_GROUP = "S"
"""Reasons whose query is made up later: the slip then holds the four items that the ministry wants noted."""

_WEEKDAYS = "月火水木金土日"
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
    booked: str
    """Time, course and first place of an appointment that the examinee's part does not show, else empty."""
    fields: tuple[str, ...]
    """Names of the fields to look at (「確かめる欄」), without what they hold."""
    steps: tuple[str, ...]
    settled_by: tuple[str, ...]
    """Ways of this site that can settle it, in a word or two, to be ticked."""
    contacts: tuple[str, ...]
    four_items: tuple[Item, ...]
    """氏名・性別・生年月日・住所 when the query is to be made up later, else empty."""


@dataclass(frozen=True, slots=True, repr=False)
class SlipContent:
    """Everything that is printed, in words. Its repr shows nothing."""

    simulator: bool
    facility: str
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
    """Time and course of a confirmed examinee's appointment, or empty."""
    name: str
    """Masked or full with 「様」, or empty."""
    hints: tuple[str, ...]
    staff: StaffPart


def slip_content(visit: Visit, site: SlipSite) -> SlipContent:
    """The words of the visit's slip, always the same for the same visit and site."""
    confirmed = visit.outcome.confirmed
    person = _person(visit.draft)
    appointment = _appointment(visit.draft)
    headline, place, bidding = _where_to(visit.outcome, appointment, site)
    return SlipContent(
        simulator=site.simulator,
        facility=site.name,
        number=str(visit.number),
        day=f"{_wareki(visit.day)}（{_WEEKDAYS[visit.day.weekday()]}）",
        time=f"{visit.at:%H:%M}",
        kiosk=visit.kiosk,
        confirmed=confirmed,
        headline=headline,
        place=place,
        bidding=bidding,
        booked=_booked(appointment) if confirmed else "",
        name=_shown_name(person, site.slip_name),
        hints=tuple(hint.value for hint in visit.outcome.hints),
        staff=_staff_part(visit.outcome, visit.draft, person, site.capabilities),
    )


def _where_to(outcome: Outcome, appointment: Appointment, site: SlipSite) -> tuple[str, str, str]:
    """Headline, place and bidding; staff who were called come to the kiosk, so that one waits there."""
    if outcome.confirmed:
        return CONFIRMED_WORDS, _place(appointment, site), "お進みください。"
    if outcome.reason is Reason.STAFF_CALLED:
        return CALLED_WORDS, "この番号で", "お待ちください。"
    return DESK_WORDS, f"「{site.desk}」へ", "お越しください。"


def _place(appointment: Appointment, site: SlipSite) -> str:
    first = appointment.first_place
    return f"まず「{first}」へ" if first else f"「{site.next_place}」へ"


def _booked(appointment: Appointment) -> str:
    at = f"{appointment.at:%H:%M}" if appointment.at else ""
    return "　".join(filter(None, (at, appointment.course)))


def _booked_for_staff(appointment: Appointment) -> str:
    day = f"{appointment.day.month}月{appointment.day.day}日" if appointment.day else ""
    first = f"まず「{appointment.first_place}」" if appointment.first_place else ""
    return "　".join(filter(None, (day, _booked(appointment), first)))


def _staff_part(outcome: Outcome, draft: VisitDraft, person: Person | None, capabilities: Capabilities) -> StaffPart:
    procedure = PROCEDURES[outcome.reason]
    outage = outcome.reason.group == OUTAGE_GROUP
    return StaffPart(
        code=outcome.reason.value,
        way=way_words(outcome.way),
        booked="" if outcome.confirmed else _booked_for_staff(_appointment(draft)),
        fields=tuple(dict.fromkeys(finding.field.value for finding in outcome.findings)),
        steps=procedure.steps,
        settled_by=tuple(way_tick(way) for way in procedure.settled_by if capabilities.offers(way)),
        contacts=tuple(contact.value for contact in procedure.contacts),
        four_items=_four_items(draft, person) if outage else (),
    )


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
    name = person.masked_name if choice is SlipName.MASKED else person.name or person.kana
    return f"{name} 様" if name else ""


def _four_items(draft: VisitDraft, person: Person | None) -> tuple[Item, ...]:
    birthdate = draft.presented.birthdate if draft.presented and draft.outcome.reason not in _NAMELESS else None
    return (
        Item("氏名", (person.name or person.kana) if person else ""),
        Item("性別", _SEXES[person.sex] if person else ""),
        Item("生年月日", _wareki(birthdate) if birthdate else ""),
        Item("住所", person.address if person else ""),
    )


def _wareki(day: date) -> str:
    try:
        return to_wareki(day)
    except NotADate:
        return f"{day.year}年{day.month}月{day.day}日"
