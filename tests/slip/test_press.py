"""Drawn slips."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk.checkin.collation import Field, Finding, Presented, Source
from kiosk.checkin.outcome import Hint
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit, VisitNumber
from kiosk.checkin.ways import Way
from kiosk.ports.desk import Slips
from kiosk.ports.printer import Slip
from kiosk.settings import PrintHead, SlipName
from kiosk.slip.keys import SigningKey
from kiosk.slip.payload import Payload, verify
from kiosk.slip.press import SlipPress
from kiosk.slip.qr import draw_qr
from tests.slip.people import BOOKED, a_site, a_visit


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return SigningKey.load_or_create(tmp_path_factory.mktemp("keys") / "slip.key")


def read_codes(image: Image.Image) -> list[str]:
    """What a scanner reads on the paper."""
    return [code.text for code in zxingcpp.read_barcodes(image.convert("L"))]


async def draw(
    key: SigningKey, visit: Visit, head: PrintHead = PrintHead.MM80, slip_name: SlipName = SlipName.MASKED
) -> Slip:
    """The visit's slip."""
    press: Slips = SlipPress(lambda: a_site(head=head, slip_name=slip_name), key)
    return await press.draw(visit)


@pytest.mark.parametrize("head", PrintHead)
@pytest.mark.parametrize("reason", [Reason.CONFIRMED_BY_CARD, Reason.OTHER_INSURER, Reason.UNREACHABLE])
async def test_qr_on_the_paper_reads_as_the_signed_payload(key: SigningKey, head: PrintHead, reason: Reason) -> None:
    visit = a_visit(reason)
    slip = await draw(key, visit, head)
    assert (slip.image.mode, slip.image.width) == ("1", head.value)
    assert read_codes(slip.image) == [slip.qr]
    assert verify(slip.qr, [key.public], "k01") == Payload.of(visit)


@pytest.mark.parametrize("head", PrintHead)
async def test_qr_survives_a_poor_camera(key: SigningKey, head: PrintHead) -> None:
    """At half the size, blurred and turned, as a phone in a hand sees it."""
    slip = await draw(key, a_visit(), head)
    seen = slip.image.convert("L").resize((slip.image.width // 2, slip.image.height // 2), Image.Resampling.BILINEAR)
    assert read_codes(seen.rotate(7, expand=True, fillcolor=255)) == [slip.qr]


@pytest.mark.parametrize("head", PrintHead)
async def test_longest_payload_still_fits_the_paper(key: SigningKey, head: PrintHead) -> None:
    visit = a_visit(
        Reason.UNREACHABLE,
        Way.PROVISIONAL_INSURER,
        kiosk="k" + "9" * 15,
        number=VisitNumber("Z", 99_999),
        hints=tuple(Hint),
        findings=tuple(Finding(field, (Source.TICKET, Source.ANSWER)) for field in Field),
    )
    slip = await draw(key, visit, head)
    assert read_codes(slip.image) == [slip.qr]


@pytest.mark.parametrize("head", PrintHead)
@pytest.mark.parametrize("reason", [Reason.CONFIRMED_BY_CARD, Reason.OTHER_INSURER])
async def test_an_appointment_makes_the_slip_longer_and_stays_on_the_paper(
    key: SigningKey, head: PrintHead, reason: Reason
) -> None:
    longest = dataclasses.replace(BOOKED, course="検" * 80, first_place="棟" * 20)
    without, usual, long = [
        await draw(key, a_visit(reason, appointment=appointment), head) for appointment in (None, BOOKED, longest)
    ]
    assert without.image.height < usual.image.height < long.image.height
    assert usual.image.height - without.image.height <= 120  # 15 mm
    assert read_codes(usual.image) == [usual.qr]
    assert read_codes(long.image) == [long.qr]
    assert long.image.width == head.value


async def test_same_visit_gives_the_same_slip(key: SigningKey) -> None:
    first, again = [await draw(key, a_visit(Reason.OTHER_INSURER)) for _ in range(2)]
    assert (first.qr, first.image.tobytes()) == (again.qr, again.image.tobytes())


async def test_two_visits_give_two_slips(key: SigningKey) -> None:
    first, other = await draw(key, a_visit()), await draw(key, a_visit(number=VisitNumber("A", 13)))
    assert first.qr != other.qr
    assert first.image.tobytes() != other.image.tobytes()


@pytest.mark.parametrize("head", PrintHead)
@pytest.mark.parametrize("reason", Reason)
async def test_every_reason_can_be_drawn(key: SigningKey, reason: Reason, head: PrintHead) -> None:
    slip = await draw(key, a_visit(reason, hints=tuple(Hint)), head)
    longest = {PrintHead.MM80: 1500, PrintHead.MM58: 2100}[head]
    assert slip.image.height <= longest


async def test_slips_of_a_usual_morning_are_short(key: SigningKey) -> None:
    confirmed, desk = await draw(key, a_visit()), await draw(key, a_visit(Reason.OTHER_INSURER))
    assert confirmed.image.height <= 1000
    assert desk.image.height <= 1180


@pytest.mark.parametrize(
    "name",
    ["𠮷野　髙子", "葛\U000e0100城　花子", "ア" * 100, "Anna-Maria Wilhelmina van der Meer Schmidt " * 3, "子\x00\n子"],
    ids=["outside the font", "variation selector", "long", "latin", "control characters"],
)
@pytest.mark.parametrize("head", PrintHead)
async def test_unusual_names_are_drawn(key: SigningKey, name: str, head: PrintHead) -> None:
    person = Person(name, date(1970, 1, 2), Sex.FEMALE, address="𠮷" * 120)
    visit = a_visit(Reason.UNREACHABLE, presented=Presented(person, person.birthdate))
    slip = await draw(key, visit, head, SlipName.FULL)
    assert read_codes(slip.image) == [slip.qr]


async def test_letters_keep_to_the_margins(key: SigningKey) -> None:
    """Only the black bar reaches the outermost dots."""
    slip = await draw(key, a_visit(Reason.UNREACHABLE))
    below_the_bar = slip.image.crop((0, slip.image.height - 600, slip.image.width, slip.image.height))
    ink = below_the_bar.point(lambda dot: 0 if dot else 1).getbbox()
    assert ink is not None
    assert ink[0] >= 16
    assert ink[2] <= slip.image.width - 16


async def test_long_names_of_the_site_keep_to_the_paper(key: SigningKey) -> None:
    site = dataclasses.replace(a_site(head=PrintHead.MM58), name="社" * 30, desk="窓" * 20)
    slip = await SlipPress(lambda: site, key).draw(a_visit(Reason.UNSURE))
    assert read_codes(slip.image) == [slip.qr]


async def test_warming_up_loads_the_typeface(key: SigningKey) -> None:
    await SlipPress(a_site, key).warm_up()


def test_qr_that_cannot_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="wider than 40 dots"):
        draw_qr("a" * 200, 40, 4)


def test_pictures_in_the_documentation_are_slips_of_this_program() -> None:
    for name in ("slip-confirmed.png", "slip-desk.png"):
        file = Path(__file__).parents[2] / "docs" / "pictures" / name
        with Image.open(file) as picture:
            assert picture.width == PrintHead.MM80.value
            assert len(read_codes(picture)) == 1
        assert file.stat().st_size < 60_000
