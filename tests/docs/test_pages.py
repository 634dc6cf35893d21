"""The documents say what is so: their commands, settings, codes, files and links exist."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from kiosk.checkin.reasons import Reason
from kiosk.settings import Settings
from tests.docs.commands import WronglyWritten, command_lines, options, take
from tests.docs.pages import PAGES, READERS_PAGES, ROOT, Code, Page, page

FILE_ENDING = re.compile(
    r"toml|csv|html|md|json|png|txt|pub|sock|py|service|timer|pem|key|db|sealed|log|conf|ini|sh|prom|tokens?"
)
"""So `ledger.db` is no key of a table [ledger]."""
each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
each_readers_page = pytest.mark.parametrize("path", READERS_PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())


def takes(key: FieldInfo, value: object) -> bool:
    """Whether the configuration takes that value for the key."""
    kind: Any = Annotated[key.annotation, key]
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def shell(read: Page) -> Iterator[Code]:
    """Code that may be a command line."""
    return (code for code in read.code if code.language in ("", "sh", "console"))


@each_page
def test_every_command_line_is_one_that_kiosk_takes(path: Path) -> None:
    read, wrong = page(path), []
    for code in shell(read):
        for words in command_lines(code.text):
            try:
                take(words)
            except WronglyWritten as found:
                wrong.append(f"{read.name}:{code.line}: {code.text}: {found}")
    assert wrong == []


@each_readers_page
def test_options_that_stand_beside_a_command_are_its_own(path: Path) -> None:
    wrong = []
    for row in page(path).rows:
        lines = [words for span in row[0] for words in command_lines(span)] if row else []
        known = {option for words in lines for option in options(take(words))}
        if lines:
            beside = [span for cell in row[1:] for span in cell if span.startswith("--")]
            wrong += [span for span in beside if span.split()[0] not in known]
    assert wrong == []


@each_page
def test_make_targets_and_modules_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    code = "\n".join(code.text for code in shell(page(path)))
    targets = set(re.findall(r"\bmake ([a-z][a-z-]*)", code))
    variables = set(re.findall(r"\b([A-Z]+)=", "".join(re.findall(r"\bmake [a-z-]+ .*", code))))
    modules = set(re.findall(r"python3? -m (bench(?:\.[a-z_]+)*)", code))
    assert {target for target in targets if not re.search(rf"^{target}:", makefile, re.M)} == set()
    assert {variable for variable in variables if f"$({variable})" not in makefile} == set()
    assert {module for module in modules if importlib.util.find_spec(module) is None} == set()
    asked = re.findall(r"python3? -m bench\.([a-z_]+) (--[a-z-]+)", code)
    assert [pair for pair in asked if f'"{pair[1]}"' not in (ROOT / "bench" / f"{pair[0]}.py").read_text()] == []


@each_page
def test_every_link_leads_somewhere(path: Path) -> None:
    wrong = []
    for target in page(path).targets:
        if re.match(r"(https|mailto|tel):", target):
            continue
        place, _, anchor = unquote(target).partition("#")
        there = (path.parent / place).resolve() if place else path
        if not there.exists() or (anchor and anchor not in page(there).anchors):
            wrong.append(target)
    assert wrong == []


@each_page
def test_every_file_of_the_repository_that_is_named_exists(path: Path) -> None:
    rooms = {folder.name for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")}
    named = [code.text for code in page(path).code if not code.block and re.fullmatch(r"[\w./*-]+", code.text)]
    ours = [
        name for name in named if "/" in name and name.split("/")[0] in rooms and not name.startswith("tests/system")
    ]
    assert [name for name in ours if not list(ROOT.glob(name.rstrip("/")))] == []


@each_page
def test_every_code_is_a_reason(path: Path) -> None:
    codes = {reason.value for reason in Reason}
    assert [code for code in re.findall(r"\b[CQTPDKSHN][0-9]{2}\b", page(path).text) if code not in codes] == []


@each_page
def test_every_setting_has_its_key_and_takes_its_value(path: Path) -> None:
    wrong = []
    for code in page(path).code:
        found = re.fullmatch(r"([a-z_]+)\.([a-z_]+)(?: = (.+))?", code.text)
        if code.block or not found or FILE_ENDING.fullmatch(found[2]):
            continue
        section = Settings.model_fields.get(found[1])
        table = section.annotation if section else None
        if not (isinstance(table, type) and issubclass(table, BaseModel)) or found[2] not in table.model_fields:
            wrong.append(code.text)
        elif found[3] and "…" not in found[3]:
            value = tomllib.loads(f"value = {found[3]}")["value"]
            wrong += [] if takes(table.model_fields[found[2]], value) else [code.text]
    assert wrong == []


@each_readers_page
def test_no_page_stands_alone(path: Path) -> None:
    """Every page for readers is linked from a README, and docs of clerks and sites from the Japanese one."""
    if path.name.startswith("README"):
        return
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in page(ROOT / "README.md").targets}
    assert path in linked


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("sudo -u kiosk kiosk printer again A-012", [["printer", "again", "A-012"]]),
        ("ssh k01 kiosk status --json", [["status", "--json"]]),
        ("kiosk voices build|check", [["voices", "build"], ["voices", "check"]]),
        ("kiosk ledger export FILE > x  # why", [["ledger", "export", "FILE"]]),
        ("scanner | kiosk slip verify -", [["slip", "verify", "-"]]),
        ("kiosk status [--json]", [["status", "--json"]]),
        ("journalctl -u kiosk -p warning", []),
        ("sudo systemctl enable --now kiosk", []),
        (".venv/bin/kiosk …", [["…"]]),
    ],
)
def test_command_lines_are_found(text: str, lines: list[list[str]]) -> None:
    assert list(command_lines(text)) == lines


@pytest.mark.parametrize(
    "text",
    [
        "kiosk sttaus",
        "kiosk status --jsn",
        "kiosk ledger lst",
        "kiosk ledger export FILE --encoding utf-16",
        "kiosk slip verify ONE TWO",
        "kiosk precheck --rate 9",
    ],
)
def test_a_wrong_command_line_is_noticed(text: str) -> None:
    with pytest.raises(WronglyWritten):
        [take(words) for words in command_lines(text)]
