"""How much one terminal and one stranger may ask."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.gateway.limits import MOST_ADDRESSES, Limits, RateLimit, Strangers, network_of
from kiosk.gateway.people import by_key
from kiosk.gateway.problems import Problem
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.qualifier import HttpQualifier
from kiosk.settings import Gateway
from tests.gateway.conftest import OTHER_TOKEN, TOKEN, TOKENS, body_of, client_of, put
from tests.gateway.test_api import problem_of

TARO = by_key("taro")
SLOWLY = Limits(per_second=0.001, at_once=3, strangers_per_minute=0.06, strangers_at_once=3)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(
    st.floats(min_value=0.01, max_value=1000),
    st.integers(min_value=1, max_value=50),
    st.lists(st.floats(min_value=0, max_value=10), max_size=100),
)
def test_never_more_than_burst_and_rate_and_always_after_the_wait(rate: float, burst: int, pauses: list[float]) -> None:
    clock = Clock()
    limit = RateLimit(rate, burst, clock)
    taken = 0
    for pause in pauses:
        clock.now += pause
        wait = limit.wait("k01")
        if not wait:
            taken += 1
        else:
            clock.now += wait
            assert not limit.wait("k01")
            taken += 1
        assert taken <= burst + rate * (clock.now - 1000) + 1e-3


def test_everything_is_allowed_without_a_limit() -> None:
    limit = RateLimit(math.inf, 1, Clock())
    assert not any(limit.wait("k01") for _ in range(1000))


def test_one_does_not_use_up_what_another_may() -> None:
    limit = RateLimit(1, 1, Clock())
    assert not limit.wait("k01")
    assert limit.wait("k01") == pytest.approx(1)
    assert not limit.wait("k02")


def test_guessed_token_of_a_blocked_address_is_refused_but_neighbours_that_are_known_go_on() -> None:
    strangers = Strangers(SLOWLY, Clock())
    assert not strangers.wait("192.0.2.1", "k01")
    while not strangers.wait("192.0.2.1", None):
        pass
    assert not strangers.wait("192.0.2.1", "k01")
    assert strangers.wait("192.0.2.1", "k02") > 1
    assert not strangers.wait("192.0.2.2", "k02")


def test_many_addresses_do_not_fill_the_memory() -> None:
    strangers = Strangers(SLOWLY, Clock())
    for number in range(MOST_ADDRESSES + 100):
        strangers.wait(f"address-{number}", None)
    assert len(strangers._limit) <= MOST_ADDRESSES + 1
    assert strangers.wait("one more", None)


def test_addresses_that_are_forgotten_make_room() -> None:
    clock = Clock()
    strangers = Strangers(SLOWLY, clock)
    for number in range(MOST_ADDRESSES):
        strangers.wait(f"address-{number}", None)
    clock.now += 10_000
    assert not strangers.wait("one more", None)
    assert len(strangers._limit) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
def test_stranger_is_an_address_or_an_ipv6_network(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


@pytest.fixture
def slow_url() -> Iterator[str]:
    with running_gateway(Simulator(), TOKENS, limits=SLOWLY) as address:
        yield address


def test_terminal_that_asks_too_much_waits_and_others_do_not(slow_url: str) -> None:
    with client_of(slow_url) as client, client_of(slow_url, OTHER_TOKEN) as other:
        body = body_of(TARO)
        for _ in range(3):
            assert client.get("/v1/capabilities").status_code == 200
        refused = put(client, body)
        assert problem_of(refused) is Problem.TOO_MANY
        assert int(refused.headers["retry-after"]) > 100
        assert problem_of(client.get(f"/v1/qualifications/{body['clientRef']}")) is Problem.TOO_MANY
        assert other.get("/v1/capabilities").status_code == 200


def test_guessing_is_stopped_and_does_not_stop_the_terminal(slow_url: str) -> None:
    with client_of(slow_url) as client, client_of(slow_url, "guessed-token-number-1") as guessing:
        assert client.get("/v1/capabilities").status_code == 200
        assert [problem_of(guessing.get("/v1/capabilities")) for _ in range(3)] == [Problem.NO_TOKEN] * 3
        blocked = guessing.get("/v1/capabilities")
        assert problem_of(blocked) is Problem.TOO_MANY
        assert "retry-after" in blocked.headers
        assert problem_of(guessing.get("/v1/health")) is Problem.TOO_MANY
        guessed = httpx.get(
            f"{slow_url}/v1/capabilities", headers={"Authorization": f"Bearer {OTHER_TOKEN}"}, trust_env=False
        )
        assert problem_of(guessed) is Problem.TOO_MANY
        assert client.get("/v1/capabilities").status_code == 200


async def test_kiosk_waits_at_a_busy_gateway_and_gets_its_answer(tmp_path: Path) -> None:
    from tests.qualifier.conftest import QUERY

    file = tmp_path / "gateway.token"
    file.write_text(TOKEN)
    with running_gateway(Simulator(), TOKENS, limits=Limits(per_second=2, at_once=1)) as url:
        qualifier = HttpQualifier(Gateway(url=url, token_file=file), poll_seconds=0.01)
        assert (await qualifier.health()).reachable
        answer = await qualifier.query(QUERY)
        await qualifier.aclose()
    assert getattr(answer, "results", None)


def test_refused_requests_reach_nothing_behind_the_guard(slow_url: str) -> None:
    """Also many at once: the limit is counted before anything is read."""
    statuses: list[int] = []

    def ask() -> None:
        with client_of(slow_url) as client:
            statuses.append(put(client, body_of(TARO)).status_code)

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 3 + [429] * 7
