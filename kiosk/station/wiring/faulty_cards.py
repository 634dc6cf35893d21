"""Cards with faults: another card in a person's hand, or the person's own that misbehaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hardware.virtual.card import VirtualCard
from hardware.virtual.other_cards import (
    android_phone,
    basic_resident_card,
    driving_licence,
    face_authentication_card,
    residence_card,
    transit_card,
    upside_down,
)
from kiosk.checkin.person import Person
from kiosk.rehearsal.faults import Fault

AFTER = 4
"""Commands that a card answers before it fails: it is a My Number card by then, and the PIN is not sent yet."""
SLOW_SECONDS = 0.3
"""For every command; a chip takes 0.015."""
PART_BYTES = 64


def faulty(card: VirtualCard, faults: Iterable[Fault]) -> VirtualCard:
    """What is put in instead of that card: the same one, with its counters, or another."""
    for fault in faults:
        person = card.spec.person
        other = _other(fault, person) if person else None
        card = other or with_fault(card, fault, len(card.log) + AFTER)
    return card


def with_fault(card: VirtualCard, fault: Fault, at: int) -> VirtualCard:
    """The same card, whose fault comes with its command of that number where it has one."""
    spec = card.spec
    match fault:
        case Fault.PULLED:
            return card.that_now(replace(spec, pulled_after=AFTER))
        case Fault.LAST_TRY:
            return VirtualCard(replace(spec, pin_tries=1))
        case Fault.LOCKED:
            return VirtualCard(replace(spec, pin_tries=0))
        case Fault.FIRST_SELECT:
            return card.that_now(replace(spec, first_select_fails=True))
        case Fault.IN_PARTS:
            return card.that_now(replace(spec, part_bytes=PART_BYTES, corrects_length=True))
        case Fault.STRAY_BYTES:
            return VirtualCard(replace(spec, stray_bytes=2))
        case Fault.VERIFIED:
            return VirtualCard(replace(spec, verified=True))
        case _:
            misbehave(card, fault, at)
            return card


def misbehave(card: VirtualCard, fault: Fault, at: int) -> bool:
    """Let a card that may lie in the reader have the fault from that command on; False where it cannot."""
    match fault:
        case Fault.CARD_HANGS:
            card.spec = replace(card.spec, hangs_at=at)
        case Fault.CARD_DEAD:
            card.spec = replace(card.spec, silent_after=at)
        case Fault.LOST_ANSWER:
            card.spec = replace(card.spec, lost_answers=1)
        case Fault.CARD_SLOW:
            card.spec = replace(card.spec, command_seconds=SLOW_SECONDS)
        case _:
            return False
    return True


def _other(fault: Fault, person: Person) -> VirtualCard | None:
    match fault:
        case Fault.UPSIDE_DOWN:
            return upside_down()
        case Fault.LICENCE:
            return driving_licence()
        case Fault.TRANSIT:
            return transit_card()
        case Fault.RESIDENCE:
            return residence_card()
        case Fault.BASIC_RESIDENT:
            return basic_resident_card(person)
        case Fault.PHONE:
            return android_phone(person)
        case Fault.FACE_CARD:
            return face_authentication_card(person)
        case _:
            return None
