"""The kiosk's side of face sessions, through the real gateway and through broken ones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from time import monotonic
from types import SimpleNamespace

import pytest

from kiosk.checkin.insurance import QualificationAnswer, QualificationValidity
from kiosk.checkin.outcome import FaceFault, QueryFault
from kiosk.gateway.faces import api
from kiosk.gateway.faces.registry import ARMED_SECONDS
from kiosk.gateway.people import InventedPerson, by_key
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.qualifier import HttpQualifier
from kiosk.qualifier import faces as faces_module
from kiosk.qualifier.faces import HttpFaceSession
from tests.qualifier.conftest import TOKEN, Qualifiers
from tests.qualifier.raw import Request, http, raw_gateway

LONG, SHORT = 10.0, 0.2
"""Seconds; nothing waits that long when it works, and what is not to come is waited for so long."""
TARO = by_key("taro")
OTHER_TOKEN = "canary-token-of-k02-0000"


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
def url(simulator: Simulator) -> Iterator[str]:
    with running_gateway(simulator, Tokens({TOKEN: "k01", OTHER_TOKEN: "k02"})) as address:
        yield address


@asynccontextmanager
async def armed(qualifier: HttpQualifier, person: InventedPerson = TARO) -> AsyncIterator[HttpFaceSession]:
    session = await qualifier.faces.arm(person.birthdate, person.kana)
    assert isinstance(session, HttpFaceSession)
    try:
        yield session
    finally:
        session.cancel()


async def test_a_reader_is_there_once_the_gateway_said_so(url: str, qualifier_of: Qualifiers) -> None:
    qualifier = qualifier_of(url)
    assert not qualifier.faces.available
    assert (await qualifier.health()).faces
    assert qualifier.faces.available


async def test_the_person_who_looks_is_matched(url: str, simulator: Simulator, qualifier_of: Qualifiers) -> None:
    async with armed(qualifier_of(url)) as session:
        assert simulator.show_face("hanako")
        assert simulator.show_face("taro")
        answer = await session.match(LONG)
    assert isinstance(answer, QualificationAnswer)
    assert answer.validity is QualificationValidity.VALID
    assert [result.person.name for result in answer.results] == [TARO.name]


@pytest.mark.parametrize("key", ["half-width-kana", "alias", "invalid"])
async def test_every_writing_and_every_answer_comes_through(
    url: str, simulator: Simulator, qualifier_of: Qualifiers, key: str
) -> None:
    async with armed(qualifier_of(url), by_key(key)) as session:
        simulator.show_face(key)
        answer = await session.match(LONG)
    assert isinstance(answer, QualificationAnswer)
    assert (answer.validity is QualificationValidity.INVALID) is (key == "invalid")


async def test_who_asks_for_more_time_is_still_waited_for(
    simulator: Simulator, qualifier_of: Qualifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway waits as long as the kiosk looks: nearly three times its 60 seconds, by a clock that is put on."""
    put_on = 0.0
    monkeypatch.setattr(api, "time", SimpleNamespace(monotonic=lambda: monotonic() + put_on))
    with running_gateway(simulator, Tokens({TOKEN: "k01"})) as address:
        async with armed(qualifier_of(address)) as session:
            for _ in range(3):
                while await session.match(SHORT) is FaceFault.UNAVAILABLE:
                    pass  # a busy machine: not one look came through in that time
                put_on += ARMED_SECONDS - 10
            simulator.show_face("taro")
            assert isinstance(await session.match(LONG), QualificationAnswer)


async def test_nobody_or_somebody_else_is_not_found(url: str, simulator: Simulator, qualifier_of: Qualifiers) -> None:
    async with armed(qualifier_of(url)) as session:
        simulator.show_face("hanako")
        assert await session.match(SHORT) is FaceFault.NOT_FOUND


async def test_whoever_looked_before_is_nobody(url: str, simulator: Simulator, qualifier_of: Qualifiers) -> None:
    simulator.show_face("taro")
    async with armed(qualifier_of(url)) as session:
        assert await session.match(SHORT) is FaceFault.NOT_FOUND


