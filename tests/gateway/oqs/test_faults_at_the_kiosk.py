"""Whatever breaks at the terminal's folders: what the kiosk says, that the query is not lost, and that service goes on.

From the query at the kiosk to its reason code; the gateway is a process, and its folders are on a disk that can break.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from kiosk.checkin.collation import Presented
from kiosk.checkin.insurance import QualificationAnswer, QualificationQuery
from kiosk.checkin.outcome import QueryFault, decide
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.ways import Way
from kiosk.gateway.invented_answers import answer_to
from kiosk.gateway.oqs.names import response_name
from kiosk.gateway.oqs.reading import read_request
from kiosk.gateway.oqs.responding import Header, response_octets
from kiosk.gateway.people import InventedPerson, by_key
from kiosk.qualifier import HttpQualifier
from kiosk.settings import Gateway
from tests.gateway.conftest import TOKEN, body_of, client_of, put
from tests.gateway.oqs.playing import LIMIT_SECONDS, TARO, query_of, requests_in
from tests.gateway.oqs.share import Shared, gateway_on_a_share
from tests.parts import namespaces_allowed
from tests.waiting import until

pytestmark = pytest.mark.skipif(not namespaces_allowed(), reason="no user namespaces here, so no disk can be mounted")
TODAY = date(2026, 7, 1)
HANAKO = by_key("hanako")
SOON = 1.0
"""The kiosk's deadline where no answer is to come."""


@dataclass
class Kiosk:
    """What the examinee's query comes to."""

    qualifier: HttpQualifier

    async def reason(self, person: InventedPerson = TARO, *, later: bool = False) -> Reason:
        """How the check-in of that person would end; `later` is the query that is made up afterwards."""
        query = QualificationQuery(person.insurer, person.insured, person.birthdate, TODAY)
        answer = await (self.qualifier.query_again(query) if later else self.qualifier.query(query))
        return decided(person, answer)


def decided(person: InventedPerson, answer: QualificationAnswer | QueryFault) -> Reason:
    ticket = Ticket(person.ticket(TODAY), insurer=person.insurer)
    presented = Presented(person.person, person.birthdate, person.insurer, person.insured)
    return decide(Way.CARD_QUERY, ticket, presented, answer, SitePolicy(), TODAY).reason


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    with gateway_on_a_share(tmp_path) as running:
        yield running


@asynccontextmanager
async def kiosk_at(shared: Shared, deadline: float = LIMIT_SECONDS) -> AsyncIterator[Kiosk]:
    token = shared.share.parent / "k01.token"
    token.write_text(TOKEN, encoding="ascii")
    gateway = Gateway(url=shared.url, token_file=token, deadline_seconds=deadline)
    qualifier = HttpQualifier(gateway, poll_seconds=0.02)
    try:
        yield Kiosk(qualifier)
    finally:
        await qualifier.aclose()


def response_to(request: Path, person: InventedPerson = TARO, *, at: str = "20260701093000", other: str = "") -> bytes:
    """The terminal's answer; `other` is somebody else's identifier."""
    asked = read_request(request.read_bytes(), request.name)
    return response_octets(
        Header(at, identifier=other or asked.identifier), asked, answer_to(query_of(person), again=True)
    )


def appear(shared: Shared, name: str, octets: bytes) -> None:
    draft = shared.terminal.responses / f"{uuid4()}.tmp"
    draft.write_bytes(octets)
    draft.rename(shared.terminal.responses / name)


async def only_request(shared: Shared) -> Path:
    await until(lambda: requests_in(shared.terminal))
    (request,) = requests_in(shared.terminal)
    return request


async def answer(shared: Shared, asking: asyncio.Task[Reason], person: InventedPerson = TARO) -> Reason:
    """The terminal answers the one request that waits."""
    request = await only_request(shared)
    appear(shared, response_name(request.name), response_to(request, person))
    return await asking


