"""The end date from the first bytes of a certificate."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from hardware.card.certificate import CertificateError, Incomplete, end_date
from hardware.virtual.pki import auth_certificate

END = date(2030, 2, 17)
DER = auth_certificate(END)
END_STANDS_BEFORE = DER.index(b"300217145959Z") + 13


def certificate(end: datetime) -> bytes:
    """A small certificate that ends then."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(1990, 1, 1, tzinfo=UTC), end)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("end", "day"),
    [
        (datetime(2030, 2, 17, 14, 59, 59, tzinfo=UTC), date(2030, 2, 17)),
        (datetime(2030, 2, 17, 15, 0, 0, tzinfo=UTC), date(2030, 2, 18)),
        (datetime(1999, 12, 31, 23, 0, 0, tzinfo=UTC), date(2000, 1, 1)),
        (datetime(2049, 12, 31, 14, 59, 59, tzinfo=UTC), date(2049, 12, 31)),
        (datetime(2050, 1, 1, 0, 0, 0, tzinfo=UTC), date(2050, 1, 1)),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), date.max),
    ],
    ids=["last second in Japan", "first second in Japan", "1999", "last UTCTime", "first GeneralizedTime", "never"],
)
def test_end_is_the_day_in_japan(end: datetime, day: date) -> None:
    assert end_date(certificate(end)) == day


@given(st.datetimes(datetime(1995, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001 - hypothesis takes naive bounds
def test_agrees_with_the_library(moment: datetime) -> None:
    der = certificate(moment.replace(microsecond=0, tzinfo=UTC))
    theirs = x509.load_der_x509_certificate(der).not_valid_after_utc
    assert end_date(der) == (theirs + timedelta(hours=9)).date()


def test_first_300_bytes_are_enough() -> None:
    assert end_date(DER[:300]) == END


def test_every_beginning_says_how_much_more_it_needs() -> None:
    size = 0
    while size < END_STANDS_BEFORE:
        with pytest.raises(Incomplete) as beyond:
            end_date(DER[:size])
        assert size < beyond.value.needed < 300
        size += 1
    assert end_date(DER[:size]) == END


@given(st.binary(max_size=200), st.integers(0, 199))
def test_hostile_bytes_raise_only_the_typed_error(noise: bytes, at: int) -> None:
    for data in (noise, DER[:at] + noise, DER[:at] + noise + DER[at + len(noise) :]):
        try:
            end_date(data)
        except CertificateError:
            continue


def test_time_that_is_none_is_an_error() -> None:
    at = DER.index(b"300217145959Z")
    for text in (b"301317145959Z", b"3002171459590", b"300217146059Z", b"300230145959Z"):
        with pytest.raises(CertificateError):
            end_date(DER[:at] + text + DER[at + 13 :])
