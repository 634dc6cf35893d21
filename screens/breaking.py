"""Where words may go on in the next line: Japanese and Chinese have no spaces, and a label cut anywhere reads badly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

_HIRAGANA, _KATAKANA, _HAN = "ぁ-ゖ", "ァ-ヺー", "一-鿿々"
_POLITE = rf"(?:[おご](?=[{_HAN}]))"
"""It belongs to the word that follows: 「カードを」「お取りください」."""
_ENDING = rf"(?:(?!{_POLITE})[{_HIRAGANA}])"
_PHRASE = re.compile(
    rf"""
    [「（(]*
    (?:
        {_ENDING}+                                  # nothing but hiragana
        | {_POLITE}?(?:[{_HAN}{_KATAKANA}]+|[^\s{_HAN}{_KATAKANA}{_HIRAGANA}「（(、。・，！？]+){_ENDING}*
        | [、。・，！？]
    )
    [」）)、。・，！？]*\s*
    | \s+ | .
    """,
    re.VERBOSE,
)
"""A word with what is bound to it: particles and endings behind, brackets and stops around."""
_WORD, _CJK = re.compile(f"[{_HAN}{_KATAKANA}]+"), re.compile(f"[{_HAN}{_KATAKANA}{_HIRAGANA}가-힣]")
_LONG_HAN = 7
"""So many Chinese characters in a row are a sentence in Chinese, not a term: it may go on anywhere."""
_NOT_FIRST = frozenset("、。・，！？」）)ーぁぃぅぇぉっゃゅょァィゥェォッャュョ")
"""What no line begins with (禁則)."""


def broken(text: str, width: int) -> list[str]:
    """The lines of `text` in so many columns: as few as possible, and about equally long.

    Lines that `text` has already stay apart. Words that are too long for a line are cut.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        pieces = [piece for phrase in phrases(paragraph) for piece in _cut(phrase, width)]
        fewest = _filled(pieces, width)
        if len(fewest) > 1:
            low = max(1, -(-cell_len(paragraph) // len(fewest)))
            narrower = (_filled(pieces, narrow) for narrow in range(low, width))
            fewest = next((filled for filled in narrower if len(filled) <= len(fewest)), fewest)
        lines += fewest
    return lines


def phrases(text: str) -> Iterator[str]:
    """The pieces that stay together."""
    for match in _PHRASE.finditer(text):
        piece = match.group()
        if len(re.findall(f"[{_HAN}]", piece)) >= _LONG_HAN:
            yield from re.findall(r".[、。・，！？」）)\s]*", piece)
        else:
            yield piece


def _filled(pieces: list[str], width: int) -> list[str]:
    """Lines filled one after the other."""
    lines, line = [], ""
    for piece in pieces:
        if line and cell_len((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _cut(piece: str, width: int) -> Iterator[str]:
    """A piece that is too long for a line, in parts that fit: the ending apart, else about equally long."""
    if cell_len(piece.rstrip()) <= width:
        yield piece
        return
    word = _WORD.match(piece)
    if word and word.end() < len(piece) and piece[word.end()] not in _NOT_FIRST:
        yield from _cut(piece[: word.end()], width)
        yield from _cut(piece[word.end() :], width)
        return
    fewest = -(-cell_len(piece.rstrip()) // max(1, width))
    shared = (_shared_out(piece, parts, width) for parts in range(fewest, len(piece) + 1))
    # Nothing may be cut off: where there is no room for the stop behind a word, it begins a line after all.
    yield from next((found for found in shared if found is not None), None) or _filled(list(piece), width)


def _shared_out(piece: str, parts: int, width: int) -> list[str] | None:
    """The piece in so many parts, none of which begins as no line may; None where one is too long."""
    each = -(-cell_len(piece) // parts)
    each += each % 2  # as wide as whole kanji
    found, part = [], ""
    for character in piece:
        if part and cell_len(part + character) > min(each, width) and character not in _NOT_FIRST:
            found.append(part)
            part = ""
        part += character
    found.append(part)
    fits = len(found) <= parts and all(cell_len(one.rstrip()) <= width or len(one) == 1 for one in found)
    return found if fits else None


def torn(text: str, width: int) -> list[str]:
    """Words of letters that are too long for the width: unlike kana, kanji and Hangul they go on in no other line."""
    return [word for word in re.findall(r"[^\W\d_]+", text) if not _CJK.search(word) and cell_len(word) > width]
