"""Changes keys of a TOML file and leaves all else as it was written: comments, order, spaces.

A key that stands in a comment with its default (as in config/kiosk.example.toml) is changed where it stands.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, TypeAlias

Value: TypeAlias = str | bool | int | float | date | time | Sequence[str]
Answers: TypeAlias = Mapping[str, Mapping[str, Value]]
"""Tables, keys and what they become."""

_HEAD = re.compile(r"^\s*\[\s*([A-Za-z0-9_-]+)\s*\]")


class DocumentError(Exception):
    """The file cannot be changed without changing what else it says; the message names the key."""


def changed(text: str, answers: Answers) -> str:
    """The text with these keys changed. Raises DocumentError, and tomllib.TOMLDecodeError for what is no TOML."""
    before = tomllib.loads(text)
    lines = text.splitlines()
    for table, keys in answers.items():
        for key, value in keys.items():
            _change(lines, table, key, f"{key} = {written(value)}")
    result = "\n".join(lines) + "\n"
    _prove(result, before, answers)
    return result


def written(value: Value) -> str:
    """As TOML writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case date() | time():
            return value.isoformat()
        case _:
            return f"[{', '.join(written(one) for one in value)}]"


def _change(lines: list[str], table: str, key: str, line: str) -> None:
    begin = next((n for n, text in enumerate(lines) if (head := _HEAD.match(text)) and head[1] == table), None)
    if begin is None:
        lines += ["", f"[{table}]", line]
        return
    end = next((n for n in range(begin + 1, len(lines)) if _HEAD.match(lines[n])), len(lines))
    for marks in ("", r"#\s*"):  # the key itself before one that is only shown
        named = re.compile(rf"^\s*{marks}{re.escape(key)}\s*=")
        for at in range(begin + 1, end):
            if named.match(lines[at]):
                lines[at : at + _length(lines[at:end])] = [line]
                return
    while not lines[end - 1].strip():
        end -= 1
    lines.insert(end, line)


def _length(lines: Sequence[str]) -> int:
    """Over how many lines a value goes."""
    for count in range(1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        return count
    return 1


def _prove(text: str, before: Mapping[str, Any], answers: Answers) -> None:
    """The new text says what the old one said and the answers, and nothing else."""
    wanted: dict[str, Any] = copy.deepcopy(dict(before))
    for table, keys in answers.items():
        wanted.setdefault(table, {}).update(
            {key: list(value) if isinstance(value, tuple | list) else value for key, value in keys.items()}
        )
    try:
        if tomllib.loads(text) == wanted:
            return
    except tomllib.TOMLDecodeError:
        pass
    named = ", ".join(f"{table}.{key}" for table, keys in answers.items() for key in keys)
    raise DocumentError(f"{named}: このファイルの書き方では自動で変えられません。手で書きかえてください")
