"""Versions: Python, its libraries, SQLite, foot, and that all of the kiosk comes from one place."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

from kiosk import __version__
from kiosk.doctor.asked import said_by
from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.symptoms import Symptom

OLDEST_PYTHON = (3, 11)
TOUCH_IN_FOOT = (1, 15)
"""The first foot that knows touch."""
WAL_MENDED = (3, 51, 3)
WAL_MENDED_BACKPORTS = ((3, 44, 6), (3, 50, 7))
"""SQLite before these may damage a WAL that several connections write; the ledger has one."""
OURS = ("kiosk", "screens", "hardware")
DISTRIBUTION = "kenshin-kiosk"
REINSTALL = "sudo ./install (配布物のフォルダーで。docs/install.md)"

Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What runs here."""

    python: Version = OLDEST_PYTHON
    sqlite: Version = WAL_MENDED
    foot: Version | None = None
    """None where it is not installed."""
    practice: bool = False
    installed: bool = True
    """Whether the kiosk's distribution is, which names the libraries that it wants."""
    pinned: Mapping[str, str] = field(default_factory=dict)
    """Libraries of which one version is wanted."""
    libraries: Mapping[str, str | None] = field(default_factory=dict)
    """Those that the kiosk wants, with the version that is installed; None where it is missing."""
    places: frozenset[str] = frozenset()
    """Folders that our own packages come from."""


def judge(facts: VersionFacts) -> Examined:
    """Pure."""
    findings: list[Finding] = []
    if facts.python < OLDEST_PYTHON:
        findings.append(failure(Symptom.PYTHON_OLD, f"Python {_dotted(facts.python)} は古すぎます。3.11以上が必要です"))
    if not facts.installed:
        words = "キオスクがパッケージとして入っていないので、部品の版は確かめていません"
        findings.append(note(Symptom.NOT_INSTALLED, words, REINSTALL))
    if missing := [name for name, there in facts.libraries.items() if there is None]:
        words = f"Pythonの部品がありません: {' '.join(missing)}"
        findings.append(failure(Symptom.LIBRARY_MISSING, words, REINSTALL))
    others = [
        f"{name} {there}({facts.pinned[name]} が必要)" for name, there in facts.libraries.items() if _other(facts, name)
    ]
    if others:
        findings.append(warning(Symptom.LIBRARY_OTHER, f"版がちがいます: {' '.join(others)}", REINSTALL))
    if len(facts.places) > 1:
        words = f"キオスクの部品が別々の場所から読まれています: {' '.join(sorted(facts.places))}"
        findings.append(failure(Symptom.SHADOWED, words, "sudo /usr/local/bin/kiosk doctor"))
    if _wal_may_break(facts.sqlite):
        known = f"SQLite {_dotted(facts.sqlite)} には、書き込みが重なると壊れる不具合があります"
        words = f"{known}。台帳に書くのはキオスクだけにしてください"
        findings.append(note(Symptom.SQLITE_WAL, words))
    if facts.foot is not None and facts.foot < TOUCH_IN_FOOT and not facts.practice:
        words = f"foot {_dotted(facts.foot)} はタッチが使えません(1.15から)。Debian 13を使ってください"
        findings.append(warning(Symptom.FOOT_WITHOUT_TOUCH, words))
    seen = f"kiosk {__version__}、Python {_dotted(facts.python)}、SQLite {_dotted(facts.sqlite)}"
    return Examined(seen, tuple(findings))


def look(*, practice: bool) -> VersionFacts:
    """Ask Python and foot."""
    wanted = wanted_libraries()
    return VersionFacts(
        python=sys.version_info[:3],
        sqlite=sqlite3.sqlite_version_info,
        foot=_first_version(said_by(["foot", "--version"])),
        practice=practice,
        installed=wanted is not None,
        pinned={name: pin for name, pin in (wanted or {}).items() if pin},
        libraries={name: _installed(name) for name in wanted or ()},
        places=frozenset(_place(name) for name in OURS),
    )


def wanted_libraries() -> Mapping[str, str] | None:
    """What the kiosk's distribution asks for, each with its only version or an empty text; None where it is missing."""
    try:
        lines = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return None
    wanted = {}
    for line in lines:
        requirement, _, marker = line.partition(";")
        if found := None if "extra" in marker else re.match(r"[A-Za-z0-9._-]+", requirement):
            pin = re.search(r"==\s*([^\s,;]+)", requirement)
            wanted[found[0]] = pin[1] if pin else ""
    return wanted


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _place(package: str) -> str:
    """The folder that a package comes from; it is not imported."""
    spec = find_spec(package)
    return str(Path(spec.origin).parent.parent) if spec and spec.origin else f"({package} ?)"


def _other(facts: VersionFacts, name: str) -> bool:
    there = facts.libraries[name]
    return there is not None and name in facts.pinned and there != facts.pinned[name]


def _wal_may_break(sqlite: Version) -> bool:
    if sqlite >= WAL_MENDED:
        return False
    return not any(sqlite[:2] == mended[:2] and sqlite >= mended for mended in WAL_MENDED_BACKPORTS)


def _first_version(said: str | None) -> Version | None:
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said or "")
    return tuple(int(part) for part in found.groups("0")) if found else None


def _dotted(parts: Version) -> str:
    return ".".join(map(str, parts))
