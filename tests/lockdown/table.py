"""The page of the guide with the touches and keys of every way, made from walks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.rehearsal.scenario import Scenario
from tests.lockdown.walk import Visit

WHY: Mapping[str, tuple[str, str]] = {
    "AskStart": ("start", "any place may be touched; a language begins, too"),
    "AskNumber(ticket)": ("ticket", "scanned: none. Typed: its 11 digits and 「つぎへ」. None at hand: one"),
    "AskNumber(ticket insurer)": ("insurer on the ticket", "as many digits as are printed, and 「つぎへ」"),
    "AskBrought": ("what was brought", "six answers, one of them"),
    "InsertCard": ("card", "the card itself answers"),
    "AskPin": ("PIN", "four digits and 「つぎへ」: without it a slip of the finger would cost one of three tries"),
    "AskFaceCode": ("照合番号B", "fourteen digits of the card's face and 「つぎへ」; ten tries, but none to be wasted"),
    "GoToFaceReader": ("face reader", "the match answers"),
    "AskNumber(insurer)": ("insurer", "six or eight digits and 「つぎへ」; the check digit is judged at once"),
    "AskNumber(symbol)": ("記号", "what is printed and 「つぎへ」; its length differs from paper to paper"),
    "AskNumber(number)": ("番号", "what is printed and 「つぎへ」; its length differs from paper to paper"),
    "AskNumber(branch)": ("枝番", "two digits and 「つぎへ」, or one for 「枝番はありません」"),
    "AskBirthdate": ("birth date", "era, six digits, 「つぎへ」"),
    "AskInitial": ("first letter", "row, then letter: 45 letters would not be large enough for a finger"),
    "ReviewNumbers": ("numbers once more", "one look saves the desk a mistyped number"),
    "Confirm": ("is this you", "the law wants the person to be the right one"),
    "ShowResult": ("result", "none is needed: it ends by itself. The one here is 「おわる」, for who is in a hurry"),
    "TakeCard": ("take the card", "taking it answers"),
}
"""Name of a screen, and why fewer would not do."""
TITLES: Mapping[str, str] = {
    "card": "card and PIN, ticket scanned",
    "face-code": "card and 照合番号B",
    "certificate": "⑤ 資格確認書",
    "unsure": "nothing at hand, or not sure: to the desk",
    "old-card": "old insurance card, where the rule has ended: to the desk",
    "portal": "③ card and マイナポータル",
    "card-notice": "④ card and 資格情報のお知らせ",
    "provisional": "old insurance card, provisional rule",
    "roster-card": "roster: card and PIN",
    "roster-certificate": "roster: 資格確認書, birth date and first letter",
    "face-reader": "① face reader, PIN not known",
}
HEAD = """\
# Touches and keys

How often a person touches the screen, or strikes a key of a numeric keypad, on each way through the kiosk. Every way
can be gone with touches alone and with keys alone. This page is made by `tests/lockdown/test_walk.py`, which goes all
of them with virtual devices and compares; `KIOSK_WRITE=1` writes it anew.

"""


def page(scenarios: Sequence[Scenario], touches: Mapping[str, Visit], keys: Mapping[str, Visit]) -> str:
    """The whole page."""
    lines = [
        "| way | ends in | screens | touches | keys | of these typed digits and letters |",
        "|---|---|---:|---:|---:|---:|",
    ]
    seen: dict[str, set[int]] = {}
    for scenario in scenarios:
        touched, struck = touches[scenario.name], keys[scenario.name]
        for name in struck.screens:
            seen.setdefault(name, set()).add(struck.hits[name] // struck.screens.count(name))
        typed = sum(max(0, count - 1) for name, count in struck.hits.items() if _is_typed(name))
        counts = (len(struck.screens), touched.hits.total(), struck.hits.total(), typed)
        lines.append(f"| {TITLES[scenario.name]} | {scenario.ends.value} | {' | '.join(map(str, counts))} |")
    lines += ["", "## Why not fewer", "", "| screen | on these ways | why |", "|---|---:|---|"]
    for name, (title, why) in WHY.items():
        if name in seen:
            lines.append(f"| {title} | {_range(seen[name])} | {why} |")
    return HEAD + "\n".join(lines) + "\n"


def _is_typed(name: str) -> bool:
    return name in ("AskPin", "AskFaceCode", "AskBirthdate") or name.startswith("AskNumber")


def _range(counts: set[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"
