"""The gateway of a configuration file, with a backend that answers at once: only the gateway itself is measured."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk import settings
from kiosk.gateway.backend import GatewayWay
from kiosk.gateway.invented_answers import face_answer
from kiosk.gateway.messages import AnswerMessage, QueryMessage
from kiosk.gateway.people import by_key
from kiosk.gateway.serve import serve

ANSWER = face_answer(by_key("taro"))


class AtOnce:
    """Implements `kiosk.gateway.backend.Backend`: always the same answer, of an invented person."""

    name, simulator, ways = "at once", True, (GatewayWay.NUMBER,)

    async def qualify(self, query: QueryMessage, *, again: bool) -> AnswerMessage:  # noqa: ARG002 - the port's
        """The answer, with the reference of the query."""
        return ANSWER.model_copy(update={"client_ref": query.client_ref})


if __name__ == "__main__":
    serve(settings.load(Path(sys.argv[1])).serve, AtOnce())
