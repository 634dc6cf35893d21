"""What goes over the wire of `/v1/face-sessions`."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from kiosk.gateway.faces.registry import FaceState, folded_letters
from kiosk.gateway.messages import AnswerMessage, Day, Message, Reference

LONGEST_KANA = 100
"""Characters; far above any name."""


def _with_letters(text: str) -> str:
    folded_letters(text)
    return text


Kana = Annotated[str, Field(min_length=1, max_length=LONGEST_KANA), AfterValidator(_with_letters)]
"""氏名カナ, of either width; spaces and the writing of long vowels do not matter."""


class FaceSessionRequest(Message):
    """Whom the terminal waits for at the face reader."""

    birthdate: Day
    kana: Kana
    client_ref: Reference


class FaceSessionMessage(Message):
    """How a session is."""

    id: str
    """Random; the last part of the session's address."""
    client_ref: Reference
    """The terminal's own, echoed."""
    state: FaceState
    answer: AnswerMessage | None = None
    """The answer of the one capture that is this person's; only while `state` is `matched`."""
