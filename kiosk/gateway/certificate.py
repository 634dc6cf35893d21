"""A certificate authority of the site's own, and the gateway's certificate signed by it."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS = 3650
"""As long as a terminal lives; replacing it means going to each of them."""
SERVER_DAYS = 825
"""Two checkup seasons and a spare quarter; renewing it concerns the gateway only."""
EARLIER = timedelta(days=1)
"""A terminal whose clock is behind takes a new certificate at once."""

_DNS_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_EVERY_ADDRESS = (
    x509.IPAddress(ipaddress.IPv4Network("0.0.0.0/0")),
    x509.IPAddress(ipaddress.IPv6Network("::/0")),
)


class CertificateError(Exception):
    """No certificate was made; the message says what to do. Nothing was written over."""


@dataclass(frozen=True, slots=True)
class Files:
    """What a folder holds afterwards."""

    folder: Path

    @property
    def ca(self) -> Path:
        """For every terminal: gateway.ca_file."""
        return self.folder / "gateway-ca.pem"

    @property
    def ca_key(self) -> Path:
        """Signs the next certificate; to be kept away from gateway and terminals."""
        return self.folder / "gateway-ca.key"

    @property
    def certificate(self) -> Path:
        """For the gateway: serve.certificate."""
        return self.folder / "gateway.pem"

    @property
    def key(self) -> Path:
        """For the gateway: serve.key."""
        return self.folder / "gateway.key"


@dataclass(frozen=True, slots=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make(hosts: Sequence[str], folder: Path, now: datetime, days: int = SERVER_DAYS) -> Files:
    """A new authority, which can sign for these hosts only, and a certificate for them.

    Raises CertificateError for a host that is none, or when one of the files is there already.
    """
    names = [_general_name(host) for host in hosts]
    files = Files(folder)
    _make_way(files.ca, files.ca_key, files.certificate, files.key)
    authority = _authority(names, now)
    _write(files.ca_key, _private(authority.key), 0o600)
    _write(files.ca, authority.certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    _issue(authority, names, files, now, days)
    return files


def renew(authority_of: Path, folder: Path, now: datetime, days: int = SERVER_DAYS) -> Files:
    """Another certificate for the same hosts, signed by the authority in the folder of before.

    Raises CertificateError when that folder has no authority, or when one of the new files is there already.
    """
    before = Files(authority_of)
    try:
        certificate = x509.load_pem_x509_certificate(before.ca.read_bytes())
        served = x509.load_pem_x509_certificate(before.certificate.read_bytes())
        key = serialization.load_pem_private_key(before.ca_key.read_bytes(), password=None)
    except (OSError, ValueError) as wrong:
        raise CertificateError(
            f"{authority_of}: has not the three files of an authority (gateway-ca.pem, gateway-ca.key, gateway.pem); "
            "give the folder that `kiosk gateway certificate` filled"
        ) from wrong
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateError(f"{before.ca_key}: not a key that `kiosk gateway certificate` made")
    names = list(served.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    files = Files(folder)
    _make_way(files.certificate, files.key)
    _issue(_Authority(certificate, key), names, files, now, days)
    return files


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        name = host.lower()
    if not _DNS_NAME.fullmatch(name):
        raise CertificateError(f"{host}: not a host name or address; give it as terminals have it in gateway.url")
    return x509.DNSName(name)


def _make_way(*files: Path) -> None:
    for file in files:
        if file.exists():
            raise CertificateError(f"{file}: is there already and is not written over; give another folder with --out")
    folder = files[0].parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as wrong:
        raise CertificateError(
            f"{folder}: cannot be made ({wrong.strerror}); give another folder with --out"
        ) from wrong


def _authority(names: Sequence[x509.GeneralName], now: datetime) -> _Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named("kenshin-kiosk gateway authority")
    certificate = (
        _builder(name, name, key.public_key(), now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(_only(names), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _Authority(certificate, key)


def _only(names: Sequence[x509.GeneralName]) -> x509.NameConstraints:
    """What the authority may sign: these names, so that whoever steals its key cannot imitate anything else."""
    permitted: list[x509.GeneralName] = []
    for name in names:
        match name:
            case x509.IPAddress(value=address):
                permitted.append(x509.IPAddress(ipaddress.ip_network(address)))
            case _:
                permitted.append(name)
    # A kind of name that is not mentioned would be free.
    excluded: list[x509.GeneralName] = []
    if not any(isinstance(name, x509.IPAddress) for name in names):
        excluded.extend(_EVERY_ADDRESS)
    if not any(isinstance(name, x509.DNSName) for name in names):
        excluded.append(x509.DNSName(""))
    return x509.NameConstraints(permitted, excluded or None)


def _issue(authority: _Authority, names: Sequence[x509.GeneralName], files: Files, now: datetime, days: int) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate
    certificate = (
        _builder(_named("kenshin-kiosk gateway"), issuer.subject, key.public_key(), now, days)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    _write(files.key, _private(key), 0o600)
    _write(files.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(file: Path, octets: bytes, mode: int) -> None:
    """A new file with that mode from its first moment on. Raises CertificateError."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
            opened.write(octets)
    except OSError as wrong:
        raise CertificateError(f"{file}: cannot be written ({wrong.strerror})") from wrong