async def serves(shared: Shared, kiosk: Kiosk) -> None:
    """The service is up, and the query that was not answered can be made up."""
    asking = asyncio.create_task(kiosk.reason(later=True))
    assert await answer(shared, asking) is Reason.CONFIRMED_BY_CARD
    await until(lambda: health(shared)["status"] == "ok")


def health(shared: Shared) -> dict[str, object]:
    with client_of(shared.url) as client:
        told: dict[str, object] = client.get("/v1/health").json()
        return told


def full(shared: Shared) -> Callable[[], None]:
    filler = shared.fill()
    return filler.unlink


def read_only(shared: Shared) -> Callable[[], None]:
    shared.read_only()
    return lambda: shared.read_only("rw")


def missing(shared: Shared) -> Callable[[], None]:
    shared.gone()
    return shared.back


@pytest.mark.parametrize("broken", [missing, read_only, full])
async def test_folder_that_takes_no_request(shared: Shared, broken: Callable[[Shared], Callable[[], None]]) -> None:
    mend = broken(shared)
    async with kiosk_at(shared) as kiosk:
        reason = await kiosk.reason()
        assert reason is Reason.SERVER_ERROR
        assert reason.asked_later
        body, key = body_of(TARO), str(uuid4())
        with client_of(shared.url) as client:
            refused = put(client, body, key)
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:kenshin-kiosk:problem:backend-down")
        assert (health(shared)["status"], health(shared)["folderWritable"]) == ("degraded", False)
        assert list(shared.terminal.requests.iterdir()) == []
        mend()
        await serves(shared, kiosk)
    asking = asyncio.create_task(asyncio.to_thread(asked_again, shared, body, key))
    request = await only_request(shared)
    appear(shared, response_name(request.name), response_to(request))
    assert await asking == 200


def asked_again(shared: Shared, body: dict[str, str], key: str) -> int:
    """The status of the same query under the same key."""
    with client_of(shared.url) as client:
        client.timeout = httpx.Timeout(LIMIT_SECONDS)
        return put(client, body, key).status_code


async def test_share_that_goes_while_the_answer_is_awaited_and_comes_back(shared: Shared) -> None:
    async with kiosk_at(shared) as kiosk:
        asking = asyncio.create_task(kiosk.reason())
        request = await only_request(shared)
        octets = response_to(request)
        shared.gone()
        await until(lambda: health(shared)["answering"] is False)
        appear(shared, response_name(request.name), octets)
        shared.back()
        assert await asking is Reason.CONFIRMED_BY_CARD
        await until(lambda: health(shared)["status"] == "ok")
        await until(lambda: not requests_in(shared.terminal))


async def test_share_that_does_not_come_back_in_time(shared: Shared) -> None:
    async with kiosk_at(shared, SOON) as kiosk:
        asking = asyncio.create_task(kiosk.reason())
        request = await only_request(shared)
        shared.gone()
        reason = await asking
        assert reason in (Reason.STILL_PROCESSING, Reason.TIMED_OUT)
        assert reason.asked_later
        shared.back()
        request.unlink()
    async with kiosk_at(shared) as kiosk:
        await serves(shared, kiosk)


async def test_dead_terminal_is_still_processing_at_the_kiosk_and_later_answered(shared: Shared) -> None:
    async with kiosk_at(shared, SOON) as kiosk:
        reason = await kiosk.reason()
    assert reason in (Reason.STILL_PROCESSING, Reason.TIMED_OUT)
    assert reason.asked_later
    request = await only_request(shared)
    request.unlink()
    async with kiosk_at(shared) as kiosk:
        await serves(shared, kiosk)


async def test_dead_terminal_is_a_server_error_once_its_time_is_over(tmp_path: Path) -> None:
    with gateway_on_a_share(tmp_path, answer_seconds=5) as shared:
        async with kiosk_at(shared) as kiosk:
            assert await kiosk.reason() is Reason.SERVER_ERROR
            assert health(shared)["answering"] is False
            await until(lambda: not requests_in(shared.terminal))
            await serves(shared, kiosk)


