"""Folding of Japanese writing, so that two spellings of the same thing compare equal."""

from __future__ import annotations

import unicodedata

# NFKC leaves these alone; insurers, cards and keyboards mix them freely.
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─－ｰ", "-"))
_SMALL_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")


def fold_kana(text: str) -> str:
    """Kana for comparison: full width, katakana, small letters large, no spaces, long vowels and hyphens alike."""
    wide = unicodedata.normalize("NFKC", text)
    katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in wide)
    return _closed_up(katakana.translate(_SMALL_KANA).translate(_HYPHENS))


def fold_name(text: str) -> str:
    """A name in kanji for comparison: compatibility forms unified, variation selectors and spaces removed."""
    plain = unicodedata.normalize("NFKC", text)
    kept = (c for c in plain if not 0xFE00 <= ord(c) <= 0xFE0F and not 0xE0100 <= ord(c) <= 0xE01EF)
    return _closed_up("".join(kept))


def fold_number(text: str) -> str:
    """記号 or 番号 for comparison: half width, hyphens alike, no spaces, capital letters."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_HYPHENS).split()).upper()


def half_width_digits(text: str) -> str:
    """Digits as people and scanners send them (「１２」, 「 12 」) in half width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _closed_up(text: str) -> str:
    """Without spaces; a mark that stood alone after a space now belongs to the letter before it."""
    return unicodedata.normalize("NFKC", "".join(text.split()))
