"""A public key infrastructure of our own for virtual cards. Every name in it says TEST; it proves nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_JAPAN = ZoneInfo("Asia/Tokyo")
_YEARS = timedelta(days=5 * 365)


@cache
def auth_certificate(end: date) -> bytes:
    """A 利用者証明用電子証明書 for the test: DER, RSA-2048, ending with the last second of that day in Japan.

    Issuer and subject have the shape of the real ones (so the end date stands where it stands there) and hold no name.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import NameOID

    last_second = datetime.combine(end, time(23, 59, 59), _JAPAN).astimezone(UTC)
    issuer = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-TEST"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "TEST for user authentication"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "kenshin-kiosk TEST, not an agency, proves nothing"),
        ]
    )
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.COMMON_NAME, "TEST00000000000000000000A"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .serial_number(0x0106D180)
        .not_valid_before(last_second - _YEARS)
        .not_valid_after(last_second)
        .public_key(_key("card").public_key())
        .add_extension(x509.KeyUsage(True, *[False] * 8), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(_key("card").public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(_key("issuer").public_key()), critical=False)
        .sign(_key("issuer"), hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


@cache
def _key(name: str) -> RSAPrivateKey:  # noqa: ARG001 - the name keeps the cached keys apart
    """One key for each name and process: making one takes some 100 ms."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
