"""The OpenAPI document is a contract: schemathesis asks the running gateway whatever the document allows, and more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st

from kiosk.checkin.insurance import check_digit
from kiosk.gateway.api import contract
from kiosk.gateway.bulk import api as bulk_api
from kiosk.gateway.command import gateway
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from tests.gateway.conftest import TOKEN, TOKENS

EXAMPLES = 60
"""For each operation and phase: the whole file takes some seconds."""


def _insurer(body: str) -> str:
    return body + str(check_digit(body))


schemathesis.openapi.format("oqs-day", st.dates(date(1900, 1, 1)).map(lambda day: f"{day:%Y%m%d}"))
schemathesis.openapi.format(
    "insurer-number",
    st.from_regex(r"[0-9]{5}|[0-9]{7}", fullmatch=True).filter(lambda body: int(body) > 0).map(_insurer),
)
SCHEMA = schemathesis.openapi.from_dict(contract())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        # Each example hands in another one, and nobody waits for their answers.
        patch.setattr(bulk_api, "MOST_OF_A_TERMINAL", 10_000)
        with running_gateway(Simulator(slow_seconds=0), TOKENS) as url:
            yield url


@seed(20261122)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@SCHEMA.parametrize()
def test_gateway_does_what_its_document_says(case: schemathesis.Case[Any], address: str) -> None:
    case.call_and_validate(base_url=address, headers={"Authorization": f"Bearer {TOKEN}"})


def test_document_names_every_refusal_of_every_operation() -> None:
    """What the guard says to anybody, and the problem document of each."""
    operations = [operation for path in contract()["paths"].values() for operation in path.values()]
    assert len(operations) >= 6
    for operation in operations:
        responses = operation["responses"]
        assert {"400", "401", "408", "413", "429", "500"} <= set(responses)
        for status, response in responses.items():
            if int(status) >= 400:
                (content,) = response["content"].items()
                assert content[0] == "application/problem+json"
                assert {example["value"]["status"] for example in content[1]["examples"].values()} == {int(status)}
        assert responses["429"]["headers"]["Retry-After"]["required"]


def test_document_describes_the_token_and_the_later_answer() -> None:
    document = contract()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert document["security"] == [{"token": []}]
    assert {} in document["paths"]["/v1/health"]["get"]["security"]
    for path in ("/v1/qualifications", "/v1/bulk-qualifications"):
        later = document["paths"][path]["post"]["responses"]["202"]
        assert set(later["headers"]) == {"Location", "Retry-After"}


def test_command_prints_the_document(tmp_path: Path) -> None:
    printed = CliRunner().invoke(gateway, ["openapi"])
    file = tmp_path / "openapi.json"
    written = CliRunner().invoke(gateway, ["openapi", "--out", str(file)])
    assert (printed.exit_code, written.exit_code) == (0, 0)
    assert json.loads(printed.output) == json.loads(file.read_text()) == contract()


def test_document_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(gateway, ["openapi", "--out", str(tmp_path / "nowhere" / "openapi.json")])
    assert result.exit_code == 1
    assert "cannot be written" in result.output
