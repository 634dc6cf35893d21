"""The examinee's part of a slip in their language; the staff's part in Japanese."""

from __future__ import annotations

from dataclasses import replace

import pytest
import zxingcpp

from kiosk.checkin.language import Language
from kiosk.checkin.outcome import Hint
from kiosk.checkin.reasons import Reason
from kiosk.locale import speak, spoken
from kiosk.settings import PrintHead
from kiosk.slip.content import slip_content
from kiosk.slip.examinee import drawn, in_printers_letters, without_marks
from kiosk.slip.fonts import Shapes, Weight, set_in_type
from kiosk.slip.keys import SigningKey
from kiosk.slip.layout import SHAPES, UNSPACED
from kiosk.slip.lines import columns, slip_lines
from kiosk.slip.press import SlipPress
from kiosk.slip.typeset import GETA
from tests.slip.people import BOOKED, a_site, a_visit

EACH = pytest.mark.parametrize("language", Language, ids=lambda language: language.value)
HEADS = pytest.mark.parametrize("head", PrintHead)
ENDS = (Reason.CONFIRMED_BY_CARD, Reason.OTHER_INSURER, Reason.STAFF_CALLED)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return SigningKey.load_or_create(tmp_path_factory.mktemp("keys") / "slip.key")


@EACH
@HEADS
async def test_a_slip_in_any_language_is_whole(key: SigningKey, language: Language, head: PrintHead) -> None:
    visit = a_visit(hints=tuple(Hint), appointment=BOOKED, language=language)
    slip = await SlipPress(lambda: a_site(head=head), key).draw(visit)
    assert [code.text for code in zxingcpp.read_barcodes(slip.image.convert("L"))] == [slip.qr]
    margin = {PrintHead.MM80: 16, PrintHead.MM58: 8}[head]
    above = slip.image.crop((0, 0, slip.image.width, 500)).point(lambda dot: 0 if dot else 1).getbbox()
    assert above is not None
    assert margin <= above[0] < above[2] <= head.value - margin
    assert slip.image.height <= {PrintHead.MM80: 1250, PrintHead.MM58: 1600}[head]


@EACH
def test_every_word_has_its_letters(language: Language) -> None:
    shapes = SHAPES.get(language, Shapes.JAPANESE)
    for reason in ENDS:
        content = slip_content(a_visit(reason, hints=tuple(Hint), language=language), a_site(simulator=True))
        for words in (content.mark, content.number_label, content.headline, content.place, content.bidding):
            assert GETA not in set_in_type(words, Weight.BOLD, 30, shapes)[0]
        assert not [hint for hint in content.hints if GETA in set_in_type(hint, Weight.REGULAR, 26, shapes)[0]]


@EACH
@HEADS
def test_a_printer_can_write_it(language: Language, head: PrintHead) -> None:
    for reason in ENDS:
        visit = a_visit(reason, hints=tuple(Hint), language=language)
        content = slip_content(visit, a_site(simulator=True), in_printers_letters(language))
        lines = slip_lines(content, head)
        assert GETA not in "".join(line.text for line in lines)
        assert max(columns(line.text) for line in lines) <= head.value // 12
        assert any("A-012" in line.text for line in lines)


@EACH
def test_staff_read_japanese_and_which_language_the_person_reads(language: Language) -> None:
    told = slip_content(a_visit(Reason.OTHER_INSURER, language=language), a_site()).staff
    usual = slip_content(a_visit(Reason.OTHER_INSURER), a_site()).staff
    assert replace(told, reads="") == usual
    assert bool(told.reads) == (language is not Language.JAPANESE)
    lines = slip_lines(slip_content(a_visit(language=language), a_site()), PrintHead.MM80)
    assert any("この方が読む言語" in line.text for line in lines) == bool(told.reads)


@EACH
def test_who_stands_at_the_screen_meanwhile_changes_nothing_of_a_slip(language: Language) -> None:
    """It may be printed again later, while somebody chooses a language of their own."""
    visit = a_visit(Reason.UNREACHABLE, language=Language.KOREAN, appointment=BOOKED)
    before, expected = spoken(), slip_content(visit, a_site())
    speak(language)
    try:
        assert slip_content(visit, a_site()) == expected
    finally:
        speak(before)


@EACH
def test_the_four_items_that_staff_tell_on_the_telephone_are_japanese(language: Language) -> None:
    items = slip_content(a_visit(Reason.UNREACHABLE, language=language), a_site()).staff.four_items
    assert [item.value for item in items][1:3] == ["女", "昭和45年1月2日"]


