"""Where a number stands, and what was wrong with the last code."""

from __future__ import annotations

import pytest

from kiosk.checkin.wareki import to_wareki
from kiosk.gateway.people import PEOPLE
from kiosk.ports.examinee import AskFaceCode, AskNumber, AskStart, Complaint, Document, Scanned, Typed, Wanted
from screens.number import TITLES
from screens.widgets.picture import DocumentPicture
from tests.screens.sitting import AT_ONCE, sitting

PAPERS = [document for document in Document if document is not Document.TICKET]
ON_PAPER = (Wanted.INSURER, Wanted.SYMBOL, Wanted.NUMBER, Wanted.BRANCH)


@pytest.mark.parametrize("on", PAPERS)
async def test_a_picture_shows_where_the_number_stands(on: Document) -> None:
    async with sitting(AskStart()) as here:
        for wanted in ON_PAPER:
            await here.face(AskNumber(wanted, on))
            assert here.screen.query_one(DocumentPicture).region.area, wanted


@pytest.mark.parametrize("on", PAPERS)
async def test_the_numbers_of_every_document_are_typed_alike(on: Document) -> None:
    async with sitting(AskNumber(Wanted.INSURER, on)) as here:
        await here.strike([*"01130012", "enter"])
        assert await here.answered() == Typed("01130012")


async def test_the_second_insurer_number_is_not_taken_for_the_tickets() -> None:
    async with sitting(AskNumber(Wanted.INSURER, Document.CERTIFICATE), (80, 24)) as here:
        assert "資格確認書の保険者番号" in here.text()
    async with sitting(AskNumber(Wanted.TICKET_INSURER, Document.TICKET), (80, 24)) as here:
        assert "受診券の保険者番号を入れてください" in here.text()


def test_every_document_has_a_name_of_its_own() -> None:
    assert len(set(TITLES.values())) == len(Document)


async def test_the_example_of_a_face_code_is_nobodys() -> None:
    async with sitting(AskFaceCode(10)) as here:
        shown = here.text()
    assert "380405" in shown
    assert not any(person.face_code[:6] in shown or to_wareki(person.birthdate) in shown for person in PEOPLE)


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
