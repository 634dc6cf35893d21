"""A gateway on a real socket, and a plain HTTP client of it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from kiosk.gateway.people import InventedPerson
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens

TOKEN = "canary-token-of-k01-0000"
OTHER_TOKEN = "canary-token-of-k02-0000"
TOKENS = Tokens({TOKEN: "k01", OTHER_TOKEN: "k02"})


def client_of(url: str, token: str | None = TOKEN) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=url, headers=headers, trust_env=False)


def body_of(person: InventedPerson, **other: str) -> dict[str, str]:
    asked = {
        "confirmationDate": "20260701",
        "insurerNumber": person.insurer.digits,
        "symbol": person.insured.symbol,
        "number": person.insured.number,
        "branch": person.insured.branch,
        "birthdate": f"{person.birthdate:%Y%m%d}",
        "clientRef": str(uuid4()),
    }
    return asked | other


def put(client: httpx.Client, body: object, key: str | None = None) -> httpx.Response:
    return client.post("/v1/qualifications", json=body, headers={"Idempotency-Key": key or str(uuid4())})


@pytest.fixture(scope="package")
def url() -> Iterator[str]:
    with running_gateway(Simulator(), TOKENS) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with client_of(url) as http:
        yield http
