"""The report: lines for the installer as they come, one JSON object for monitoring, an exit code for both."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import TypedDict

from kiosk.doctor.finding import Finding, Level
from kiosk.doctor.symptoms import Layer, Symptom
from kiosk.doctor.walk import Visited, Walk
from kiosk.printout.lines import break_lines


def _cells(words: str) -> int:
    """How wide a terminal draws them."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in words)


class Exit(IntEnum):
    """How `kiosk doctor` ends."""

    WELL = 0
    WARNINGS = 1
    FAILURES = 2
    NOT_RUN = 3
    """There is no configuration that can be read; only what needs none was examined."""

    @property
    def key(self) -> str:
        """In JSON."""
        return ("ok", "warning", "failure", "unknown")[self.value]


BLOCKING = frozenset({Symptom.CONFIGURATION_WRONG, Symptom.STATE_NOT_WRITABLE, Symptom.DISK_READ_ONLY})
"""With these `kiosk run` ends before its first frame; with everything else it serves, or says on its screen that it is
out of order and heals by itself, which is more than a service that does not start can do."""

REMEDY = "直し方: "
"""No arrow: the panel's typeface draws it wider than its cell."""
_INDENT = " " * 6
_NARROWEST = 20
COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.FAILURE: "red"}


class FindingJson(TypedDict):
    """A finding in JSON."""

    id: str
    level: str
    words: str
    remedy: str


class LayerJson(TypedDict):
    """A layer in JSON."""

    layer: str
    level: str
    seconds: float
    seen: str
    findings: list[FindingJson]


class ReportJson(TypedDict):
    """The whole report in JSON."""

    level: str
    code: int
    kiosk: str | None
    version: str
    running: bool
    seconds: float
    layers: list[LayerJson]


def exit_of(walk: Walk, *, configured: bool = True) -> Exit:
    """The exit code of a walk."""
    return Exit(walk.level) if configured else Exit.NOT_RUN


def exit_before_start(walk: Walk, *, configured: bool = True) -> Exit:
    """The same before the service starts: well, unless the kiosk cannot even say that it is out of order."""
    if not configured:
        return Exit.NOT_RUN
    blocked = any(finding.symptom in BLOCKING for finding in walk.findings)
    return Exit.FAILURES if blocked else Exit.WELL


def as_json(walk: Walk, code: Exit, *, kiosk: str | None, version: str, running: bool) -> ReportJson:
    """The whole report."""
    return {
        "level": code.key,
        "code": code.value,
        "kiosk": kiosk,
        "version": version,
        "running": running,
        "seconds": _rounded(sum(visited.seconds for visited in walk.visited)),
        "layers": [_layer(visited) for visited in walk.visited],
    }


def head_line(visited: Visited) -> tuple[Level, str]:
    """A layer in one line, with the level that colours its first word."""
    level = visited.examined.level
    return level, f"{_padded(visited.layer.word)}  {visited.examined.seen}".rstrip()


def finding_lines(finding: Finding, columns: int | None = None) -> Iterator[str]:
    """A finding and its remedy, as they stand below the layer's line; broken only where a terminal has `columns`.

    A remedy stays on one line: it is copied into a shell.
    """
    room = max(columns - len(_INDENT), _NARROWEST) if columns else None
    for line in break_lines(finding.words, room, _cells) if room else (finding.words,):
        yield _INDENT + line
    if finding.remedy:
        yield f"{_INDENT}{REMEDY}{finding.remedy}"


def summary(walk: Walk) -> str:
    """The last line."""
    seconds = sum(visited.seconds for visited in walk.visited)
    return f"異常 {_count(walk.findings, Level.FAILURE)}、注意 {_count(walk.findings, Level.WARNING)} ({seconds:.1f}秒)"


def _count(findings: Iterable[Finding], level: Level) -> int:
    return sum(finding.level is level for finding in findings)


def _layer(visited: Visited) -> LayerJson:
    return {
        "layer": visited.layer.value,
        "level": Exit(visited.examined.level).key,
        "seconds": _rounded(visited.seconds),
        "seen": visited.examined.seen,
        "findings": [_finding(finding) for finding in visited.examined.findings],
    }


def _finding(finding: Finding) -> FindingJson:
    return {
        "id": finding.symptom.value,
        "level": "note" if finding.level is Level.OK else Exit(finding.level).key,
        "words": finding.words,
        "remedy": finding.remedy,
    }


_LAYER_CELLS = max(_cells(layer.word) for layer in Layer)


def _padded(word: str) -> str:
    return word + " " * (_LAYER_CELLS - _cells(word))


def _rounded(seconds: float) -> float:
    return round(seconds, 3)
