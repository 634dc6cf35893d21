"""The catalogues hold what the code says, in every language, and say no more than the Japanese does."""

from __future__ import annotations

from collections import Counter
from string import Formatter
from unicodedata import normalize

import pytest

from kiosk.checkin.language import Language
from kiosk.locale import DOMAIN, in_language
from tests.locale.catalogues import TRANSLATED, compiled, entries, folder, messages, read

EACH = pytest.mark.parametrize("language", TRANSLATED, ids=lambda language: language.value)
ON_PAPER = ("資格確認書", "資格情報のお知らせ", "保険者番号", "整理番号", "枝番", "受診券")
"""What a person has to find on a document stays as it is printed there."""
KEYS = (
    *("はい", "ちがいます", "このとおりです", "もどる", "はじめから", "職員を呼ぶ", "つぎへ", "けす", "全部けす"),
    *("わかりません", "持っていません", "おわる", "つづける", "とじる", "時間をのばす", "聞く"),
    *("大きな文字", "ふつうの文字", "ふりがな", "ふりがなをけす", "画面を暗く"),
)
"""What stands on keys that may be beside each other."""
NEVER_SAID = (
    *("無効", "該当なし", "資格なし", "insured", "invalid", "no insurance"),
    *("无效", "無効", "没有保险", "未参保", "무효", "미가입", "보험이 없"),
    *("không hợp lệ", "không có bảo hiểm", "inválid", "sem seguro", "não tem seguro"),
)


@EACH
def test_every_message_is_translated_and_nothing_else(language: Language) -> None:
    """When this fails: make messages, then translate what is empty, then make messages again."""
    catalogue = read(language)
    words = dict(entries(catalogue))
    assert set(words) == set(messages())
    assert [message for message, translation in words.items() if not translation.strip()] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@EACH
def test_the_kiosk_reads_what_the_translator_wrote(language: Language) -> None:
    """When this fails: make messages."""
    assert (folder(language) / f"{DOMAIN}.mo").read_bytes() == compiled(read(language), language)


@EACH
def test_what_is_filled_in_stands_in_every_translation(language: Language) -> None:
    filled = [(message, words) for message, words in entries(read(language)) if words]
    assert [message for message, words in filled if _names(message) != _names(words)] == []


@EACH
def test_words_on_documents_stay_as_they_are_printed_there(language: Language) -> None:
    for message, words in entries(read(language)):
        assert [term for term in ON_PAPER if term in message and term not in words] == []


@EACH
def test_no_translation_says_that_an_insurance_is_missing(language: Language) -> None:
    said = "\n".join(words for _message, words in entries(read(language))).lower()
    assert [words for words in NEVER_SAID if words in said] == []


@EACH
def test_a_key_that_is_named_has_that_name(language: Language) -> None:
    """「つぎへ」 in a sentence is the key that says so."""
    words = dict(entries(read(language)))
    for key in ("つぎへ", "けす", "もどる"):
        assert [
            words[message] for message in words if f"「{key}」" in message and words[key] not in words[message]
        ] == []


@EACH
def test_no_two_keys_say_the_same(language: Language) -> None:
    words = dict(entries(read(language)))
    told = Counter(words[key] for key in KEYS)
    assert [key for key in KEYS if told[words[key]] > 1] == []


@EACH
def test_letters_are_whole(language: Language) -> None:
    """A letter and its mark are one character: a cell for each would be one too many."""
    assert [words for _message, words in entries(read(language)) if normalize("NFC", words) != words] == []


def test_japanese_is_the_message_itself_and_an_unknown_message_stays() -> None:
    assert in_language(Language.JAPANESE)("もどる") == "もどる"
    assert in_language(Language.ENGLISH)("もどる") == "Back"
    assert in_language(Language.ENGLISH)("知らない文") == "知らない文"


def _names(message: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(message) if name}
