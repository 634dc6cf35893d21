"""Every word that an examinee reads goes through the catalogues."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.locale.literals import SCREENS, SLIP, WORDS, looked_up_on_import, not_plain, outside_catalogues

DEFAULTS_OF_A_SITE = {"健診フロア", "総合窓口", "総合窓口の横"}
"""Names of places, which each site gives in its configuration."""


def test_no_japanese_stands_outside_the_catalogues() -> None:
    """Write `_("…")` where it is shown, or `N_("…")` in a table that is looked up with `_()` later."""
    outside = [place for file in (*SCREENS, *SLIP) for place in outside_catalogues(file)]
    assert [place for place in outside if place.partition(": ")[2].strip("'") not in DEFAULTS_OF_A_SITE] == []


def test_no_word_is_looked_up_before_the_language_is_known() -> None:
    """A table at the top of a file, a class attribute and a default are made on import: `N_()` belongs there."""
    assert [place for file in WORDS for place in looked_up_on_import(file)] == []


def test_no_message_is_put_together_before_it_is_looked_up() -> None:
    """`_("… {name}").format(name=name)`, not `_(f"… {name}")`."""
    assert [place for file in WORDS for place in not_plain(file)] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('words = _("窓口")', 0),
        ('TABLE = {1: N_("窓口")}', 0),
        ('"""窓口"""\nx = 1\n"""受付"""', 0),
        ('words = "窓口"', 1),
        ('words = _("窓口") + "受付"', 1),
        ('words = f"{place}窓口"', 1),
        ('words = _(f"{place}窓口")', 1),
        ('mark = "【】　！"', 0),
    ],
)
def test_literals_are_found(source: str, found: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.locale.literals.ROOT", tmp_path)
    file = tmp_path / "screen.py"
    file.write_text(source, "utf-8")
    assert len(list(outside_catalogues(file))) == found


def test_early_look_ups_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.locale.literals.ROOT", tmp_path)
    file = tmp_path / "screen.py"
    file.write_text('TITLE = _("a")\ndef f(x=_("b")):\n    return _("c")\nclass K:\n    y = _("d")\n', "utf-8")
    assert [place.rpartition(":")[2] for place in looked_up_on_import(file)] == ["1", "2", "5"]
