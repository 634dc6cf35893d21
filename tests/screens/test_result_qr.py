"""When the slip did not come out, its QR can be read from the screen, with a camera and at every size."""

from __future__ import annotations

import pytest
from joserfc.jwk import OKPKey
from PIL import Image, ImageFilter
from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

from kiosk.checkin.outcome import Hint
from kiosk.checkin.visit import VisitNumber
from kiosk.ports.examinee import AskBrought, ShowResult
from kiosk.slip.keys import SigningKey
from kiosk.slip.payload import Payload, sign, verify
from screens.base import BESIDE_COLUMNS
from screens.panels import PANELS, SEVEN_INCH, Panel
from screens.pictures.graphics import Graphics, Pictures
from screens.tray import tray_beside
from screens.tray_table import Mishap, Sample, Shelf
from screens.widgets.huge import Huge
from screens.widgets.qr import Qr
from tests.screens.dots import panel
from tests.screens.gallery import cut_off
from tests.screens.seeing import photograph
from tests.screens.sitting import Sitting, sitting
from tests.screens.test_layout import SIZES
from tests.slip.people import a_visit

KEY = SigningKey(OKPKey.generate_key("Ed25519"))
BLOCKS = [size for size in SIZES if size != SEVEN_INCH.size]
"""Where half blocks have room for a code; the small panel has dots."""
LONGEST_NAME = "k" + "9" * 15
"""As long as the configuration lets a kiosk's name be."""


def unprinted(kiosk: str, number: VisitNumber) -> ShowResult:
    """The result of a visit whose slip did not come out, with the reminders that can come together."""
    qr = sign(a_visit(kiosk=kiosk, number=number), KEY)
    hints = (Hint.HAND_IN_TICKET, Hint.RENEW_CERTIFICATE)
    return ShowResult(number, True, "C01", hints, printed=False, qr=qr)


def picture(here: Sitting) -> Image.Image:
    size = here.app.screen.size
    return photograph(here.lines(), size.width, size.height)


def codes(image: Image.Image) -> list[str]:
    return [code.text for code in read_barcodes(image.convert("L"), formats=BarcodeFormats(BarcodeFormat.QRCode))]


@pytest.mark.parametrize("size", BLOCKS, ids=str)
@pytest.mark.parametrize(
    ("kiosk", "number"),
    [("k01", VisitNumber("A", 12)), (LONGEST_NAME, VisitNumber("W", 1234))],
    ids=["usual", "longest"],
)
async def test_qr_on_the_screen_reads_as_the_signed_payload(
    kiosk: str, number: VisitNumber, size: tuple[int, int]
) -> None:
    question = unprinted(kiosk, number)
    async with sitting(question, size) as here:
        await here.until(lambda: bool(codes(picture(here))))
        assert codes(picture(here)) == [question.qr]
        assert cut_off(here) == []
        shown = here.text()
    assert verify(question.qr, [KEY.public], kiosk) == Payload.of(a_visit(kiosk=kiosk, number=number))
    assert f"受付番号 {number}" in shown
    assert "SIMULATOR" in shown


@pytest.mark.parametrize("glass", PANELS, ids=lambda glass: glass.name)
@pytest.mark.parametrize("large", [False, True], ids=["usual", "high contrast"])
async def test_qr_in_dots_reads_on_both_panels(glass: Panel, large: bool) -> None:
    """Dark on light, whatever the colours of the screen are."""
    question = unprinted(LONGEST_NAME, VisitNumber("W", 1234))
    async with sitting(AskBrought(), glass.size) as here:
        here.app.graphics = Graphics(Pictures.SIXEL, glass.cell)
        await here.face(question)
        await here.read_as(large=large)
        await here.until(lambda: codes(panel(here.lines(), glass.size[0], glass.cell)) == [question.qr])
        assert cut_off(here) == []


@pytest.mark.parametrize("size", [(80, 24), (85, 26)], ids=str)
async def test_qr_on_the_screen_survives_a_poor_camera(size: tuple[int, int]) -> None:
    """At a third of the size, blurred and turned, as a phone in a hand sees it."""
    question = unprinted("k01", VisitNumber("A", 12))
    async with sitting(question, size) as here:
        await here.until(lambda: bool(codes(picture(here))))
        seen = picture(here)
    small = seen.resize((seen.width // 3, seen.height // 3), Image.Resampling.BILINEAR)
    assert codes(small.filter(ImageFilter.GaussianBlur(1)).rotate(7, expand=True)) == [question.qr]


async def test_number_stays_huge_beside_the_qr_on_the_reference_panel() -> None:
    async with sitting(unprinted("k01", VisitNumber("A", 12)), (85, 26)) as here:
        await here.until(lambda: "██████" in str(here.screen.query_one(Huge).content))


class Tabletop:
    """A tray with nothing on it."""

    holds_card = has_face_reader = False
    folder = settings_file = None

    def samples(self) -> list[Sample]:
        return [Sample("nobody", "だれか", "")]

    def insert(self, key: str) -> None: ...

    def pull(self) -> None: ...

    def scan(self, key: str) -> None: ...

    def look(self, key: str) -> str:
        return key

    def last_slip(self) -> None: ...

    def shelves(self) -> list[Shelf]:
        return []

    def mishaps(self) -> list[Mishap]:
        return []

    def toggle(self, name: str) -> None: ...

    def note(self) -> str:
        return ""


@pytest.mark.parametrize("size", [*BLOCKS, (124, 34)], ids=str)
async def test_the_demos_table_folds_away_for_the_code(size: tuple[int, int]) -> None:
    """Under the kiosk it leaves no room for it; at its side it stays. Its keys work on, and the next screen has it."""
    question, beside = unprinted("k01", VisitNumber("A", 12)), tray_beside(Tabletop())
    async with sitting(question, size, beside) as here:
        await here.until(lambda: codes(picture(here)) == [question.qr])
        assert ("F3 カードを置く" in here.text()) is (size[0] >= BESIDE_COLUMNS)
        assert cut_off(here) == []
        await here.strike(["f6"])
        await here.until(lambda: "受付票はまだありません" in here.text())
        await here.strike(["f6"])
        await here.until(lambda: codes(picture(here)) == [question.qr])
    async with sitting(AskBrought(), size, beside) as here:
        assert "F3 カードを置く" in here.text()


async def test_where_there_is_no_room_the_number_stands_without_half_a_code() -> None:
    async with sitting(unprinted("k01", VisitNumber("A", 12)), (80, 19)) as here:
        await here.until(lambda: not here.screen.query_one(Qr).display)
        await here.pilot.pause()
        assert cut_off(here) == []
        assert "受付番号 A-012" in here.text()
        assert "この番号を職員にお伝えください" in here.text()


async def test_qr_comes_and_goes_with_the_size_of_the_terminal() -> None:
    question = unprinted("k01", VisitNumber("A", 12))
    async with sitting(question, (80, 20)) as here:
        await here.until(lambda: not here.screen.query_one(Qr).display)
        await here.pilot.resize_terminal(80, 24)
        await here.until(lambda: codes(picture(here)) == [question.qr])
