"""A 一括照会 whose terminal is played by hand: reception, looks and answers."""

from __future__ import annotations

from uuid import uuid4

from kiosk.gateway.backend import StillProcessing
from kiosk.gateway.bulk.messages import BulkAnswerMessage, BulkQueryMessage
from kiosk.gateway.invented_answers import answer_to
from kiosk.gateway.oqs.backend import FolderBackend
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.names import RequestKind, response_name
from kiosk.gateway.oqs.reading import OqsRequest, read_request
from kiosk.gateway.oqs.responding import Header, bulk_octets, reception_octets
from kiosk.gateway.people import PEOPLE, InventedPerson, by_key
from tests.gateway.conftest import body_of
from tests.gateway.oqs.by_hand import put
from tests.gateway.oqs.playing import query_of, requests_in
from tests.waiting import until

DAY = "20260701"
HANAKO = by_key("hanako")
RECEPTION = "2026070109300000000001"
HEADER = Header("20260701093000")


def bulk_of_people(*people: InventedPerson, **other: str) -> BulkQueryMessage:
    """A new one about these people."""
    return BulkQueryMessage.model_validate(bulk_body(*people) | other)


def bulk_body(*people: InventedPerson) -> dict[str, object]:
    queries = [body_of(person) for person in people]
    for query in queries:
        del query["confirmationDate"]
    return {"clientRef": str(uuid4()), "confirmationDate": DAY, "queries": queries}


async def answered(backend: FolderBackend, query: BulkQueryMessage, *, again: bool = False) -> BulkAnswerMessage:
    """Ask as the API does, until there is an answer. Raises BackendDown."""
    while True:
        try:
            return await backend.qualify_bulk(query, again=again)
        except StillProcessing:
            again = True


async def next_request(folders: Folders, kind: RequestKind) -> tuple[str, OqsRequest]:
    """Take the next request of that kind out of `req`, as the terminal does; the name of its response."""
    await until(lambda: any(file.name.startswith(kind.value) for file in requests_in(folders)))
    file = next(file for file in requests_in(folders) if file.name.startswith(kind.value))
    request = read_request(file.read_bytes(), file.name)
    file.unlink()
    return response_name(file.name), request


async def receive(folders: Folders) -> OqsRequest:
    """Play the terminal until it gave the reception."""
    name, uploaded = await next_request(folders, RequestKind.BULK_UPLOAD)
    put(
        folders,
        name,
        reception_octets(Header(HEADER.processed_at, identifier=uploaded.identifier), uploaded, RECEPTION),
    )
    return uploaded


async def answer(folders: Folders, uploaded: OqsRequest, number: str = RECEPTION) -> None:
    """Play the terminal that answers a fetch, everybody as they are."""
    name, fetch = await next_request(folders, RequestKind.BULK_FETCH)
    assert fetch.reception_number == RECEPTION
    by_reference = {asked.identifier: asked for asked in uploaded.queries}
    units = []
    for reference, asked in by_reference.items():
        person = next(one for one in PEOPLE if one.insured.number == asked.number)
        units.append((asked, answer_to(query_of(person, clientRef=reference), again=True)))
    put(folders, name, bulk_octets(HEADER, uploaded, number, units))
