"""The terminal's key file."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc.jwk import ECKey, OctKey, OKPKey

from kiosk.slip.keys import KeyFault, PublicKey, SigningKey


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "keys" / "slip.key"


def test_key_is_made_once_and_only_its_owner_reads_it(file: Path) -> None:
    first = SigningKey.load_or_create(file)
    octets = file.read_bytes()
    assert SigningKey.load_or_create(file).public.id == first.public.id
    assert file.read_bytes() == octets
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_terminals_that_start_together_have_one_key(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = {key.public.id for key in pool.map(SigningKey.load_or_create, [file] * 8)}
    assert len(ids) == 1
    assert list(file.parent.iterdir()) == [file]


def test_key_that_others_may_read_is_refused_with_the_remedy(file: Path) -> None:
    SigningKey.load_or_create(file)
    file.chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        SigningKey.load_or_create(file)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b'{"kty":"OKP","crv":"Ed25519","x":"AAAA","d":"AAAA"}',
        b'{"kty":"OKP","crv":"nothing","x":"AAAA"}',
        pytest.param(json.dumps(ECKey.generate_key("P-256").as_dict(private=True)).encode(), id="other curve"),
        pytest.param(json.dumps(OctKey.generate_key(256).as_dict(private=True)).encode(), id="shared secret"),
        pytest.param(json.dumps(OKPKey.generate_key("X25519").as_dict(private=True)).encode(), id="key exchange"),
    ],
)
def test_anything_else_is_refused_without_a_traceback(file: Path, octets: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(octets)
    file.chmod(0o600)
    with pytest.raises(KeyFault, match=r"slip\.key"):
        SigningKey.load_or_create(file)
    assert file.read_bytes() == octets


def test_public_key_does_not_sign(file: Path) -> None:
    public = SigningKey.load_or_create(file).public.to_json()
    file.write_text(public, encoding="utf-8")
    with pytest.raises(KeyFault, match="public key"):
        SigningKey.load(file)


def test_missing_key_says_who_makes_it(file: Path) -> None:
    with pytest.raises(KeyFault, match="no such key"):
        SigningKey.load(file)
    with pytest.raises(KeyFault, match="no such key"):
        PublicKey.load(file)


def test_directory_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file", encoding="utf-8")
    with pytest.raises(KeyFault, match="cannot be written"):
        SigningKey.load_or_create(tmp_path / "keys" / "slip.key")


def test_public_key_is_read_from_jwk_and_pem(file: Path, tmp_path: Path) -> None:
    key = SigningKey.load_or_create(file)
    printed = tmp_path / "k01.pub"
    printed.write_text(key.public.to_json(), encoding="utf-8")
    public_pem, private_pem = tmp_path / "public.pem", tmp_path / "private.pem"
    public_pem.write_bytes(key.jwk.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert key.jwk.private_key is not None
    private_pem.write_bytes(key.jwk.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for form in (file, printed, public_pem, private_pem):
        read = PublicKey.load(form)
        assert read.id == key.public.id
        assert not read.jwk.is_private


def test_private_half_is_never_shown(file: Path) -> None:
    key = SigningKey.load_or_create(file)
    secret = json.loads(file.read_text(encoding="utf-8"))["d"]
    assert secret not in key.public.to_json()
    assert secret not in repr(key)