async def test_two_kiosks_that_wait_for_one_person_get_neither(
    url: str, simulator: Simulator, qualifier_of: Qualifiers
) -> None:
    mine, theirs = qualifier_of(url), qualifier_of(url, token=OTHER_TOKEN)
    async with armed(mine) as one, armed(theirs) as two:
        simulator.show_face("taro")
        assert set(await asyncio.gather(one.match(LONG), two.match(LONG))) == {FaceFault.SEVERAL}


async def test_two_kiosks_get_each_their_own(url: str, simulator: Simulator, qualifier_of: Qualifiers) -> None:
    hanako = by_key("hanako")
    mine, theirs = qualifier_of(url), qualifier_of(url, token=OTHER_TOKEN)
    async with armed(mine) as one, armed(theirs, hanako) as two:
        simulator.show_face("hanako")
        simulator.show_face("taro")
        answers = await asyncio.gather(one.match(LONG), two.match(LONG))
    named = [answer.results[0].person.name for answer in answers if isinstance(answer, QualificationAnswer)]
    assert named == [TARO.name, hanako.name]


async def test_a_cancelled_session_gets_nothing_more(url: str, simulator: Simulator, qualifier_of: Qualifiers) -> None:
    """The second session of the same person begins anew; what came for the first one is gone with it."""
    qualifier = qualifier_of(url)
    async with armed(qualifier) as first:
        simulator.show_face("taro")
        assert isinstance(await first.match(LONG), QualificationAnswer)
    await qualifier.faces.aclose()
    assert await first.match(SHORT) is FaceFault.NOT_FOUND
    async with armed(qualifier) as second:
        assert await second.match(SHORT) is FaceFault.NOT_FOUND


async def test_without_a_gateway_nobody_is_sent(qualifier_of: Qualifiers) -> None:
    qualifier = qualifier_of("http://127.0.0.1:9")
    assert (await qualifier.health()).fault is QueryFault.UNREACHABLE
    assert await qualifier.faces.arm(TARO.birthdate, TARO.kana) is FaceFault.UNAVAILABLE


def session_of(state: str, answer: object = None) -> bytes:
    return json.dumps({"id": "0" * 32, "clientRef": "", "state": state, "answer": answer}).encode()


RESULT = {
    "insurerNumber": "06132013",
    "name": "見本　太郎",
    "nameKana": "ﾐﾎﾝ ﾀﾛｳ",
    "sex1": "1",
    "birthdate": "19700102",
}


def with_result(**changes: str) -> dict[str, object]:
    done = {"segment": "1", "status": "1", "validity": "1", "processedAt": "20261120083000"}
    return {**done, "results": [{**RESULT, **changes}]}


ANSWER = with_result()


async def looked(qualifier_of: Qualifiers, *looks: tuple[int, bytes], seconds: float = LONG) -> object:
    """What a kiosk makes of a gateway that arms, and then answers its looks one after the other."""
    waiting = list(looks)

    async def answering(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.method == "POST":
            writer.write(http(session_of("armed"), 201))
        elif request.method == "DELETE":
            writer.write(http(b"", 204))
        else:
            status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            if not status:
                writer.close()
            writer.write(http(body, status or 200))

    async with raw_gateway(answering) as gateway:
        qualifier = qualifier_of(gateway.url)
        async with armed(qualifier) as session:
            found = await session.match(seconds)
        await qualifier.aclose()
        deleted = [request for request in gateway.requests if request.method == "DELETE"]
        assert [request.path for request in deleted] == ["/v1/face-sessions/" + "0" * 32]
    return found


async def test_another_gateways_match_is_taken(qualifier_of: Qualifiers) -> None:
    found = await looked(qualifier_of, (200, session_of("armed")), (200, session_of("matched", ANSWER)))
    assert isinstance(found, QualificationAnswer)


@pytest.mark.parametrize(
    "changed", [{"nameKana": "ﾐﾎﾝ ｼﾞﾛｳ"}, {"nameKana": ""}, {"birthdate": "19700103"}], ids=["name", "none", "birth"]
)
async def test_a_gateway_that_gives_another_person_is_not_believed(
    qualifier_of: Qualifiers, changed: dict[str, str]
) -> None:
    found = await looked(qualifier_of, (200, session_of("matched", with_result(**changed))))
    assert found is FaceFault.NOT_FOUND


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        ("expired", FaceFault.NOT_FOUND),
        ("cancelled", FaceFault.NOT_FOUND),
        ("ambiguous", FaceFault.SEVERAL),
        ("unheard-of", FaceFault.UNAVAILABLE),
    ],
)
async def test_every_state_has_its_meaning(qualifier_of: Qualifiers, state: str, fault: FaceFault) -> None:
    assert await looked(qualifier_of, (200, session_of(state))) is fault


