"""The locale: a terminal that is not UTF-8 draws no Japanese."""

from __future__ import annotations

import codecs
import locale
import os
import sys
from dataclasses import dataclass

from kiosk.doctor.finding import Examined, failure
from kiosk.doctor.symptoms import Symptom


@dataclass(frozen=True, slots=True)
class LocaleFacts:
    """How this process writes."""

    encoding: str = "utf-8"
    """Of the locale."""
    output: str = "utf-8"
    """Of the standard output."""
    name: str = ""
    """What the environment names."""


def judge(facts: LocaleFacts) -> Examined:
    """Pure."""
    named = facts.name or "(なし)"
    wrong = [coding for coding in (facts.encoding, facts.output) if not _is_utf8(coding)]
    if wrong:
        words = f"文字コードがUTF-8ではありません({wrong[0]}、LANG={named})。日本語を表示できません"
        return Examined("", (failure(Symptom.NOT_UTF8, words, "export LANG=C.UTF-8"),))
    return Examined(f"UTF-8、LANG={named}")


def look() -> LocaleFacts:
    """Ask Python; what Python corrects by itself for the locale C is not wrong."""
    name = next((value for key in ("LC_ALL", "LC_CTYPE", "LANG") if (value := os.environ.get(key))), "")
    return LocaleFacts(locale.getencoding(), getattr(sys.stdout, "encoding", None) or "utf-8", name)


def _is_utf8(coding: str) -> bool:
    try:
        return codecs.lookup(coding).name == "utf-8"
    except LookupError:
        return False
