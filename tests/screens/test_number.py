"""Where a number stands, and what was wrong with the last code."""

from __future__ import annotations

import pytest

from kiosk.ports.examinee import AskNumber, Complaint, Document, Scanned, Typed, Wanted
from screens.number import TITLES
from tests.screens.sitting import AT_ONCE, sitting

PAPERS = [document for document in Document if document is not Document.TICKET]
ON_PAPER = {
    Wanted.INSURER: "保険者番号 00000000",
    Wanted.SYMBOL: "記号 00",
    Wanted.NUMBER: "番号 0000",
    Wanted.BRANCH: "枝番 00",
}


@pytest.mark.parametrize("wanted", ON_PAPER)
@pytest.mark.parametrize("on", PAPERS)
async def test_the_picture_names_the_document_and_marks_the_number(on: Document, wanted: Wanted) -> None:
    async with sitting(AskNumber(wanted, on)) as here:
        shown = here.text().splitlines()
    assert any(TITLES[on] in line for line in shown)
    (marked,) = (line for line in shown if "ここ" in line)
    assert ON_PAPER[wanted] in marked


@pytest.mark.parametrize("on", PAPERS)
async def test_the_numbers_of_every_document_are_typed_alike(on: Document) -> None:
    async with sitting(AskNumber(Wanted.INSURER, on)) as here:
        await here.strike([*"01130012", "enter"])
        assert await here.answered() == Typed("01130012")


def test_every_document_has_a_name_of_its_own() -> None:
    assert len(set(TITLES.values())) == len(Document)


async def test_a_lunch_box_is_told_from_a_ticket() -> None:
    async with sitting(AskNumber(Wanted.TICKET, Document.TICKET, Complaint.SHOP_CODE)) as here:
        assert "お店のバーコードのようです" in here.text()
        await here.strike([*"26100012345", "enter"], AT_ONCE)
        assert await here.answered() == Scanned("26100012345")


async def test_after_an_unclear_code_the_number_is_typed() -> None:
    async with sitting(AskNumber(Wanted.TICKET, Document.TICKET, Complaint.TICKET_UNCLEAR)) as here:
        assert "バーコードを読みきれません" in here.text()
        await here.strike([*"26100012345", "enter"])
        assert await here.answered() == Typed("26100012345")