@pytest.mark.parametrize("passing", [(503, b""), (500, b"<html>"), (429, b""), (0, b"")])
async def test_trouble_that_passes_is_waited_out(qualifier_of: Qualifiers, passing: tuple[int, bytes]) -> None:
    """A status of 0 breaks the connection; twice, because the line tries a second time by itself."""
    found = await looked(qualifier_of, passing, passing, (200, session_of("matched", ANSWER)))
    assert isinstance(found, QualificationAnswer)


@pytest.mark.parametrize(
    "broken",
    [
        (404, b"{}"),
        (403, b"{}"),
        (200, b""),
        (200, b"<html>"),
        (200, b"[" * 100_000),
        (200, b"{}"),
        (200, session_of("matched")),
        (200, session_of("matched", {"segment": "1"})),
        (200, session_of("matched", "x")),
    ],
    ids=str,
)
async def test_what_is_no_session_is_not_waited_for(qualifier_of: Qualifiers, broken: tuple[int, bytes]) -> None:
    assert await looked(qualifier_of, broken) is FaceFault.UNAVAILABLE


@pytest.mark.parametrize("silent", [(503, b""), (429, b""), (0, b"")])
async def test_a_line_that_stays_broken_is_no_person_that_did_not_come(
    qualifier_of: Qualifiers, silent: tuple[int, bytes]
) -> None:
    assert await looked(qualifier_of, (200, session_of("armed")), silent, seconds=SHORT) is FaceFault.UNAVAILABLE


async def test_a_line_that_is_back_at_the_end_knows_that_nobody_came(qualifier_of: Qualifiers) -> None:
    armed_still = (200, session_of("armed"))
    assert await looked(qualifier_of, armed_still, (503, b""), armed_still, seconds=SHORT) is FaceFault.NOT_FOUND


async def test_a_gateway_that_falls_silent_is_left_in_time(
    qualifier_of: Qualifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a cable is pulled: the first look is answered, the next one never."""
    monkeypatch.setattr(faces_module, "LOOK_SECONDS", SHORT / 2)
    looks = 0

    async def answering(request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal looks
        if request.method == "POST":
            writer.write(http(session_of("armed"), 201))
        elif request.method == "GET":
            looks += 1
            if looks == 1:
                writer.write(http(session_of("armed"), 200))

    async with raw_gateway(answering) as gateway:
        qualifier = qualifier_of(gateway.url)
        session = await qualifier.faces.arm(TARO.birthdate, TARO.kana)
        assert isinstance(session, HttpFaceSession)
        assert await session.match(4 * SHORT) is FaceFault.UNAVAILABLE
    assert looks > 1


@pytest.mark.parametrize("armed_with", [(200, session_of("armed")), (404, b""), (201, b"{}"), (500, b"")])
async def test_what_does_not_arm_is_unavailable(qualifier_of: Qualifiers, armed_with: tuple[int, bytes]) -> None:
    async def answering(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http(armed_with[1], armed_with[0]))

    async with raw_gateway(answering) as gateway:
        found = await qualifier_of(gateway.url).faces.arm(date(1970, 1, 2), "ミホン タロウ")
    assert found is FaceFault.UNAVAILABLE


async def test_the_log_names_nobody(
    url: str, simulator: Simulator, qualifier_of: Qualifiers, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        async with armed(qualifier_of(url)) as session:
            simulator.show_face("taro")
            await session.match(LONG)
        await looked(qualifier_of, (200, session_of("matched", with_result(birthdate="19991399"))))
    for canary in (TARO.name, TARO.kana, "ﾐﾎﾝ", "19700102", "19991399"):
        assert canary not in caplog.text
