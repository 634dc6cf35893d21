"""The signed payload: genuine ones are read, all others are found out."""

from __future__ import annotations

import base64
import hmac
import json
import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from kiosk.checkin.outcome import Outcome
from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Way
from kiosk.checkin.visit import Visit, VisitDraft, VisitNumber
from kiosk.slip.keys import SigningKey
from kiosk.slip.payload import Doubt, NotGenuine, Payload, sign, verify
from tests.slip.people import HANAKO, a_visit

KEY = SigningKey(OKPKey.generate_key("Ed25519"))
OTHER_KEY = SigningKey(OKPKey.generate_key("Ed25519"))
HEADER = {"alg": "Ed25519", "kid": KEY.public.id}
GENUINE = sign(a_visit(), KEY)


def doubt_about(text: str, kiosk: str | None = None) -> Doubt:
    """Why that text is refused by who knows KEY."""
    with pytest.raises(NotGenuine) as refused:
        verify(text, [KEY.public], kiosk)
    return refused.value.doubt


def signed(content: Any, header: dict[str, Any] | None = None) -> str:
    """Something else, well signed by KEY."""
    octets = content if isinstance(content, bytes) else json.dumps(content).encode()
    return jws.serialize_compact(header or HEADER, octets, KEY.jwk, algorithms=["Ed25519"])


def part(value: object) -> str:
    """A part of a compact JWS."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


visits = st.builds(
    lambda id_, prefix, sequence, kiosk, at, reason, way: Visit(
        id_, VisitNumber(prefix, sequence), kiosk, at.date(), at, VisitDraft(at, Outcome(reason, way))
    ),
    st.text("0123456789abcdef", min_size=32, max_size=32),
    st.sampled_from(string.ascii_uppercase),
    st.integers(1, 99_999),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,15}", fullmatch=True),
    st.datetimes(datetime(2020, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 (hypothesis wants them bare)
    st.sampled_from(Reason),
    st.sampled_from(Way),
)


@given(visits)
def test_what_was_signed_is_read_back(visit: Visit) -> None:
    text = sign(visit, KEY)
    assert verify(text, [OTHER_KEY.public, KEY.public], visit.kiosk) == Payload.of(visit)
    # 58 mm of paper hold 69 modules of half a millimetre: version 13, 331 characters at level M.
    assert len(text) <= 331


def test_payload_holds_no_name_and_no_insured_number() -> None:
    content = jws.extract_compact(GENUINE.encode()).payload.decode()
    assert not any(char in content for char in HANAKO.name + HANAKO.kana)
    assert "1970" not in content
    assert "26112345678" not in content


@given(st.integers(0, len(GENUINE) - 1), st.sampled_from(string.ascii_letters + string.digits + "-_.= \n"))
def test_any_edited_character_is_found_out(place: int, char: str) -> None:
    edited = GENUINE[:place] + char + GENUINE[place + 1 :]
    if edited != GENUINE:
        assert doubt_about(edited) in (Doubt.NOT_A_SLIP, Doubt.UNKNOWN_KEY, Doubt.BAD_SIGNATURE)


@given(st.text() | st.text("eyJ0.-_=", max_size=60) | st.binary().map(lambda octets: octets.decode("latin-1")))
def test_any_other_text_is_no_slip(text: str) -> None:
    assert doubt_about(text) in (Doubt.NOT_A_SLIP, Doubt.UNKNOWN_KEY)


def test_swapped_content_is_a_bad_signature() -> None:
    header, _, signature = GENUINE.split(".")
    _, content, _ = sign(a_visit(number=VisitNumber("A", 1)), KEY).split(".")
    assert doubt_about(f"{header}.{content}.{signature}") is Doubt.BAD_SIGNATURE


def test_slip_signed_by_another_kiosk_is_an_unknown_key() -> None:
    assert doubt_about(sign(a_visit(), OTHER_KEY)) is Doubt.UNKNOWN_KEY


def test_known_key_under_the_name_of_another_is_a_bad_signature() -> None:
    _, content, signature = sign(a_visit(), OTHER_KEY).split(".")
    assert doubt_about(f"{GENUINE.split('.')[0]}.{content}.{signature}") is Doubt.BAD_SIGNATURE


def test_slip_copied_from_another_kiosk_is_found_out_when_one_kiosk_is_asked_for() -> None:
    assert doubt_about(sign(a_visit(kiosk="k02"), KEY), kiosk="k01") is Doubt.OTHER_KIOSK


def test_unsigned_text_is_refused() -> None:
    content = GENUINE.split(".")[1]
    for algorithm in ("none", "None", "NONE"):
        assert doubt_about(f"{part({'alg': algorithm, 'kid': KEY.public.id})}.{content}.") is Doubt.UNKNOWN_KEY


def test_public_key_used_as_a_shared_secret_is_refused() -> None:
    public = KEY.jwk.public_key
    for secret in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.Raw, PublicFormat.Raw),
    ):
        claimed = f"{part({'alg': 'HS256', 'kid': KEY.public.id})}.{GENUINE.split('.')[1]}"
        mac = base64.urlsafe_b64encode(hmac.digest(secret, claimed.encode(), "sha256")).rstrip(b"=").decode()
        assert doubt_about(f"{claimed}.{mac}") is Doubt.UNKNOWN_KEY


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "Ed448", "", None, 1, ["Ed25519"]])
def test_no_other_algorithm_is_obeyed(algorithm: object) -> None:
    _, content, signature = GENUINE.split(".")
    assert doubt_about(f"{part({'alg': algorithm, 'kid': KEY.public.id})}.{content}.{signature}") is Doubt.UNKNOWN_KEY


def test_key_inside_the_text_is_not_believed() -> None:
    theirs = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "kid": KEY.public.id, "jwk": theirs.as_dict(private=False)}
    text = jws.serialize_compact(header, b"[]", theirs, algorithms=["ES256"])
    assert doubt_about(text) is Doubt.UNKNOWN_KEY


def test_second_spelling_of_the_signature_is_found_out() -> None:
    """The last character of 64 octets in base64 has four bits that say nothing."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    twin = alphabet[alphabet.index(GENUINE[-1]) ^ 1]
    assert doubt_about(GENUINE[:-1] + twin) is Doubt.NOT_A_SLIP


@pytest.mark.parametrize(
    "content",
    [
        [2, "k01", "what a newer program writes"],
        [1],
        {},
        "x",
        b"\xff",
        b"[" * 700,
        [1, "k01", "20261301", "A", 1, "AAAA", "card", 1, "C01", 0],
        [1, "k01", "20260512", "A", 1, "AAAA", "by air", 1, "C01", 0],
        [1, "k01", "20260512", "A", 1, "AAAA", "card", 1, "X99", 0],
        [1, "k01", "20260512", "A", 1, "?", "card", 1, "C01", 0],
        [1, "k01", "20260512", "A", 1, "AAAA", "card", 7, "C01", 0],
        [1, "k01", "20260512", "A", 1, "AAAA", "card", 1, "C01", 10**30],
    ],
)
def test_signed_content_of_another_program_is_another_version(content: object) -> None:
    assert doubt_about(signed(content)) in (Doubt.OTHER_VERSION, Doubt.NOT_A_SLIP)


def test_key_survives_its_file(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "slip.key"
    made = SigningKey.load_or_create(file)
    again = SigningKey.load_or_create(file)
    assert sign(a_visit(), made) == sign(a_visit(), again)
