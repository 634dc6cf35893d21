"""What a face reader brings (`face` of オンライン資格確認): one capture for each person who stood before it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from kiosk.gateway.messages import AnswerMessage, ResultMessage


@dataclass(frozen=True, slots=True, repr=False)
class Capture:
    """One answer that a face reader brought unasked. Its repr shows nothing."""

    id: str
    """The same whenever this capture is seen: the name of its file. It is taken once."""
    arrived: float
    """When it was certainly not there yet, in seconds of `time.monotonic`: the last look that did not show it.

    Never the terminal's clock, which may be wrong; and -inf for what already lay there at the first look.
    """
    answer: AnswerMessage
    """As the reader's terminal wrote it; its clientRef is nobody's."""

    @property
    def results(self) -> tuple[ResultMessage, ...]:
        """Whom it shows."""
        return self.answer.results

    def __repr__(self) -> str:
        return "Capture(…)"


class FaceSource(Protocol):
    """One face reader."""

    @property
    def reader(self) -> str:
        """Its name, for the registry and the log."""
        ...

    def captures(self) -> AsyncIterator[Capture]:
        """Every capture once, as it arrives, for ever; whole ones only, and what cannot be read is left out.

        It is called when a terminal first asks what there is, and again when it raised. Nothing that it reads may be
        changed, moved or locked.
        """
        ...


@runtime_checkable
class HasFaceReader(Protocol):
    """What a backend has besides when a face reader stands behind it; its `ways` then name `GatewayWay.FACE`."""

    @property
    def face_source(self) -> FaceSource | None:
        """The reader; None where the site has none."""
        ...


def face_source_of(backend: object) -> FaceSource | None:
    """The backend's face reader, if it has one."""
    return backend.face_source if isinstance(backend, HasFaceReader) else None
