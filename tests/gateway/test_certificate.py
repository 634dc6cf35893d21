"""`kiosk gateway certificate`, with the kiosk's own client on the other end."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509

from kiosk.checkin.insurance import QualificationAnswer
from kiosk.checkin.outcome import QueryFault
from kiosk.gateway.certificate import CertificateError, Files, make, renew
from kiosk.gateway.command import gateway
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.qualifier import HttpQualifier
from kiosk.settings import Gateway
from tests.gateway.conftest import TOKEN, TOKENS
from tests.qualifier.conftest import QUERY

HERE = ("localhost", "127.0.0.1")
NOW = datetime.now(UTC)


async def asked(
    served: Files, ca_file: Path, folder: Path, host: str = "localhost"
) -> QualificationAnswer | QueryFault:
    """What a terminal that trusts `ca_file` gets from a gateway with these files, under that name."""
    token = folder / "gateway.token"
    token.write_text(TOKEN)
    with running_gateway(Simulator(), TOKENS, certificate=served.certificate, key=served.key) as url:
        qualifier = HttpQualifier(
            Gateway(url=url.replace("localhost", host), token_file=token, ca_file=ca_file, deadline_seconds=10)
        )
        try:
            return await qualifier.query(QUERY)
        finally:
            await qualifier.aclose()


@pytest.mark.parametrize("hosts", [HERE, ("localhost",)])
async def test_terminal_with_the_right_authority_gets_its_answer(tmp_path: Path, hosts: tuple[str, ...]) -> None:
    files = make(hosts, tmp_path / "made", NOW)
    assert isinstance(await asked(files, files.ca, tmp_path), QualificationAnswer)


@pytest.mark.parametrize("hosts", [HERE, ("127.0.0.1",)])
async def test_address_serves_as_well_as_a_name(tmp_path: Path, hosts: tuple[str, ...]) -> None:
    files = make(hosts, tmp_path / "made", NOW)
    assert isinstance(await asked(files, files.ca, tmp_path, host="127.0.0.1"), QualificationAnswer)


async def test_another_authority_is_refused_though_it_has_the_same_name(tmp_path: Path) -> None:
    files, other = make(HERE, tmp_path / "one", NOW), make(HERE, tmp_path / "two", NOW)
    assert await asked(files, other.ca, tmp_path) is QueryFault.UNTRUSTED


async def test_another_host_is_refused(tmp_path: Path) -> None:
    files = make(("gateway.example", "192.0.2.1"), tmp_path / "made", NOW)
    for host in HERE:
        assert await asked(files, files.ca, tmp_path, host) is QueryFault.UNTRUSTED


async def test_expired_certificate_is_refused_and_a_renewed_one_taken(tmp_path: Path) -> None:
    files = make(HERE, tmp_path / "made", NOW - timedelta(days=40), days=30)
    assert await asked(files, files.ca, tmp_path) is QueryFault.UNTRUSTED
    renewed = renew(tmp_path / "made", tmp_path / "renewed", NOW)
    assert isinstance(await asked(renewed, files.ca, tmp_path), QualificationAnswer)
    assert not renewed.ca.exists()


async def test_authority_can_sign_for_its_own_hosts_only(tmp_path: Path) -> None:
    """Whoever steals its key cannot be another gateway, by name or by address."""
    files = make(("gateway.example",), tmp_path / "authority", NOW)
    elsewhere = make(HERE, tmp_path / "elsewhere", NOW)
    stolen = tmp_path / "stolen"
    stolen.mkdir()
    for source, name in ((files.ca, "gateway-ca.pem"), (files.ca_key, "gateway-ca.key")):
        (stolen / name).write_bytes(source.read_bytes())
    (stolen / "gateway.pem").write_bytes(elsewhere.certificate.read_bytes())
    forged = renew(stolen, tmp_path / "forged", NOW)
    for host in HERE:
        assert await asked(forged, files.ca, tmp_path, host) is QueryFault.UNTRUSTED


def test_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    files = make(HERE, tmp_path / "made", NOW)
    assert [stat.S_IMODE(file.stat().st_mode) for file in (files.key, files.ca_key)] == [0o600, 0o600]


def test_certificate_names_every_host_and_its_time(tmp_path: Path) -> None:
    files = make(("Gateway.Example", "192.0.2.1", "2001:db8::1"), tmp_path / "made", NOW, days=100)
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["gateway.example", "192.0.2.1", "2001:db8::1"]
    assert certificate.not_valid_before_utc < NOW - timedelta(hours=20)
    assert timedelta(days=99) < certificate.not_valid_after_utc - NOW < timedelta(days=101)


@pytest.mark.parametrize("name", ["gateway.pem", "gateway.key", "gateway-ca.pem", "gateway-ca.key"])
def test_nothing_is_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(CertificateError, match="not written over"):
        make(HERE, tmp_path, NOW)
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("host", ["", "a b", "*.example", "https://gateway.example", "健診.example", "x" * 64, "a..b"])
def test_host_that_is_none_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(CertificateError, match="not a host name"):
        make((host,), tmp_path / "made", NOW)
    assert not (tmp_path / "made").exists()


def test_folder_without_an_authority_cannot_renew(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match=r"gateway-ca\.key"):
        renew(tmp_path, tmp_path / "renewed", NOW)


def test_command_says_which_file_goes_where(tmp_path: Path) -> None:
    out = tmp_path / "made"
    result = CliRunner().invoke(gateway, ["certificate", "--host", "gateway.example", "--out", str(out)])
    assert result.exit_code == 0
    for file, place in (
        ("gateway.pem", "serve.certificate"),
        ("gateway.key", "serve.key"),
        ("gateway-ca.pem", "gateway.ca_file"),
        ("gateway-ca.key", "--renew"),
    ):
        (line,) = [line for line in result.output.splitlines() if line.startswith(f"{out / file}:")]
        assert place in line
    again = CliRunner().invoke(gateway, ["certificate", "--host", "gateway.example", "--out", str(out)])
    assert again.exit_code == 1
    renewed = CliRunner().invoke(gateway, ["certificate", "--renew", str(out), "--out", str(tmp_path / "renewed")])
    assert renewed.exit_code == 0


@pytest.mark.parametrize("arguments", [[], ["--host", "a.example", "--renew", "."]])
def test_command_wants_hosts_or_an_authority(tmp_path: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(gateway, ["certificate", *arguments, "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())
