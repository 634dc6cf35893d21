"""Routing: what was brought × what the site can and lets do × the date -> a way of the notice, or the desk.

The notice is 「特定健康診査・特定保健指導における保険資格確認等について」 (保険局 医療介護連携政策課, October 2025)
with its leaflet, which numbers the ways ① to ⑤.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Brought, Way


@dataclass(frozen=True, slots=True)
class Route:
    """The way that is gone, and where it ends when nothing else stops it."""

    way: Way
    reason: Reason | None = None
    """Why a clerk is needed in any case; None when a clean query settles it."""
    reads_card: bool = False
    """Whether the kiosk reads the card first."""


def route(brought: Brought, policy: SitePolicy, today: date) -> Route:
    """The way for what was brought on that day.

    Leaflet, 「保険資格確認の実施方法」: ① to ⑤. Notice, fourth paragraph: until 令和8年3月末, and by agreement of the
    contract's parties, an expired 健康保険証 may be queried by number or asked of the insurer, and is collated with the
    ticket. While the clock is not sure no query is put, for it names the day; a card is read for the clerk.
    """
    can = policy.capabilities
    if not can.dates:
        return Route(Way.DESK, Reason.CLOCK_UNSURE, reads_card=brought is Brought.MY_NUMBER_CARD and can.card_reader)
    match brought:
        case Brought.MY_NUMBER_CARD:
            return _by_card(policy)
        case Brought.CERTIFICATE:
            return _unless_seen(Way.CERTIFICATE, Reason.CERTIFICATE_TO_BE_SEEN, policy.capabilities.query)
        case Brought.NOTICE:
            return _with_card(Way.CARD_AND_NOTICE, Reason.NOTICE_TO_BE_SEEN, policy)
        case Brought.SMARTPHONE:
            return _with_card(Way.CARD_AND_PORTAL, Reason.SMARTPHONE, policy)
        case Brought.OLD_INSURANCE_CARD:
            return _provisional(policy, today)
        case Brought.UNSURE:
            return Route(Way.DESK, Reason.UNSURE)
        case _:
            assert_never(brought)


def _by_card(policy: SitePolicy) -> Route:
    """The card in the kiosk with a query by number, or ① where the site prefers it or has nothing else.

    Where nobody can be asked ① or ② by a clerk, with the card's person on the slip; so, too, while the kiosk's own
    reader is out of order.
    """
    can = policy.capabilities
    if can.face_query and (policy.face_first or not (can.query and can.card_reader)):
        return Route(Way.FACE_READER)
    if can.query and can.card_reader:
        return Route(Way.CARD_QUERY, reads_card=True)
    way = Way.FACE_READER if can.face_reader else Way.LIMITED_APP if can.limited_app else Way.DESK
    reason = Reason.CARD_TO_BE_SEEN if can.card_reader else Reason.NO_READER
    return Route(way, reason, reads_card=can.card_reader)


def _unless_seen(way: Way, reason: Reason, query: bool) -> Route:
    return Route(way) if query else Route(Way.DESK, reason)


def _with_card(way: Way, reason: Reason, policy: SitePolicy) -> Route:
    """③ and ④: card and paper together; a clerk looks at both unless the site lets the kiosk read and query them."""
    can = policy.capabilities
    if can.query and can.card_reader and way in policy.unattended:
        return Route(way, reads_card=True)
    return Route(Way.DESK, reason)


def _provisional(policy: SitePolicy, today: date) -> Route:
    """暫定 (a) by query, 暫定 (b) by asking the insurer; afterwards an old card proves nothing."""
    if not policy.provisional_on(today):
        return Route(Way.DESK, Reason.OLD_INSURANCE_CARD)
    if policy.capabilities.query:
        return Route(Way.PROVISIONAL_ONLINE)
    return Route(Way.PROVISIONAL_INSURER, Reason.ASK_INSURER)
