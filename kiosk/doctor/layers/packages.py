"""Debian packages: what the terminal is made of, apart from Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.doctor.asked import said_by
from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.symptoms import Symptom

NEEDED = ("pcscd", "libpcsclite1", "fonts-morisawa-bizud-gothic")
"""Wherever a kiosk runs, also for practice."""
ON_A_COUNTER = ("libccid", "cage", "foot")
"""With a real reader and a panel of its own."""
FOR_THE_VOICE = ("alsa-utils",)
WANTED = ("fontconfig", "fonts-noto-mono", "fonts-noto-cjk")
"""The fonts are those of Vietnamese, Chinese and Korean."""
VPCD = "vsmartcard-vpcd"
"""The driver of virtual readers: whoever reaches its port plays a card to the kiosk."""

INSTALL = "sudo apt install"


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What is installed, by name with its version; None where dpkg cannot be asked."""

    installed: Mapping[str, str] | None
    practice: bool = False
    """Whether the configuration names a virtual reader."""
    voice: bool = True


def judge(facts: PackageFacts) -> Examined:
    """Pure."""
    if facts.installed is None:
        words = "dpkg-query がありません。Debian の端末ではないので、パッケージは調べていません"
        return Examined("", (note(Symptom.NOT_DEBIAN, words),))
    needed = (*NEEDED, *(() if facts.practice else ON_A_COUNTER))
    wanted = (*WANTED, *(FOR_THE_VOICE if facts.voice else ()))
    findings: list[Finding] = []
    if missing := _missing(needed, facts.installed):
        words = f"パッケージがありません: {' '.join(missing)}"
        findings.append(failure(Symptom.PACKAGES_MISSING, words, f"{INSTALL} {' '.join(missing)}"))
    if missing := _missing(wanted, facts.installed):
        words = f"あったほうがよいパッケージがありません: {' '.join(missing)}"
        findings.append(warning(Symptom.PACKAGES_WANTED, words, f"{INSTALL} {' '.join(missing)}"))
    seen = "、".join(f"{name} {facts.installed[name]}" for name in (*needed, *wanted) if name in facts.installed)
    return Examined(seen, tuple(findings))


def look(*, practice: bool, voice: bool) -> PackageFacts:
    """Ask dpkg."""
    return PackageFacts(installed((*NEEDED, *ON_A_COUNTER, *FOR_THE_VOICE, *WANTED)), practice, voice)


def installed(names: Sequence[str]) -> Mapping[str, str] | None:
    """Those of the packages that are installed, with their versions; None where dpkg cannot be asked."""
    form = r"--showformat=${Package}\t${Version}\t${db:Status-Status}\n"
    return None if (said := said_by(["dpkg-query", "--show", form, *names])) is None else read_list(said)


def read_list(said: str) -> Mapping[str, str]:
    """Pure: lines of name, version and status; a package that was removed keeps a line."""
    rows = (line.split("\t") for line in said.splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 3 and row[2] == "installed"}


def _missing(names: Sequence[str], there: Mapping[str, str]) -> list[str]:
    return [name for name in names if name not in there]
