"""What was brought × what the site has and allows × the date -> the way, as the notice and its leaflet say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.checkin.policy import PROVISIONAL_UNTIL, Capabilities, SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Route, route
from kiosk.checkin.ways import Brought, Way

TODAY = date(2026, 3, 31)
USUAL = SitePolicy()
ALL = SitePolicy(unattended=frozenset(Way), provisional_agreed=True)
WITH_FACES = Capabilities(face_reader=True, face_query=True)
OFFLINE = replace(ALL, capabilities=Capabilities(query=False))
NO_READER = replace(ALL, capabilities=Capabilities(card_reader=False))
NO_READER_BUT_FACES = replace(ALL, capabilities=replace(WITH_FACES, card_reader=False))


@pytest.mark.parametrize(
    ("brought", "policy", "expected"),
    [
        (Brought.MY_NUMBER_CARD, USUAL, Route(Way.CARD_QUERY, reads_card=True)),
        (Brought.MY_NUMBER_CARD, OFFLINE, Route(Way.DESK, Reason.CARD_TO_BE_SEEN, reads_card=True)),
        (Brought.MY_NUMBER_CARD, replace(ALL, capabilities=WITH_FACES), Route(Way.CARD_QUERY, reads_card=True)),
        (Brought.MY_NUMBER_CARD, replace(ALL, capabilities=WITH_FACES, face_first=True), Route(Way.FACE_READER)),
        (
            Brought.MY_NUMBER_CARD,
            replace(ALL, capabilities=replace(WITH_FACES, query=False)),
            Route(Way.FACE_READER),
        ),
        (Brought.MY_NUMBER_CARD, replace(ALL, face_first=True), Route(Way.CARD_QUERY, reads_card=True)),
        (
            Brought.MY_NUMBER_CARD,
            replace(OFFLINE, capabilities=Capabilities(False, face_reader=True, limited_app=True)),
            Route(Way.FACE_READER, Reason.CARD_TO_BE_SEEN, reads_card=True),
        ),
        (
            Brought.MY_NUMBER_CARD,
            replace(OFFLINE, capabilities=Capabilities(False, limited_app=True)),
            Route(Way.LIMITED_APP, Reason.CARD_TO_BE_SEEN, reads_card=True),
        ),
        (Brought.CERTIFICATE, USUAL, Route(Way.CERTIFICATE)),
        (Brought.CERTIFICATE, OFFLINE, Route(Way.DESK, Reason.CERTIFICATE_TO_BE_SEEN)),
        (Brought.NOTICE, USUAL, Route(Way.DESK, Reason.NOTICE_TO_BE_SEEN)),
        (Brought.NOTICE, ALL, Route(Way.CARD_AND_NOTICE, reads_card=True)),
        (Brought.NOTICE, OFFLINE, Route(Way.DESK, Reason.NOTICE_TO_BE_SEEN)),
        (Brought.SMARTPHONE, USUAL, Route(Way.DESK, Reason.SMARTPHONE)),
        (Brought.SMARTPHONE, ALL, Route(Way.CARD_AND_PORTAL, reads_card=True)),
        (Brought.SMARTPHONE, OFFLINE, Route(Way.DESK, Reason.SMARTPHONE)),
        (Brought.OLD_INSURANCE_CARD, USUAL, Route(Way.DESK, Reason.OLD_INSURANCE_CARD)),
        (Brought.OLD_INSURANCE_CARD, ALL, Route(Way.PROVISIONAL_ONLINE)),
        (Brought.OLD_INSURANCE_CARD, OFFLINE, Route(Way.PROVISIONAL_INSURER, Reason.ASK_INSURER)),
        (Brought.UNSURE, ALL, Route(Way.DESK, Reason.UNSURE)),
        (Brought.MY_NUMBER_CARD, NO_READER, Route(Way.DESK, Reason.NO_READER)),
        (Brought.MY_NUMBER_CARD, NO_READER_BUT_FACES, Route(Way.FACE_READER)),
        (
            Brought.MY_NUMBER_CARD,
            replace(ALL, capabilities=replace(WITH_FACES, face_query=False, card_reader=False)),
            Route(Way.FACE_READER, Reason.NO_READER),
        ),
        (Brought.NOTICE, NO_READER, Route(Way.DESK, Reason.NOTICE_TO_BE_SEEN)),
        (Brought.SMARTPHONE, NO_READER, Route(Way.DESK, Reason.SMARTPHONE)),
        (Brought.CERTIFICATE, NO_READER, Route(Way.CERTIFICATE)),
        (Brought.OLD_INSURANCE_CARD, NO_READER, Route(Way.PROVISIONAL_ONLINE)),
    ],
)
def test_every_thing_brought_has_its_way(brought: Brought, policy: SitePolicy, expected: Route) -> None:
    assert route(brought, policy, TODAY) == expected


def test_the_provisional_rule_ends_with_march_2026_day_by_day() -> None:
    day = date(2025, 4, 1)
    while day <= date(2027, 4, 1):
        way = route(Brought.OLD_INSURANCE_CARD, ALL, day)
        assert (way.way is Way.PROVISIONAL_ONLINE) is (day <= date(2026, 3, 31)), day
        assert (way.reason is Reason.OLD_INSURANCE_CARD) is (day > date(2026, 3, 31)), day
        day += timedelta(1)


def test_the_rule_needs_the_contracts_agreement_and_the_site_may_end_it_earlier() -> None:
    assert date(2026, 3, 31) == PROVISIONAL_UNTIL
    assert not USUAL.provisional_on(TODAY)
    assert ALL.provisional_on(TODAY)
    assert not replace(ALL, provisional_until=TODAY - timedelta(1)).provisional_on(TODAY)


@pytest.mark.parametrize(
    ("way", "needs"),
    [
        (Way.FACE_READER, Capabilities(query=False, face_reader=True)),
        (Way.LIMITED_APP, Capabilities(query=False, limited_app=True)),
        (Way.CARD_QUERY, Capabilities()),
        (Way.PROVISIONAL_ONLINE, Capabilities()),
    ],
)
def test_a_site_offers_the_ways_that_it_has(way: Way, needs: Capabilities) -> None:
    assert needs.offers(way)
    assert not Capabilities(query=False).offers(way)
    assert Capabilities(query=False).offers(Way.CERTIFICATE)
