"""A slip that was printed stays readable: its digits are a format, whatever becomes of the program."""

from __future__ import annotations

from datetime import UTC, date, datetime

from joserfc.jwk import OKPKey

from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import VisitNumber
from kiosk.checkin.ways import Way
from kiosk.slip.keys import SigningKey
from kiosk.slip.payload import Payload, sign, verify
from tests.slip.people import a_visit

KEY = SigningKey(
    # The first test vector of RFC 8032: a key that everybody knows, and no kiosk has.
    OKPKey.import_key(
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }
    )
)
PRINTED = (
    "1752261040450914914928520357285589639023794918259434320952395799243225632429988794563847733557284415"
    "5282663130812907541950597463685645395122523162369991299173426235064768187402497199127315722168176848"
    "0842989388696957222452714252998269426221982702088"
)


def test_slip_that_was_printed_is_read() -> None:
    assert verify(PRINTED, [KEY.public], kiosk="k01") == Payload(
        kiosk="k01",
        day=date(2026, 5, 12),
        number=VisitNumber("A", 12),
        visit="0123456789abcdef0123456789abcdef",
        way=Way.CARD_QUERY,
        reason=Reason.CONFIRMED_BY_CARD,
        at=datetime(2026, 5, 11, 23, 31, 5, tzinfo=UTC),
    )


def test_same_visit_prints_the_same_digits() -> None:
    assert sign(a_visit(), KEY) == PRINTED
