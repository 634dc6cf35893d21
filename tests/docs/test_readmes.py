"""The Japanese README says what the English one says, in the same order."""

from __future__ import annotations

from kiosk.cli import COMMANDS
from tests.docs.commands import command_lines
from tests.docs.pages import ROOT, Code, Page, page

ENGLISH, JAPANESE = page(ROOT / "README.md"), page(ROOT / "README.ja.md")


def commands(code: list[Code]) -> list[list[str]]:
    return sorted(words for one in code for words in command_lines(one.text))


def test_the_same_headings() -> None:
    assert [heading.level for heading in JAPANESE.headings] == [heading.level for heading in ENGLISH.headings]


def test_the_same_commands_below_each_heading() -> None:
    for heading, japanese, english in zip(ENGLISH.headings, JAPANESE.sections, ENGLISH.sections, strict=True):
        assert commands(japanese) == commands(english), heading.words


def test_every_command_is_in_the_table_of_commands() -> None:
    listed = {words[0] for row in ENGLISH.rows for span in (row[0] if row else ()) for words in command_lines(span)}
    assert {name for name, (_, words) in COMMANDS.items() if words} <= listed


def test_the_same_settings_and_files_are_named() -> None:
    def named(read: Page) -> set[str]:
        return {
            code.text for code in read.code if not code.block and set(code.text) & set("._/") and code.text.isascii()
        }

    assert named(JAPANESE) == named(ENGLISH)


def test_the_same_tables() -> None:
    assert [len(row) for row in JAPANESE.rows] == [len(row) for row in ENGLISH.rows]


def test_the_same_links_and_each_other() -> None:
    assert "README.ja.md" in ENGLISH.targets
    assert "README.md" in JAPANESE.targets
    assert set(JAPANESE.targets) - {"README.md"} == set(ENGLISH.targets) - {"README.ja.md"}
