"""The signed payload: genuine ones are read, all others are found out."""

from __future__ import annotations

import base64
import hmac
import string
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import qrcode
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from kiosk.checkin.outcome import Outcome
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit, VisitDraft, VisitNumber
from kiosk.checkin.ways import Way
from kiosk.slip.keys import SigningKey
from kiosk.slip.payload import WAYS, Doubt, NotGenuine, Payload, sign, verify
from tests.slip.people import HANAKO, a_visit

KEY = SigningKey(OKPKey.generate_key("Ed25519"))
OTHER_KEY = SigningKey(OKPKey.generate_key("Ed25519"))
GENUINE = sign(a_visit(), KEY)
SIGNATURE = 64


def doubt_about(text: str, kiosk: str | None = None) -> Doubt:
    """Why that text is refused by who knows KEY."""
    with pytest.raises(NotGenuine) as refused:
        verify(text, [KEY.public], kiosk)
    return refused.value.doubt


def octets_of(text: str) -> bytes:
    number = int(text)
    return number.to_bytes((number.bit_length() + 7) // 8)


def text_of(octets: bytes) -> str:
    return str(int.from_bytes(octets))


def signed(content: bytes, key: SigningKey = KEY) -> str:
    """Something else, well signed."""
    *_, signature = jws.serialize_compact({"alg": "Ed25519"}, content, key.jwk, algorithms=["Ed25519"]).split(".")
    return text_of(content + base64.urlsafe_b64decode(signature + "=="))


def side_of(text: str, level: int) -> int:
    """Modules on one side of the QR that holds the text, without its quiet zone."""
    code = qrcode.QRCode(error_correction=level, border=0)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return len(code.get_matrix())


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
    payload = verify(text, [OTHER_KEY.public, KEY.public], visit.kiosk)
    assert payload == Payload.of(visit)
    assert payload.confirmed is visit.outcome.confirmed
    assert text.isdigit()
    # The smallest terminal has 22 rows under its header: 44 modules in half blocks.
    assert side_of(text, qrcode.ERROR_CORRECT_L) <= 41


def test_short_names_of_kiosks_make_small_codes() -> None:
    """On screen version 5, on paper version 6: the layout of both relies on it."""
    text = sign(a_visit(kiosk="k0123", number=VisitNumber("Z", 99_999)), KEY)
    assert side_of(text, qrcode.ERROR_CORRECT_L) == 37
    assert side_of(text, qrcode.ERROR_CORRECT_M) == 41


def test_payload_holds_no_name_and_no_birth_date() -> None:
    same_day_other_person = sign(a_visit(presented=None, ticket=None), KEY)
    assert same_day_other_person == GENUINE
    assert HANAKO.name.encode() not in octets_of(GENUINE)


@given(st.integers(0, len(GENUINE) - 1), st.sampled_from(string.ascii_letters + string.digits + "-_.= \n０²"))
def test_any_edited_character_is_found_out(place: int, char: str) -> None:
    edited = GENUINE[:place] + char + GENUINE[place + 1 :]
    if edited != GENUINE:
        assert doubt_about(edited) in (Doubt.NOT_A_SLIP, Doubt.UNKNOWN_KEY, Doubt.BAD_SIGNATURE)


@given(st.integers(0, len(octets_of(GENUINE)) * 8 - 1))
def test_any_turned_bit_is_found_out(bit: int) -> None:
    assert doubt_about(str(int(GENUINE) ^ 1 << bit)) in (Doubt.NOT_A_SLIP, Doubt.UNKNOWN_KEY, Doubt.BAD_SIGNATURE)


@given(st.text() | st.text(string.digits, max_size=600) | st.binary().map(lambda octets: octets.decode("latin-1")))
def test_any_other_text_is_no_slip(text: str) -> None:
    assert doubt_about(text) in (Doubt.NOT_A_SLIP, Doubt.UNKNOWN_KEY)


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: f"0{text}",
        lambda text: f"+{text}",
        lambda text: f" {text}",
        lambda text: f"{text[:3]}_{text[3:]}",
        lambda text: text.translate({ord("0") + n: ord("０") + n for n in range(10)}),
        lambda text: f"{text}.0",
        lambda text: text * 3,
    ],
)
def test_second_spelling_of_the_same_number_is_no_slip(spell: Callable[[str], str]) -> None:
    assert doubt_about(spell(GENUINE)) is Doubt.NOT_A_SLIP


