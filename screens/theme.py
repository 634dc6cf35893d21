"""The colours, each with one meaning. CSS knows them as `$name`; no other file names a colour."""

from __future__ import annotations

from collections.abc import Mapping

PALETTE: Mapping[str, str] = {
    "paper": "#f5f7fa",
    "ink": "#10233a",
    "quiet": "#3a4c61",
    "band": "#14304f",
    "band-ink": "#ffffff",
    "key": "#d9e4f0",
    "key-ink": "#10233a",
    "main": "#174a86",
    "main-ink": "#ffffff",
    "off": "#e8edf2",
    "off-ink": "#3a4c61",
    "focus": "#174a86",
    "focus-on-main": "#ffc24a",
    "field": "#ffffff",
    "field-ink": "#10233a",
    "mark": "#ffdf80",
    "mark-ink": "#10233a",
    "trouble": "#8a1616",
    "trouble-ink": "#ffffff",
    "good": "#0b4d2c",
    "simulator": "#ffd338",
    "simulator-ink": "#1d1a00",
    "tray": "#3a2f26",
    "tray-ink": "#f4ead2",
    "tray-key": "#e5c27a",
    "tray-key-ink": "#2b2118",
}

HIGH_CONTRAST: Mapping[str, str] = {
    "paper": "#000000",
    "ink": "#ffffff",
    "quiet": "#ffffff",
    "band": "#000000",
    "band-ink": "#ffee58",
    "key": "#ffffff",
    "key-ink": "#000000",
    "main": "#ffee58",
    "main-ink": "#000000",
    "off": "#333333",
    "off-ink": "#ffffff",
    "focus": "#ffee58",
    "focus-on-main": "#ffffff",
    "field": "#1f1f1f",
    "field-ink": "#ffffff",
    "mark": "#ffee58",
    "mark-ink": "#000000",
    "trouble": "#ffee58",
    "trouble-ink": "#000000",
    "good": "#ffffff",
    "simulator": "#ffee58",
    "simulator-ink": "#000000",
    "tray": "#000000",
    "tray-ink": "#ffffff",
    "tray-key": "#ffffff",
    "tray-key-ink": "#000000",
}
"""White and yellow on black: for eyes that the light ground dazzles, and for those that tell few colours apart."""

DARK: Mapping[str, str] = dict.fromkeys(PALETTE, "#000000")
"""Nothing to be seen: for examinees who only listen and do not want others to read along."""

READ_ON: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("quiet", "paper"),
    ("trouble", "paper"),
    ("good", "paper"),
    ("main", "paper"),
    ("band-ink", "band"),
    ("key-ink", "key"),
    ("main-ink", "main"),
    ("off-ink", "off"),
    ("field-ink", "field"),
    ("ink", "field"),
    ("quiet", "field"),
    ("mark-ink", "mark"),
    ("trouble-ink", "trouble"),
    ("simulator-ink", "simulator"),
    ("tray-ink", "tray"),
    ("tray-key-ink", "tray-key"),
)
"""Every pair of letters and ground that the screens use.

Each has a contrast of at least 7:1 (WCAG 1.4.6), and of at least 10:1 where the examinee asked for high contrast.
"""
