"""Routing, collation and decision of 100,000 random visits, and whether a larger roster makes a visit slower."""

from __future__ import annotations

import random
import statistics
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from kiosk.checkin.appointment import Appointment, arrival_reason, choose
from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import (
    InsuredId,
    InsurerNumber,
    ProcessingStatus,
    Qualification,
    QualificationAnswer,
    QualificationValidity,
    SegmentOfResult,
    check_digit,
)
from kiosk.checkin.outcome import decide
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.routes import route
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.ways import Brought, Way
from kiosk.roster.search import Index

VISITS = 100_000
SMALL, LARGE = 100, 10_000
FLAT = 1.5
"""How much slower a visit may be with the large roster."""
SEED = 20251023
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
POLICY = SitePolicy(unattended=frozenset(Way), provisional_agreed=True, provisional_until=NOW.date())
_FAMILY = (
    ("髙橋", "高橋", "タカハシ"),
    ("渡邉", "渡辺", "ワタナベ"),
    ("見本", "見本", "ミホン"),
    ("大野", "大野", "オオノ"),
)
_GIVEN = (("太郎", "タロウ"), ("花子", "ハナコ"), ("洋一", "ヨウイチ"), ("惠子", "ケイコ"))


@dataclass(frozen=True, slots=True)
class Case:
    """One invented visit."""

    person: Person
    ticket: Ticket
    answer: QualificationAnswer
    brought: Brought


def invented(rng: random.Random, serial: int) -> Case:
    """A visit that is clean two times out of three."""
    on_card, registered, kana = rng.choice(_FAMILY)
    given, given_kana = rng.choice(_GIVEN)
    birthdate = date(1950, 1, 1) + timedelta(days=rng.randrange(13_000))
    sex = rng.choice((Sex.MALE, Sex.FEMALE))
    body = f"{rng.randrange(10**7):07d}"
    insurer = InsurerNumber(body + str(check_digit(body)))
    insured = InsuredId(f"{rng.randrange(10**7)}", f"{rng.randrange(100)}-{rng.randrange(100)}", "01")
    known = Person(f"{registered}　{given}", birthdate, sex, kana=f"{kana}　{given_kana}")
    if rng.random() < 1 / 3:
        known = (
            replace(known, sex=Sex.MALE) if rng.random() < 0.5 else replace(known, name="架空　子", kana="カクウ コ")
        )
    answer = QualificationAnswer(
        SegmentOfResult.DONE,
        ProcessingStatus.DONE,
        QualificationValidity.VALID,
        (Qualification(insurer, "見本健保", insured, known, date(2020, 4, 1)),),
    )
    person = Person(f"{on_card}　{given}", birthdate, sex, kana=f"{kana} {given_kana}")
    number = TicketNumber(f"261{serial:08d}")
    ticket = Ticket(number, insurer, replace(person, name=""), insured, date(2027, 3, 31))
    return Case(person, ticket, answer, rng.choice((Brought.MY_NUMBER_CARD, Brought.CERTIFICATE, Brought.NOTICE)))


def settle(case: Case, roster: Index) -> None:
    """One visit, as the journey decides it."""
    found = choose(roster.by_person(case.person), NOW.date())
    if isinstance(found, Appointment):
        arrival_reason(found, NOW, POLICY.earliest)
    qualification = case.answer.results[0]
    presented = Presented(case.person, case.person.birthdate, qualification.insurer, qualification.insured)
    way = route(case.brought, POLICY, NOW.date()).way
    decide(way, case.ticket, presented, case.answer, POLICY, NOW.date())


def _seconds(cases: Sequence[Case], roster: Index) -> float:
    began = time.perf_counter()
    for case in cases:
        settle(case, roster)
    return time.perf_counter() - began


def _floor(cases: Sequence[Case]) -> float:
    began = time.perf_counter()
    for case in cases:
        known = case.answer.results[0].person
        for text in (case.person.name, case.person.kana, known.name, known.kana):
            unicodedata.normalize("NFKC", text)
    return time.perf_counter() - began


def measure() -> dict[str, object]:
    """Microseconds a visit, the ratio to a floor, and the ratio of the rosters."""
    rng = random.Random(SEED)  # noqa: S311 (invented visits, no secret)
    cases = [invented(rng, serial) for serial in range(VISITS)]
    small, large = (
        Index(Appointment(case.person, case.ticket, day=NOW.date()) for case in cases[:size]) for size in (SMALL, LARGE)
    )
    part = VISITS // 10
    rounds = [cases[start : start + part] for start in range(0, VISITS, part)]
    times = [(_seconds(some, small), _seconds(some, large), _floor(some)) for some in rounds]
    flat = statistics.median(big / little for little, big, _ in times)
    return {
        "what": f"route, find, collate and decide {VISITS} random visits; floor: NFKC of the four names of a visit",
        "microseconds_a_visit": round(1e6 * statistics.median(little for little, _, _ in times) / part, 1),
        "microseconds_a_visit_with_the_large_roster": round(1e6 * statistics.median(b for _, b, _ in times) / part, 1),
        "ratio_to_floor": round(statistics.median(little / floor for little, _, floor in times), 1),
        f"roster_of_{LARGE}_over_{SMALL}": round(flat, 2),
        "limit": FLAT,
        "kept": flat <= FLAT,
    }
