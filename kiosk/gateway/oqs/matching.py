"""From the units of a 一括照会 to the queries: each gets the answer that is certainly its own, or none."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from kiosk.gateway.messages import AnswerMessage, PersonMessage
from kiosk.gateway.oqs.echo import echoes, is_echo, names_same_number
from kiosk.gateway.oqs.files import BulkUnit, OqsResponse
from kiosk.gateway.oqs.reading import OqsFileError, answer_of_unit

log = logging.getLogger("kiosk.gateway")


def answers_of(queries: Sequence[PersonMessage], response: OqsResponse) -> tuple[AnswerMessage, ...]:
    """The answers in the queries' order, each with its query's clientRef; a query without a sure one is left out.

    A unit belongs to the query whose clientRef it repeats (ArbitraryIdentifier), or, where it repeats none, to the only
    one whose insurer, numbers and birth date it repeats. A query that two units belong to has no answer, nor one whose
    unit repeats its clientRef with somebody else's numbers.
    """
    by_reference = {query.client_ref: query for query in queries}
    units: dict[str, list[BulkUnit]] = {}
    nobodys = 0
    for unit in response.units:
        owner = _owner(unit, by_reference)
        if owner is None:
            nobodys += 1
        else:
            units.setdefault(owner.client_ref, []).append(unit)
    answers = []
    for query in queries:
        found = units.get(query.client_ref, [])
        answer = _answer(query, found[0], response) if len(found) == 1 else None
        if answer is not None:
            answers.append(answer)
    if nobodys or len(answers) < len(queries):
        log.warning(
            "bulk answer file=%s: %d of %d queries have an answer of their own, %d units belong to none",
            response.file_name,
            len(answers),
            len(queries),
            nobodys,
        )
    return tuple(answers)


def _owner(unit: BulkUnit, by_reference: dict[str, PersonMessage]) -> PersonMessage | None:
    asked = unit.asked
    if asked is None:
        return None
    if asked.identifier:
        return by_reference.get(asked.identifier.lower())
    alike = [query for query in by_reference.values() if is_echo(query, asked)]
    return alike[0] if len(alike) == 1 else None


def _answer(query: PersonMessage, unit: BulkUnit, response: OqsResponse) -> AnswerMessage | None:
    if unit.asked is None or not echoes(query, unit.asked) or not names_same_number(query, unit.asked):
        return None
    try:
        return answer_of_unit(response, unit, query.client_ref)
    except OqsFileError as wrong:
        log.warning("unit of no use: %s", wrong)
        return None
