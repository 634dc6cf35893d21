"""The terminal that the doctor itself stands in: its size, and how wide it draws what the screens are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.symptoms import Symptom

COLUMNS, ROWS = 80, 24
SMALLER = "/etc/kiosk/foot.ini の font の size を小さくする"
FONT = "/etc/kiosk/foot.ini の font を BIZ UDGothic にする"
GLYPHS: Mapping[str, int] = {"漢字": 4, "髙": 2, "ｱ": 1, "─": 1, "│": 1, "█": 1, "▀": 1}
"""What the screens draw, with its width in cells."""
AMBIGUOUS: Mapping[str, int] = {"○": 1, "①": 1, "…": 1}
"""East Asian ambiguous: the screens avoid them, and whoever reads this list over SSH may see them doubled."""


@dataclass(frozen=True, slots=True)
class TerminalFacts:
    """What was seen of the terminal."""

    there: bool = True
    """Whether standard output is one."""
    panel: bool = False
    """Whether it is foot, as on the kiosk's own panel."""
    columns: int = COLUMNS
    """0 where it does not know, as a serial console."""
    rows: int = ROWS
    widths: Mapping[str, int] | None = field(default_factory=dict)
    """Cells that it took for each text; None where it does not tell where its cursor is."""


def judge(facts: TerminalFacts) -> Examined:
    """Pure."""
    if not facts.there:
        words = "端末の画面ではないので、大きさと文字の幅は確かめていません"
        return Examined("", (note(Symptom.NO_TERMINAL, words, "kiosk doctor --only terminal"),))
    findings: list[Finding] = []
    bad = failure if facts.panel else warning
    if 0 < facts.columns < COLUMNS or 0 < facts.rows < ROWS:
        words = f"画面が小さすぎます({facts.columns}×{facts.rows})。{COLUMNS}×{ROWS}以上にしてください"
        findings.append(bad(Symptom.TERMINAL_SMALL, words, SMALLER if facts.panel else "この窓を広げる"))
    if facts.widths is None:
        findings.append(note(Symptom.TERMINAL_SILENT, "端末が答えないので、文字の幅は確かめていません"))
    else:
        if wrong := _wrong(facts.widths, GLYPHS):
            words = f"文字の幅がちがいます: {wrong}。キオスクの画面がくずれます"
            findings.append(bad(Symptom.GLYPH_WIDTHS, words, FONT if facts.panel else "端末の書体を等幅の日本語にする"))
        if wrong := _wrong(facts.widths, AMBIGUOUS):
            findings.append(note(Symptom.AMBIGUOUS_WIDTHS, f"この端末では幅がちがう記号があります: {wrong}"))
    return Examined(f"{facts.columns}×{facts.rows}{'(foot)' if facts.panel else ''}", tuple(findings))


def _wrong(measured: Mapping[str, int], right: Mapping[str, int]) -> str:
    return "、".join(
        f"{text} {measured[text]}マス(正しくは{cells})"
        for text, cells in right.items()
        if text in measured and measured[text] != cells
    )
