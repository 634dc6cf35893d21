"""Through the real gateway, the real client and the rules: each invented person ends where the person says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import InsuredId, QualificationAnswer, QualificationQuery, QualificationValidity
from kiosk.checkin.outcome import QueryFault, decide
from kiosk.checkin.person import Person
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.ways import Way
from kiosk.gateway.people import PEOPLE, InventedPerson, by_key
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.qualifier import HttpQualifier
from kiosk.qualifier.client import Health
from tests.qualifier.conftest import TODAY, TOKEN, Qualifiers

REASONS = {
    "taro": Reason.CONFIRMED_BY_CARD,
    "hanako": Reason.CONFIRMED_BY_CARD,
    "set": Reason.CONFIRMED_BY_CARD,
    "intensive": Reason.TICKET_KIND,
    "motivational": Reason.TICKET_KIND,
    "renew": Reason.CONFIRMED_BY_CARD,
    "grace": Reason.CONFIRMED_BY_CARD,
    "certificate-over": Reason.CONFIRMED_BY_CARD,
    "half-width-kana": Reason.CONFIRMED_BY_CARD,
    "young": Reason.AGE,
    "old": Reason.AGE,
    "elderly-scheme": Reason.OTHER_SCHEME,
    "medical-assistance": Reason.PUBLIC_ASSISTANCE,
    "invalid": Reason.INVALID,
    "superseded": Reason.SUPERSEDED,
    "not-found": Reason.NOT_FOUND,
    "several": Reason.SEVERAL,
    "unregistered": Reason.PUBLIC_ASSISTANCE,
    "processing-once": Reason.CONFIRMED_BY_CARD,
    "processing": Reason.STILL_PROCESSING,
    "segment-failed": Reason.SYSTEM_FAILED,
    "status-error": Reason.SYSTEM_FAILED,
    "two-results": Reason.NOT_ONE_PERSON,
    "no-result": Reason.NOT_ONE_PERSON,
    "name-differs": Reason.NAME_DIFFERS,
    "birthdate-differs": Reason.BIRTHDATE_DIFFERS,
    "sex-differs": Reason.SEX_DIFFERS,
    "insurer-differs": Reason.OTHER_INSURER,
    "card-expired": Reason.NOT_ON_THE_DAY,
    "disqualified": Reason.NOT_ON_THE_DAY,
    "alias": Reason.CONFIRMED_BY_CARD,
    "kana-only": Reason.NAME_DIFFERS,
    "backend-down": Reason.SERVER_ERROR,
    "slow": Reason.TIMED_OUT,
    "http-500": Reason.SERVER_ERROR,
    "html": Reason.GARBAGE,
    "empty": Reason.GARBAGE,
    "huge": Reason.GARBAGE,
    "dropped": Reason.UNREACHABLE,
    "unknown-code": Reason.GARBAGE,
    "wrong-check-digit": Reason.GARBAGE,
}
"""Where each one ends with the card; the certificate's end is another rule's business."""
IMPATIENT = frozenset({"processing", "slow"})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_gateway(Simulator(), Tokens({TOKEN: "k01"})) as address:
        yield address


def query_of(person: InventedPerson, insured: InsuredId | None = None) -> QualificationQuery:
    return QualificationQuery(person.insurer, insured or person.insured, person.birthdate, TODAY)


def outcome_of(person: InventedPerson, answer: QualificationAnswer | QueryFault, shown: Person) -> Reason:
    ticket = Ticket(person.ticket(TODAY), insurer=person.insurer)
    presented = Presented(shown, shown.birthdate, person.insurer, person.insured)
    return decide(Way.CARD_QUERY, ticket, presented, answer, SitePolicy(), TODAY).reason


def test_the_table_is_whole() -> None:
    assert set(REASONS) == {person.key for person in PEOPLE}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
async def test_each_person_ends_where_the_person_says(
    url: str, qualifier_of: Qualifiers, person: InventedPerson
) -> None:
    qualifier = qualifier_of(url, deadline=0.4 if person.key in IMPATIENT else 10)
    await qualifier.warm_up()
    answer = await qualifier.query(query_of(person))
    assert outcome_of(person, answer, person.person) is REASONS[person.key]


async def test_name_in_another_form_agrees_by_its_kana(url: str, qualifier_of: Qualifiers) -> None:
    """A roster has the kana that a card has not; the answer's are half width."""
    person = by_key("kana-only")
    answer = await qualifier_of(url).query(query_of(person))
    shown = Person(person.name, person.birthdate, person.sex, kana="みほん さきこ")
    assert outcome_of(person, answer, shown) is Reason.CONFIRMED_BY_CARD


@pytest.mark.parametrize(
    "insured",
    [InsuredId("100001"), InsuredId("１００００１", "１１"), InsuredId("0100001", "", "1".zfill(2))],
    ids=["number only", "full width", "leading zero"],
)
async def test_number_is_found_as_people_type_it(url: str, qualifier_of: Qualifiers, insured: InsuredId) -> None:
    answer = await qualifier_of(url).query(query_of(by_key("taro"), insured))
    assert isinstance(answer, QualificationAnswer)
    assert answer.validity is QualificationValidity.VALID


async def test_stranger_is_not_found(url: str, qualifier_of: Qualifiers) -> None:
    query = QualificationQuery(by_key("taro").insurer, InsuredId("999"), date(1970, 1, 2), TODAY)
    answer = await qualifier_of(url).query(query)
    assert isinstance(answer, QualificationAnswer)
    assert answer.validity is QualificationValidity.NOT_FOUND


async def test_number_that_the_gateway_cannot_take_is_refused(url: str, qualifier_of: Qualifiers) -> None:
    assert await qualifier_of(url).query(query_of(by_key("taro"), InsuredId("1" * 21))) is QueryFault.REFUSED


async def test_wrong_token_is_refused(url: str, qualifier_of: Qualifiers) -> None:
    qualifier: HttpQualifier = qualifier_of(url, token="another-token-than-k01s-0000")
    assert await qualifier.query(query_of(by_key("taro"))) is QueryFault.REFUSED
    assert await qualifier.health() == Health(QueryFault.REFUSED)


async def test_simulator_is_seen_in_the_status(url: str, qualifier_of: Qualifiers) -> None:
    health = await qualifier_of(url).warm_up()
    # Whether it is well depends on who asked before.
    assert replace(health, well=True, at=None) == Health(None, simulator=True, faces=True, bulk=True)
    assert health.at is not None
    assert abs(health.at - datetime.now(UTC)) < timedelta(seconds=30)


async def test_query_does_not_wait_for_acknowledgements(url: str, qualifier_of: Qualifiers) -> None:
    """With Nagle's algorithm on either side no query takes less than 40 ms; without, one or two."""
    qualifier = qualifier_of(url)
    took = []
    for _ in range(15):
        began = time.perf_counter()
        await qualifier.query(query_of(by_key("taro")))
        took.append(time.perf_counter() - began)
    assert min(took) < 0.03