def test_swapped_content_is_a_bad_signature() -> None:
    content = octets_of(sign(a_visit(number=VisitNumber("A", 1)), KEY))[:-SIGNATURE]
    assert doubt_about(text_of(content + octets_of(GENUINE)[-SIGNATURE:])) is Doubt.BAD_SIGNATURE


def test_slip_signed_by_another_kiosk_is_an_unknown_key() -> None:
    assert doubt_about(sign(a_visit(), OTHER_KEY)) is Doubt.UNKNOWN_KEY


def test_known_key_under_the_name_of_another_is_a_bad_signature() -> None:
    content = octets_of(GENUINE)[:-SIGNATURE]
    assert doubt_about(signed(content, OTHER_KEY)) is Doubt.BAD_SIGNATURE


def test_slip_copied_from_another_kiosk_is_found_out_when_one_kiosk_is_asked_for() -> None:
    assert doubt_about(sign(a_visit(kiosk="k02"), KEY), kiosk="k01") is Doubt.OTHER_KIOSK


def test_unsigned_content_is_refused() -> None:
    assert doubt_about(text_of(octets_of(GENUINE)[:-SIGNATURE] + bytes(SIGNATURE))) is Doubt.BAD_SIGNATURE
    assert doubt_about(text_of(octets_of(GENUINE)[:-SIGNATURE])) is Doubt.NOT_A_SLIP


def test_public_key_used_as_a_shared_secret_is_refused() -> None:
    content = octets_of(GENUINE)[:-SIGNATURE]
    for encoding, form in ((Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), (Encoding.Raw, PublicFormat.Raw)):
        secret = KEY.jwk.public_key.public_bytes(encoding, form)
        assert doubt_about(text_of(content + hmac.digest(secret, content, "sha512"))) is Doubt.BAD_SIGNATURE


def test_second_form_of_the_signature_is_found_out() -> None:
    """Adding the group's order to S gives another number that a careless check would take."""
    order = 2**252 + 27742317777372353535851937790883648493
    octets = octets_of(GENUINE)
    s = int.from_bytes(octets[-32:], "little") + order
    assert doubt_about(text_of(octets[:-32] + s.to_bytes(32, "little"))) is Doubt.BAD_SIGNATURE


HEAD = octets_of(GENUINE)[:-SIGNATURE]


@pytest.mark.parametrize(
    "content",
    [
        b"\x02" + HEAD[1:7] + b"what a newer program writes",
        HEAD[:7],
        HEAD[:20],
        HEAD[:34] + b"\xff" + HEAD[35:],
        HEAD[:35] + b"X" + HEAD[36:],
        HEAD[:36] + b"\xff" + HEAD[37:],
        HEAD[:37] + b"\xff",
    ],
    ids=["version", "nothing", "too short", "way", "group", "reason", "kiosk"],
)
def test_signed_content_of_another_program_is_another_version(content: bytes) -> None:
    assert doubt_about(signed(content)) is Doubt.OTHER_VERSION


def test_every_way_has_a_number_of_its_own() -> None:
    assert set(WAYS) == set(Way)
    assert len(set(WAYS.values())) == len(WAYS)


def test_key_survives_its_file(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "slip.key"
    made = SigningKey.load_or_create(file)
    again = SigningKey.load_or_create(file)
    assert sign(a_visit(), made) == sign(a_visit(), again)
