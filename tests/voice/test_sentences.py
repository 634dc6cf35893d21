"""Everything can be said, and nothing personal."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.outcome import Hint
from kiosk.checkin.visit import VisitNumber
from kiosk.locale.kana import ROWS
from kiosk.ports import examinee
from kiosk.ports.card import OtherCard
from kiosk.ports.examinee import (
    AskNumber,
    AskPin,
    AskStart,
    Complaint,
    Confirm,
    Document,
    InsertCard,
    Question,
    ReviewNumbers,
    ShowResult,
    Step,
    TakeCard,
    Wanted,
    Working,
)
from kiosk.ports.voice import SIGNS, Kana, Part, Pause, Prompt, Sign, Sound
from kiosk.voice.sentences import CLOSED_SETS, SpokenSite, key_of, sentences
from kiosk.voice.utterances import words_for, words_while
from tests.screens.sitting import EVERY_QUESTION
from tests.voice.clips import SITE, WANTED

SOUNDS_ALIKE = str.maketrans("ヂヅヲヴ", "ジズオブ")
FULL = ShowResult(VisitNumber("A", 12), True, "C01", tuple(Hint), True)


def spoken(parts: Sequence[Part]) -> str:
    """What a listener hears."""
    return "".join(WANTED[part] for part in parts if not isinstance(part, Sound | Pause))


def test_every_member_of_every_closed_set_has_a_sentence() -> None:
    letters = {letter for group in ROWS for letter in "".join(group)}
    rows = {Kana(group[0][0], row=True) for group in (*ROWS, ("バビブベボ",), ("パピプペポ",))}
    kana = rows | {Kana(letter) for letter in letters}
    assert {member for closed in CLOSED_SETS for member in closed} | set(SIGNS) | kana == set(WANTED)
    assert all(WANTED.values())


def test_no_two_sentences_share_a_key_or_say_the_same() -> None:
    keys = [key_of(sentence) for sentence in WANTED]
    assert len(set(keys)) == len(keys)
    assert [key for key in keys if not re.fullmatch(r"[a-z0-9-]{3,40}", key)] == []
    digits = [WANTED[Sign(digit)] for digit in string.digits]
    letters = [WANTED[Sign(letter)] for letter in string.ascii_uppercase]
    assert (len(set(digits)), len(set(letters))) == (10, 26)
    others = [text for sentence, text in WANTED.items() if not isinstance(sentence, Sign)]
    assert len({text.strip("。").translate(SOUNDS_ALIKE) for text in others}) == len(others)
    assert len(set(others)) == len(others)


def test_every_question_of_the_port_is_said() -> None:
    kinds = {kind for kind in vars(examinee).values() if isinstance(kind, type) and issubclass(kind, Question)}
    assert kinds - {Question} == {type(question) for question in EVERY_QUESTION.values()}
    for question in EVERY_QUESTION.values():
        assert spoken(words_for(question).parts), question


def test_a_question_without_words_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="Question"):
        words_for(Question())


@pytest.mark.parametrize("complaint", Complaint)
def test_what_was_wrong_is_said_first_and_sounds_so(complaint: Complaint) -> None:
    questions: tuple[Question[Any], ...] = (
        InsertCard(complaint),
        AskPin(2, complaint),
        AskNumber(Wanted.TICKET, Document.TICKET, complaint),
    )
    for question in questions:
        assert words_for(question).parts[:2] == (Sound.ERROR, complaint)


@pytest.mark.parametrize("other", OtherCard)
def test_a_wrong_card_is_called_what_it_seems_to_be(other: OtherCard) -> None:
    assert words_for(InsertCard(Complaint.WRONG_CARD, other)).parts[1] is other


@pytest.mark.parametrize("step", Step)
def test_waiting_is_said_only_to_those_who_wait(step: Step) -> None:
    parts = words_while(Working(step, tuple(Step))).parts
    assert parts[-2:] == (Pause.PATIENCE, step)
    assert (Sound.ACCEPT in parts) is (step is Step.CARD)


@pytest.mark.parametrize("on", [document for document in Document if document is not Document.TICKET])
def test_the_paper_is_named_before_its_number(on: Document) -> None:
    parts = words_for(AskNumber(Wanted.NUMBER, on)).parts
    assert (parts[0], parts[-1]) == (on, Wanted.NUMBER)


@given(st.characters(codec="ascii", categories=["Lu"]), st.integers(1, 99999))
def test_the_number_is_said_sign_by_sign(letter: str, sequence: int) -> None:
    number = VisitNumber(letter, sequence)
    said = [part.text for part in words_for(ShowResult(number, True, "C01", (), True)).parts if isinstance(part, Sign)]
    assert "".join(said) == str(number).replace("-", "")
    assert all(Sign(text) in WANTED for text in said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Confirm("武＊＊＊　龍＊＊＊", date(1970, 12, 31)), Confirm("", date(1989, 1, 8))),
        (ReviewNumbers(EVERY_QUESTION["review"].entries), ReviewNumbers(())),  # type: ignore[attr-defined] # it is one
        (AskPin(1), AskPin(3)),
        (FULL, ShowResult(VisitNumber("A", 12), True, "C09", (), True, course="胃がん検診", at=time(8, 30))),
    ],
)
def test_nothing_of_a_person_is_said(one: Question[Any], other: Question[Any]) -> None:
    assert words_for(one) == words_for(other)


def test_nobody_hears_why_it_is_the_desk() -> None:
    desks = {
        words_for(ShowResult(VisitNumber("A", 1), False, code, hints, True, take_card=False))
        for code in ("Q01", "Q04", "T02", "P01", "K03", "S08")
        for hints in ((), tuple(Hint))
    }
    assert len(desks) == 1
    confirmed = words_for(ShowResult(VisitNumber("A", 1), True, "C01", (), True))
    assert next(iter(desks)).parts[0] is confirmed.parts[0] is Sound.ACCEPT
    for text in WANTED.values():
        assert not re.search("無効|資格がありません|保険がありません|該当なし|喪失|確認できませんでした", text)


def test_the_result_tells_what_to_take_and_where_to_go() -> None:
    assert spoken(words_for(FULL).parts) == (
        "受付がすみました。健診フロアへ、お進みください。受付番号は、エー。ゼロ。イチ。ニー。"
        "カードを、お取りください。受付票を、お取りください。"
    )
    unprinted = ShowResult(VisitNumber("A", 12), False, "Q04", (), False, take_card=False)
    assert spoken(words_for(unprinted).parts).endswith("この番号を、職員に、お伝えください。")
    assert spoken(words_for(ShowResult(None, False, "H02", (), False, take_card=False)).parts) == WANTED[Prompt.DESK]
    placed = ShowResult(VisitNumber("A", 12), True, "C01", (), True, first_place="2階 採血")
    assert words_for(placed).parts[1] is Prompt.CONFIRMED_FIRST_PLACE
    called = ShowResult(VisitNumber("A", 12), True, "C01", (), True, staff_coming=True)
    assert words_for(called).parts[1] is Prompt.STAFF_COMING


def test_a_card_that_is_left_is_called_out_again_and_again() -> None:
    words = words_for(TakeCard())
    assert words.parts[0] is Sound.ALARM
    assert words.every


def test_a_card_that_is_away_is_not_to_be_taken_off_first() -> None:
    assert Prompt.CARD_AGAIN in words_for(InsertCard(Complaint.CARD_TROUBLE)).parts
    pulled = words_for(InsertCard(Complaint.CARD_PULLED)).parts
    assert (Prompt.CARD_AGAIN in pulled, Prompt.CARD in pulled) == (False, True)


def test_the_start_screen_speaks_by_itself_only_where_the_site_wants_it() -> None:
    assert (words_for(AskStart()).unasked, words_for(AskStart()).every) == (False, None)
    assert (words_for(AskStart(), 90).unasked, words_for(AskStart(), 90).every) == (True, 90)
    assert not words_for(AskStart(out_of_order="H02"), 90).unasked


def test_places_are_said_as_the_site_names_them() -> None:
    there = sentences(SpokenSite("3階", "受付2番", "入口の右"))
    changed = {key_of(sentence) for sentence in there if there[sentence] != WANTED[sentence]}
    assert changed == {"prompt-confirmed", "prompt-desk", "prompt-face-reader"}
    assert "3階" in there[Prompt.CONFIRMED]
    assert SITE.desk in WANTED[Prompt.DESK]
