"""What the doctor finds, as data: a layer, a symptom of a closed set, how bad it is, words, and what to type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from kiosk.doctor.symptoms import Layer, Symptom


class Level(IntEnum):
    """How bad it is; the worst one of a walk is its exit code, up to FAILURE."""

    OK = 0
    WARNING = 1
    """Examinees are served; somebody should see to it."""
    FAILURE = 2
    """A part does not work: nobody is served, or everybody in another way than the site meant."""

    @property
    def word(self) -> str:
        """The level in Japanese."""
        return ("正常", "注意", "異常")[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. Nothing of an examinee, no token and no key can stand in it."""

    layer: Layer
    symptom: Symptom
    level: Level
    """OK for what is only worth knowing, such as a check that could not be made here."""
    words: str
    """What is the matter, for the person who installs, in Japanese."""
    remedy: str = ""
    """A command to type, or what to change in the configuration; empty where nothing has to be done."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was seen of a layer, in a few words, and what was found wrong with it."""

    seen: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def level(self) -> Level:
        """That of the worst finding."""
        return worst(finding.level for finding in self.findings)


def note(symptom: Symptom, words: str, remedy: str = "") -> Finding:
    """Worth knowing, and nothing wrong."""
    return _found(symptom, Level.OK, words, remedy)


def warning(symptom: Symptom, words: str, remedy: str = "") -> Finding:
    """See Level.WARNING."""
    return _found(symptom, Level.WARNING, words, remedy)


def failure(symptom: Symptom, words: str, remedy: str = "") -> Finding:
    """See Level.FAILURE."""
    return _found(symptom, Level.FAILURE, words, remedy)


def worst(levels: Iterable[Level]) -> Level:
    """The worst of them; OK where there is none."""
    return max(levels, default=Level.OK)


def _found(symptom: Symptom, level: Level, words: str, remedy: str) -> Finding:
    return Finding(symptom.layer, symptom, level, words, remedy)
