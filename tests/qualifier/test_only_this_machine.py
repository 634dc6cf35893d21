"""A query goes in clear to this machine only."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from kiosk.settings import Gateway


@pytest.mark.parametrize("host", ["192.0.2.1", "gateway.example", "[2001:db8::1]", "127.0.0.1.example", "0.0.0.0"])  # noqa: S104 (refused)
def test_other_machines_are_never_asked_over_http(host: str) -> None:
    with pytest.raises(ValidationError, match="http is only for this machine itself"):
        Gateway(url=f"http://{host}:8460")
    assert Gateway(url=f"https://{host}:8460", ca_file=Path("/etc/kiosk/ca.pem")).url.startswith("https://")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_may_be_asked_over_http(host: str) -> None:
    assert Gateway(url=f"http://{host}:8460").url == f"http://{host}:8460"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "gateway.example:8460", "https://", "file:///etc/passwd"])
def test_what_is_no_address_of_a_gateway_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="give an address"):
        Gateway(url=url)
