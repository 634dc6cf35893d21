"""The typeface: of the slip, and of the terminal on the panel."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.doctor.asked import said_by
from kiosk.doctor.finding import Examined, Finding, failure, note
from kiosk.doctor.symptoms import Symptom


@dataclass(frozen=True, slots=True)
class FontFacts:
    """What is there."""

    family: str
    package: str
    missing: tuple[str, ...] = ()
    """Weights that the slip needs and that were not found."""
    matched: str | None = None
    """The family that fontconfig gives when that one is asked for; None where it cannot be asked."""


def judge(facts: FontFacts) -> Examined:
    """Pure."""
    findings: list[Finding] = []
    remedy = f"sudo apt install {facts.package}"
    if facts.missing:
        words = f"書体 {facts.family} ({'、'.join(facts.missing)})がありません。受付票を作れず、受付を始められません"
        findings.append(failure(Symptom.FONT_MISSING, words, remedy))
    if facts.matched is None:
        words = "fontconfig がないので、画面(foot)の書体は確かめていません"
        findings.append(note(Symptom.FONTS_UNKNOWN, words, "sudo apt install fontconfig"))
    elif facts.matched != facts.family:
        words = f"画面(foot)の書体が {facts.matched} になります。文字の幅がくずれます"
        findings.append(failure(Symptom.FONT_OTHER, words, f"{remedy} && fc-cache -f"))
    return Examined(facts.family, tuple(findings))


def matched_by_fontconfig(family: str) -> str | None:
    """The family that foot gets when it asks for that one; None where fontconfig cannot be asked."""
    said = said_by(["fc-match", "--format=%{family[0]}", family])
    return said or None
