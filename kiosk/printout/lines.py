"""Japanese lines: where a line may break."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

NEVER_FIRST = frozenset(
    "、。，．・：；！？」』）］｝】〕〉》”’ー〜～々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;!?)]}%％℃"
)
NEVER_LAST = frozenset("「『（［｛【〔〈《“‘([{①②③④⑤")

# Words of Latin letters and of Hangul, and figures such as 0800-080-4583, 18:00 or an address, stay together; all else
# may part at every sign.
_LETTERS = r"A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff\uac00-\ud7a3"
_PIECES = re.compile(rf"-{{0,2}}[{_LETTERS}][{_LETTERS}.:/+@'_-]*|\s|.", re.DOTALL)


def break_lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Lines of at most `width`, broken by the basic 禁則: no line starts with 「、」, 「。」 or a closing bracket, none
    ends with an opening one, and figures stay together.

    Only what is wider than a whole line is cut anywhere.
    """
    lines: list[str] = []
    line = ""
    for cluster in _clusters(text, width, measure):
        if line and measure((line + cluster).rstrip()) > width:
            lines.append(line.rstrip())
            line = cluster.lstrip()
        else:
            line += cluster
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def balance_lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The same number of lines as `break_lines`, but about equally long: no 「い。」 alone on the last one."""
    best = lines = break_lines(text, width, measure)
    step = width / 32
    while len(lines) == len(best) > 1 and width > step:
        best = lines
        width -= step
        lines = break_lines(text, width, measure)
    return best


def _clusters(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """What must stand on one line."""
    cluster = ""
    for piece in _PIECES.findall(text):
        joined = cluster and (piece[0] in NEVER_FIRST or cluster[-1] in NEVER_LAST)
        if joined and measure(cluster + piece) <= width:
            cluster += piece
            continue
        yield from _cut(cluster, width, measure)
        cluster = piece
    yield from _cut(cluster, width, measure)


def _cut(cluster: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    if not cluster:
        return
    if measure(cluster) <= width:
        yield cluster
    else:
        yield from cluster
