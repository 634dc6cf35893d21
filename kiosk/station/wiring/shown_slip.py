"""A slip that is shown at the board: what it says, and how far it is to be trusted."""

from __future__ import annotations

import unicodedata
from typing import assert_never

from kiosk.ports.board import SlipVerdict
from kiosk.slip.keys import PublicKey
from kiosk.slip.payload import Doubt, NotGenuine, Payload, claimed_kiosk, verify


def read_slip(code: str, key: PublicKey, kiosk: str) -> Payload:
    """What a genuine slip says. Raises NotGenuine.

    A slip that says it is another terminal's is not called forged: its key is not here.
    """
    text = "".join(unicodedata.normalize("NFKC", code).split())  # as a Japanese keyboard types it
    try:
        return verify(text, (key,), kiosk)
    except NotGenuine as doubt:
        if doubt.doubt is Doubt.UNKNOWN_KEY and claimed_kiosk(text) not in (None, kiosk):
            raise NotGenuine(Doubt.OTHER_KIOSK) from doubt
        raise


def verdict(doubt: Doubt) -> SlipVerdict:
    """What such a slip is to staff."""
    match doubt:
        case Doubt.NOT_A_SLIP | Doubt.OTHER_VERSION:
            return SlipVerdict.NOT_A_SLIP
        case Doubt.UNKNOWN_KEY | Doubt.BAD_SIGNATURE:
            return SlipVerdict.FORGED
        case Doubt.OTHER_KIOSK:
            return SlipVerdict.ANOTHER_KIOSK
        case _:
            assert_never(doubt)
