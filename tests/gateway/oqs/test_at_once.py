"""Many queries at once: each gets its own answer or none, whatever lies in the folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.gateway.backend import BackendDown, StillProcessing
from kiosk.gateway.messages import AnswerMessage
from kiosk.gateway.oqs.names import response_name
from kiosk.gateway.oqs.pace import Pace
from kiosk.gateway.oqs.reading import read_request
from kiosk.gateway.oqs.responding import Header, processing_octets
from kiosk.gateway.people import PEOPLE, InventedPerson
from tests.gateway.oqs.by_hand import put, response_to
from tests.gateway.oqs.playing import LIMIT_SECONDS, answered, backend_on, folders_in, query_of, requests_in
from tests.waiting import until

ANSWERED = ("exact", "loose", "both", "processing")
PLAYS = st.lists(
    st.tuples(
        st.sampled_from(["exact", "loose", "both", "cut", "foreign", "swapped", "processing", "never"]),
        st.integers(0, 1000),
    ),
    min_size=2,
    max_size=8,
)


@given(plays=PLAYS)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_query_gets_its_own_answer_or_none(
    tmp_path_factory: pytest.TempPathFactory, plays: list[tuple[str, int]]
) -> None:
    asyncio.run(_interleave(tmp_path_factory.mktemp("play"), plays))


async def _interleave(place: Path, plays: list[tuple[str, int]]) -> None:
    """Answers come in any order, twice, cut, late, with a neighbour's identifier or under a neighbour's name."""
    folders = folders_in(place / "oqs")
    people = PEOPLE[: len(plays)]
    queries = [query_of(person) for person in people]
    pace = Pace(answer=LIMIT_SECONDS, poll=0.03, one_call=0.4, work=3, look=3)
    async with backend_on(folders, place / "state", pace) as backend:
        # Whoever gets an answer waits as long as a busy machine takes; of the others one call says enough.
        asking = [
            asyncio.create_task(answered(backend, query) if play in ANSWERED else backend.qualify(query, again=False))
            for (play, _), query in zip(plays, queries, strict=True)
        ]
        await until(lambda: len(requests_in(folders)) == len(queries))
        requests = {
            read_request(file.read_bytes(), file.name).queries[0].identifier: file for file in requests_in(folders)
        }
        files = [requests[query.client_ref] for query in queries]
        steps = []
        for place_in_row, ((play, order), file, person) in enumerate(zip(plays, files, people, strict=True)):
            neighbour = files[(place_in_row + 1) % len(files)]
            steps += [(order, play, name, octets) for name, octets in _played(play, file, neighbour, person)]
        for order, _, name, octets in sorted(steps, key=lambda step: step[0]):
            put(folders, name, octets)
            if order % 3 == 0:  # spreads the files over several looks
                await asyncio.sleep(0.01)
        results = await asyncio.gather(*asking, return_exceptions=True)
    for (play, _), query, person, result in zip(plays, queries, people, results, strict=True):
        if isinstance(result, AnswerMessage):
            assert result.client_ref == query.client_ref
            assert [found.birthdate for found in result.results] in ([], [f"{person.birthdate:%Y%m%d}"])
            assert [found.name for found in result.results] in ([], [person.name])
            assert play in ANSWERED
        else:
            assert isinstance(result, BackendDown | StillProcessing)
            assert play not in ANSWERED


def _played(play: str, file: Path, neighbour: Path, person: InventedPerson) -> list[tuple[str, bytes]]:
    exact, identifier = response_name(file.name), file.stem.rpartition("_")[2]
    loose = f"OQSsiquc01res_{identifier}_1.xml"
    ours = response_to(file, person)
    asked = read_request(file.read_bytes(), file.name)
    match play:
        case "exact":
            return [(exact, ours)]
        case "loose":
            return [(loose, ours)]
        case "both":
            return [(exact, ours), (loose, ours)]
        case "cut":
            return [(exact, ours[: len(ours) // 2])]
        case "foreign":
            return [(exact, response_to(file, person, identifier="20260701093000AAAAAAAAAAAAAAAA"))]
        case "swapped":
            # The neighbour's answer under our name, and ours under a name of the neighbour's.
            other = neighbour.stem.rpartition("_")[2]
            return [(exact, response_to(neighbour, person)), (f"OQSsiquc01res_{other}_9.xml", ours)]
        case "processing":
            header = Header("20260701093000", identifier=asked.identifier)
            return [(exact, processing_octets(header, asked)), (loose, ours)]
        case _:
            return []
