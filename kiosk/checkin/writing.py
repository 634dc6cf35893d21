"""Folding of Japanese writing, so that two spellings of the same thing compare equal."""

from __future__ import annotations

import unicodedata
from functools import cache

import jntajis

# NFKC leaves these alone; insurers, cards and keyboards mix them freely.
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─－ｰ", "-"))
_SMALL_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")


# Kana of one sound, as of modern spelling (現代仮名遣い).
_SAME_SOUND = str.maketrans("ヂヅヲヰヱヮ", "ジズオイエワ")
_VOWELS = {
    "ア": "アカサタナハマヤラワガザダバパ",
    "イ": "イキシチニヒミリギジビピ",
    "ウ": "ウクスツヌフムユルグズブプヴ",
    "エ": "エケセテネヘメレゲゼデベペ",
    "オ": "オコソトノホモヨロゴゾドボポ",
}
_VOWEL_OF = {kana: vowel for vowel, row in _VOWELS.items() for kana in row}
_LENGTHENED_BY = {"ア": "ア-", "イ": "イ-", "ウ": "ウ-", "エ": "エイ-", "オ": "オウ-"}
"""What makes a vowel long: オオノ, オウノ and オーノ are written for one name."""
_LONG = "-"


def fold_kana(text: str) -> str:
    """Kana for comparison: full width, katakana, small letters large, no spaces, long vowels and hyphens alike."""
    wide = unicodedata.normalize("NFKC", text)
    katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in wide)
    plain = _closed_up(katakana.translate(_SMALL_KANA).translate(_HYPHENS)).translate(_SAME_SOUND)
    return _long_vowels_alike(plain)


def _long_vowels_alike(katakana: str) -> str:
    folded = ""
    vowel = None
    for kana in katakana:
        if vowel is not None and kana in _LENGTHENED_BY[vowel]:
            folded += _LONG
        else:
            folded += kana
            vowel = _VOWEL_OF.get(kana)
    return folded


def same_kana(one: str, other: str) -> bool:
    """Whether two kana names are one, however wide, small or long they are written."""
    return fold_kana(one) == fold_kana(other)


def fold_name(text: str) -> str:
    """A name in kanji for comparison: compatibility forms unified, variation selectors and spaces removed."""
    plain = unicodedata.normalize("NFKC", text)
    kept = (c for c in plain if not 0xFE00 <= ord(c) <= 0xFE0F and not 0xE0100 <= ord(c) <= 0xE01EF)
    return _closed_up("".join(kept))


def same_name(one: str, other: str) -> bool:
    """Whether two names in kanji are one: 旧字 and 異体字 (髙橋, 渡邊, 齋藤) count as the letters they vary."""
    return same_folded_name(fold_name(one), fold_name(other))


def same_folded_name(mine: str, theirs: str) -> bool:
    """`same_name` of two names that `fold_name` has folded already."""
    return mine == theirs or (
        len(mine) == len(theirs) and all(_same_letter(a, b) for a, b in zip(mine, theirs, strict=True))
    )


def _same_letter(one: str, other: str) -> bool:
    return one == other or not _plainer(one).isdisjoint(_plainer(other))


@cache
def _plainer(letter: str) -> frozenset[str]:
    """The letter and those that it is reduced to: MJ縮退マップ (文字情報基盤), all its tables."""
    return frozenset({letter, *jntajis.mj_shrink_candidates(letter, _EVERY_TABLE)})


_EVERY_TABLE = sum(jntajis.MJShrinkSchemeCombo)


def fold_number(text: str) -> str:
    """記号 or 番号 for comparison: half width, hyphens alike, no spaces, capital letters."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_HYPHENS).split()).upper()


def half_width_digits(text: str) -> str:
    """Digits as people and scanners send them (「１２」, 「 12 」) in half width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _closed_up(text: str) -> str:
    """Without spaces; a mark that stood alone after a space now belongs to the letter before it."""
    return unicodedata.normalize("NFKC", "".join(text.split()))
