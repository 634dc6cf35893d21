"""What must be right before the first query: the token, the CA, and what is loaded when."""

from __future__ import annotations

import datetime as dt
import ipaddress
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.checkin.insurance import QualificationAnswer
from kiosk.checkin.outcome import QueryFault
from kiosk.gateway.serve import running_gateway
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens
from kiosk.qualifier import HttpQualifier
from kiosk.settings import Gateway, SettingsError
from tests.qualifier.conftest import QUERY, TOKEN, Qualifiers

TOKENS = Tokens({TOKEN: "k01"})


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA of the test's own."""

    file: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=30))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def authority(folder: Path, name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(name, name, key, days=30)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(file, certificate, key)


def issued(folder: Path, by: Authority, names: list[x509.GeneralName], days: int = 30) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = by.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    certificate = (
        _builder("gateway", str(issuer), key, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(by.key, hashes.SHA256())
    )
    pem, key_file = folder / "gateway.pem", folder / "gateway.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, key_file


HERE: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
ELSEWHERE: list[x509.GeneralName] = [x509.DNSName("gateway.example")]


async def test_gateway_of_the_pinned_authority_is_asked(tmp_path: Path, qualifier_of: Qualifiers) -> None:
    pinned = authority(tmp_path, "site-ca")
    certificate, key = issued(tmp_path, pinned, HERE)
    with running_gateway(Simulator(), TOKENS, certificate=certificate, key=key) as url:
        assert url.startswith("https://")
        qualifier = qualifier_of(url, ca_file=pinned.file)
        answer = await qualifier.query(QUERY)
        await qualifier.aclose()
    assert isinstance(answer, QualificationAnswer)


@pytest.mark.parametrize(
    ("signed_by_pinned", "names", "days"),
    [(False, HERE, 30), (True, ELSEWHERE, 30), (True, HERE, -1)],
    ids=["another authority", "another host", "expired"],
)
async def test_any_other_certificate_gets_no_query(
    tmp_path: Path, qualifier_of: Qualifiers, signed_by_pinned: bool, names: list[x509.GeneralName], days: int
) -> None:
    pinned, other = authority(tmp_path, "site-ca"), authority(tmp_path, "other-ca")
    certificate, key = issued(tmp_path, pinned if signed_by_pinned else other, names, days)
    with running_gateway(Simulator(), TOKENS, certificate=certificate, key=key) as url:
        qualifier = qualifier_of(url, ca_file=pinned.file)
        assert await qualifier.query(QUERY) is QueryFault.UNTRUSTED
        assert (await qualifier.health()).fault is QueryFault.UNTRUSTED


def test_https_needs_the_authority(token_file: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gateway\.ca_file"):
        HttpQualifier(Gateway(token_file=token_file).model_copy(update={"url": "https://gateway.example:8460"}))
    for unusable in (tmp_path / "nowhere.pem", token_file):
        with pytest.raises(SettingsError, match=r"gateway\.ca_file"):
            HttpQualifier(Gateway(url="https://gateway.example:8460", token_file=token_file, ca_file=unusable))


def test_missing_token_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "nowhere"
    with pytest.raises(SettingsError, match=r"gateway\.token_file") as missing:
        HttpQualifier(Gateway(token_file=file))
    assert str(file) in str(missing.value)
    assert "kiosk gateway token NAME --add FILE" in str(missing.value)


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"one-token-of-two\ntwo-token-of-two\n", b"\xe5\x85\xa8\xe8\xa7\x92"]
)
def test_unusable_token_is_refused_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        HttpQualifier(Gateway(token_file=file))
    assert str(file) in str(refused.value)
    assert "of-two" not in str(refused.value)


def test_token_may_stand_as_in_the_gateways_own_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN} k01\n")
    HttpQualifier(Gateway(token_file=file))


def test_token_of_this_terminal_is_shown_nowhere(token_file: Path) -> None:
    qualifier = HttpQualifier(Gateway(token_file=token_file))
    assert TOKEN not in repr(qualifier) + repr(vars(qualifier))


def test_http_library_is_loaded_only_by_the_first_request(token_file: Path) -> None:
    """The first frame of `kiosk run` must not wait for it."""
    program = (
        "import sys; from pathlib import Path; from kiosk.qualifier import HttpQualifier; "
        "from kiosk.settings import Gateway; HttpQualifier(Gateway(token_file=Path(sys.argv[1]))); "
        "print(sorted({'httpx', 'httpcore', 'fastapi'} & set(sys.modules)))"
    )
    command = [sys.executable, "-I", "-c", program, str(token_file)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
