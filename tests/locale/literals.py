"""Where the source code of what an examinee reads holds words, and whether the catalogues know them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_READ_BY_EXAMINEES = ("staff/", "tray", "tour", "widgets/pager", "pictures/", "breaking", "ruby")
"""The board and its pages are for staff, the tray and the tour for whoever sees the demo; what stands on a drawn
document is Japanese, as on the real one; the last two hold letters, no words."""
SCREENS = tuple(
    file
    for file in sorted((ROOT / "screens").rglob("*.py"))
    if not str(file.relative_to(ROOT / "screens")).startswith(NOT_READ_BY_EXAMINEES)
)
"""The screens of the examinee."""
SLIP = (ROOT / "kiosk" / "slip" / "examinee.py",)
"""What writes the examinee's part of the slip; the rest of it is for staff."""
WORDS = (*SCREENS, *sorted((ROOT / "kiosk" / "locale").glob("*.py")), *SLIP)
"""Everything out of which messages are taken."""

JAPANESE = re.compile(r"[\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uff66-\uff9f]")
"""Kana and kanji; signs alone, such as 【】, need no translation."""
LOOKS_UP, MARKS = "_", "N_"


def marked(file: Path) -> Iterator[str]:
    """The messages, in their order. Babel's own look over the words overlooks those inside f-strings on Python 3.11."""
    calls = _calls(ast.parse(file.read_text("utf-8")))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        for argument in call.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def outside_catalogues(file: Path) -> Iterator[str]:
    """Japanese words that stand neither in `_()` nor in `N_()` nor in a docstring, with their line."""
    tree = ast.parse(file.read_text("utf-8"))
    allowed = {id(node) for node in _docstrings(tree)} | {id(node) for call in _calls(tree) for node in call.args}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(words)) if id(node) not in allowed and JAPANESE.search(words):
                yield f"{file.relative_to(ROOT)}:{node.lineno}: {words!r}"


def looked_up_on_import(file: Path) -> Iterator[str]:
    """`_()` where it is run once for all, in whatever language the kiosk began with."""
    tree = ast.parse(file.read_text("utf-8"))
    late = {id(inner) for node in ast.walk(tree) if isinstance(node, _LATE) for inner in _body(node)}
    for call in _calls(tree):
        if isinstance(call.func, ast.Name) and call.func.id == LOOKS_UP and id(call) not in late:
            yield f"{file.relative_to(ROOT)}:{call.lineno}"


def not_plain(file: Path) -> Iterator[str]:
    """Messages that are put together before they are looked up, so that no catalogue can hold them."""
    for call in _calls(ast.parse(file.read_text("utf-8"))):
        if any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in call.args):
            yield f"{file.relative_to(ROOT)}:{call.lineno}"


_LATE = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[ast.AST]:
    """What runs when the function is called: its defaults and decorators do not."""
    for part in node.body if isinstance(node.body, list) else [node.body]:
        yield from ast.walk(part)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (LOOKS_UP, MARKS):
            yield node


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    """Every string that stands alone: docstrings of modules, classes and functions, and those under a name."""
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
