"""The slip as text says what the drawn one says, and never more than fits on the paper."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from kiosk.checkin.outcome import Hint
from kiosk.checkin.reasons import Reason
from kiosk.ports.printer import LineStyle, TextLine
from kiosk.settings import PrintHead
from kiosk.slip.content import SlipContent, slip_content
from kiosk.slip.lines import columns, slip_lines
from tests.slip.people import BOOKED, a_site, a_visit

HEADS = pytest.mark.parametrize("head", PrintHead)
SITE = a_site()
VISITS = [a_visit(reason, hints=tuple(Hint)) for reason in Reason] + [a_visit(appointment=BOOKED)]
CONTENTS = pytest.mark.parametrize(
    "content", [slip_content(visit, SITE) for visit in VISITS], ids=lambda content: content.staff.code
)
TIMES = {LineStyle.LARGE: 2, LineStyle.HUGE: 4}


def words(lines: tuple[TextLine, ...]) -> str:
    return "".join(line.text for line in lines).replace(" ", "").replace("　", "")


@HEADS
@CONTENTS
def test_no_line_is_wider_than_the_paper(head: PrintHead, content: SlipContent) -> None:
    for line in slip_lines(content, head):
        assert columns(line.text) * TIMES.get(line.style, 1) <= head.value // 12


@HEADS
@CONTENTS
def test_everything_that_is_drawn_is_written(head: PrintHead, content: SlipContent) -> None:
    written = words(slip_lines(content, head))
    single = [getattr(content, field.name) for field in fields(content)]
    staff = [getattr(content.staff, field.name) for field in fields(content.staff)]
    for value in (*single, *staff):
        parts = value if isinstance(value, tuple) else (value,)
        for part in parts:
            if isinstance(part, str):
                assert part.replace(" ", "").replace("　", "") in written


@HEADS
def test_one_qr_stands_in_the_staff_part(head: PrintHead) -> None:
    lines = slip_lines(slip_content(VISITS[0], SITE), head)
    [place] = [at for at, line in enumerate(lines) if line.style is LineStyle.QR]
    assert any("職員用" in line.text for line in lines[:place])


def test_simulator_says_so_in_both_parts() -> None:
    lines = slip_lines(slip_content(VISITS[0], replace(SITE, simulator=True)), PrintHead.MM80)
    assert words(lines[:2]).startswith("シミュレーター（本物の照会ではありません）")
    assert any("職員用・シミュレーター" in line.text for line in lines)


def test_letters_that_no_printer_has_become_a_geta() -> None:
    content = replace(slip_content(VISITS[0], SITE), name="𠮷○ 様")
    assert "〓○ 様" in [line.text for line in slip_lines(content, PrintHead.MM80)]