@EACH
def test_every_language_says_that_it_is_a_simulator(language: Language) -> None:
    for wording in (drawn(language, every_letter=True), in_printers_letters(language)):
        mark = slip_content(a_visit(language=language), a_site(simulator=True), wording).mark
        assert "SIMULATOR" in mark or "シミュレーター" in mark


async def test_the_language_changes_nothing_of_the_code(key: SigningKey) -> None:
    slips = [await SlipPress(a_site, key).draw(a_visit(language=language)) for language in Language]
    assert len({slip.qr for slip in slips}) == 1
    assert len({slip.image.tobytes() for slip in slips}) == len(Language)


@pytest.mark.parametrize(
    ("language", "on", "first", "desk", "here"),
    [
        (
            Language.JAPANESE,
            "「健診フロア」へお進みください。",
            "まず「2階 採血」へお進みください。",
            "「総合窓口」へお越しください。",
            "この番号でお待ちください。",
        ),
        (
            Language.EASY_JAPANESE,
            "「健診フロア」へ 行ってください。",
            "まず「2階 採血」へ 行ってください。",
            "「総合窓口」へ 行ってください。",
            "この 番号で 待ってください。",
        ),
        (
            Language.ENGLISH,
            "Go to 「健診フロア」. Thank you.",
            "First go to 「2階 採血」. Thank you.",
            "Go to 「総合窓口」. Our staff will help you.",
            "Please wait here with this number.",
        ),
        (
            Language.CHINESE,
            "请到「健診フロア」。谢谢。",
            "请先到「2階 採血」。谢谢。",
            "请到「総合窓口」。工作人员会协助您。",
            "请凭此号码在此等候。",
        ),
        (
            Language.KOREAN,
            "「健診フロア」에 가 주세요.",
            "먼저 「2階 採血」에 가 주세요.",
            "「総合窓口」에 가 주세요.",
            "이 번호로 기다려 주세요.",
        ),
        (
            Language.VIETNAMESE,
            "Mời đến 「健診フロア」. Xin cảm ơn.",
            "Trước hết mời đến 「2階 採血」. Xin cảm ơn.",
            "Mời đến 「総合窓口」. Nhân viên sẽ giúp quý vị.",
            "Vui lòng giữ số này và đợi ở đây.",
        ),
        (
            Language.PORTUGUESE,
            "Vá até 「健診フロア」. Obrigado.",
            "Primeiro, vá até 「2階 採血」. Obrigado.",
            "Vá até 「総合窓口」. A equipe vai ajudar você.",
            "Com este número, aguarde aqui.",
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Language) else "",
)
def test_place_and_bidding_are_whole_sentences(language: Language, on: str, first: str, desk: str, here: str) -> None:
    """As the slip joins them: beside each other, or one below the other."""
    outcomes = (
        (a_visit(language=language), on),
        (a_visit(language=language, appointment=BOOKED), first),
        (a_visit(Reason.OTHER_INSURER, language=language), desk),
        (a_visit(Reason.STAFF_CALLED, language=language), here),
    )
    for visit, sentences in outcomes:
        content = slip_content(visit, a_site())
        between = "" if language in UNSPACED else " "
        assert f"{content.place}{between}{content.bidding}" == sentences


def test_what_is_said_where() -> None:
    english = slip_content(a_visit(language=Language.ENGLISH), a_site())
    assert (english.headline, english.place, english.day) == (
        "You are checked in",
        "Go to 「健診フロア」.",
        "2026-05-12",
    )
    plain = slip_content(a_visit(language=Language.EASY_JAPANESE), a_site())
    assert (plain.name, plain.day) == ("見＊　花＊ さん", "2026年5月12日（火）")
    wording = in_printers_letters(Language.KOREAN)
    in_two = slip_content(a_visit(Reason.OTHER_INSURER, language=Language.KOREAN), a_site(), wording)
    assert in_two.headline == "Please come to the desk\n窓口で たしかめます"


def test_marks_go_and_japanese_keeps_its_own() -> None:
    assert without_marks("Mời đến 「ガラス・パン」 Ệ ã") == "Moi den 「ガラス・パン」 E a"


async def test_without_the_letters_it_is_english(key: SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.slip.fonts.load_stand_in", lambda *_which: None)
    press = SlipPress(a_site, key)
    korean, english, portuguese = [
        (await press.draw(a_visit(language=language))).image.crop((0, 0, 576, 400)).tobytes()
        for language in (Language.KOREAN, Language.ENGLISH, Language.PORTUGUESE)
    ]
    assert korean == english != portuguese
