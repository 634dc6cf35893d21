"""The site's own authority is the only one that the kiosk trusts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import certifi
import pytest

from kiosk.gateway.certificate import make
from kiosk.qualifier.line import Line
from kiosk.settings import Gateway


def test_public_authorities_can_sign_no_gateway(
    tmp_path: Path, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the environment names some for all programs."""
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    files = make(["gateway.example"], tmp_path / "made", datetime.now(UTC))
    line = Line(Gateway(url="https://gateway.example:8460", token_file=token_file, ca_file=files.ca), 1.0)
    assert line._tls is not None
    (trusted,) = line._tls.get_ca_certs()
    assert "kiosk" in str(trusted["subject"])