async def test_answer_to_another_request_is_nobodys(shared: Shared) -> None:
    async with kiosk_at(shared, SOON) as kiosk:
        asking = asyncio.create_task(kiosk.reason())
        request = await only_request(shared)
        foreign = response_to(request, HANAKO, other="20260701093000AAAAAAAAAAAAAAAA")
        appear(shared, response_name(request.name), foreign)
        appear(shared, "OQSsiquc01res_2021081611906.xml", foreign)
        assert (await asking).asked_later
        assert {file.read_bytes() for file in shared.terminal.responses.iterdir()} == {foreign}
        request.unlink()
    async with kiosk_at(shared) as kiosk:
        await serves(shared, kiosk)


async def test_two_answers_that_differ_are_none(shared: Shared) -> None:
    async with kiosk_at(shared) as kiosk:
        asking = asyncio.create_task(kiosk.reason())
        request = await only_request(shared)
        identifier = request.stem.rpartition("_")[2]
        for person, tail in ((TARO, "_1"), (by_key("name-differs"), "_2")):
            # Two contents under names that are read in the same look.
            (shared.terminal.responses / f"OQSsiquc01res_{identifier}{tail}.xml").write_bytes(
                response_to(request, person)
            )
        reason = await asking
        assert reason is Reason.SERVER_ERROR
        assert reason.asked_later
        for file in shared.terminal.responses.iterdir():
            file.unlink()
        request.unlink()
        await serves(shared, kiosk)


async def test_answer_with_two_people_is_for_the_desk(shared: Shared) -> None:
    person = by_key("two-results")
    async with kiosk_at(shared) as kiosk:
        asking = asyncio.create_task(kiosk.reason(person))
        assert await answer(shared, asking, person) is Reason.NOT_ONE_PERSON
        await until(lambda: not requests_in(shared.terminal))
        await serves(shared, kiosk)


@pytest.mark.parametrize("at", ["20260701092000", "20260701094000", "20200101000000"])
async def test_clock_of_the_terminal_is_not_believed(shared: Shared, at: str) -> None:
    async with kiosk_at(shared) as kiosk:
        asking = asyncio.create_task(kiosk.reason())
        request = await only_request(shared)
        appear(shared, response_name(request.name), response_to(request, at=at))
        assert await asking is Reason.CONFIRMED_BY_CARD


async def test_answer_that_stays_cut_ends_the_wait_early(shared: Shared) -> None:
    async with kiosk_at(shared) as kiosk:
        asking = asyncio.create_task(kiosk.reason())
        request = await only_request(shared)
        whole = response_to(request)
        appear(shared, response_name(request.name), whole[: len(whole) // 2])
        reason = await asking
        assert reason is Reason.SERVER_ERROR
        assert reason.asked_later
        appear(shared, response_name(request.name), whole)
        await until(lambda: health(shared)["status"] == "ok")


async def test_hundred_requests_with_one_key_are_one_file_and_one_answer(shared: Shared) -> None:
    body, key = body_of(TARO), str(uuid4())
    limits = httpx.Limits(max_connections=100)
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": key}
    async with httpx.AsyncClient(
        base_url=shared.url, headers=headers, limits=limits, timeout=LIMIT_SECONDS, trust_env=False
    ) as client:
        asking = [asyncio.create_task(client.post("/v1/qualifications", json=body)) for _ in range(100)]
        request = await only_request(shared)
        appear(shared, response_name(request.name), response_to(request))
        answers = await asyncio.gather(*asking)
    assert Counter(one.status_code for one in answers) == {200: 100}
    assert len({one.content for one in answers}) == 1
    assert len(list(shared.terminal.responses.iterdir())) == 1
    await until(lambda: not requests_in(shared.terminal))
