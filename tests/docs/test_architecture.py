"""docs/architecture.md shows the code as it is."""

from __future__ import annotations

import inspect
import re

from kiosk import journey
from kiosk.control.address import SOCKET_NAME
from kiosk.gateway.api import contract
from kiosk.ledger.opening import DATABASE
from kiosk.sealed.file import PRECHECK_NAME, ROSTER_NAME
from kiosk.slip.keys import KEY_FILE
from kiosk.station.status import BEAT_SECONDS, STATUS_NAME
from kiosk.vault import KEY_NAME
from tests.docs.drawn import ENDING, PAGE, with_parts


def test_what_is_drawn_from_the_code_is_up_to_date() -> None:
    """When this fails: python -m tests.docs.drawn."""
    text = PAGE.read_text(encoding="utf-8")
    assert with_parts(text) == text


def test_the_ending_is_drawn_in_the_order_of_the_journey() -> None:
    called = re.findall(r"\b(\w+)\(", inspect.getsource(journey._conclude))
    ours = [part.__name__ for part in ENDING]
    # `record(settle(...))`: the inner one is called first.
    assert sorted(name for name in called if name in ours) == sorted(ours)
    assert [name for name in called if name in ours][2:] == ours[2:]


def test_the_flow_of_data_names_what_there_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    files = (DATABASE, STATUS_NAME, SOCKET_NAME, ROSTER_NAME, PRECHECK_NAME, f"keys/{KEY_NAME}", str(KEY_FILE))
    assert [name for name in files if name not in text] == []
    assert f"every {BEAT_SECONDS:.0f} s" in text
    addresses = set(re.findall(r"/v1/[a-z-]+", text))
    assert addresses
    assert addresses <= set(contract()["paths"])
