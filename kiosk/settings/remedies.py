"""What to write instead of what is wrong, for somebody who is no programmer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kiosk.settings.keys import nearest, table_with

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_NUMBER = "write a number, without quotes"
_WHOLE_NUMBER = "write a whole number, without quotes"
_CHOICE = "write one of {expected}"

_REMEDIES: Mapping[str, str] = {
    "missing": "this key is needed; see config/kiosk.example.toml",
    "model_type": "this is the name of a table: write [{key}] on a line of its own",
    "string_type": 'write it in quotes: "…"',
    "string_too_short": "write at least {min_length} character",
    "string_too_long": "write at most {max_length} characters",
    "tuple_type": 'write a list: ["…", "…"]',
    "too_short": "name at least {min_length}",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "finite_number": _NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "greater_than": "write a number above {gt:g}",
    "greater_than_equal": "write a number of at least {ge:g}",
    "less_than": "write a number below {lt:g}",
    "less_than_equal": "write a number of at most {le:g}",
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "path_type": 'write a path in quotes: "/…"',
    "date_type": "write a day, such as 2026-03-31",
    "date_parsing": "write a day, such as 2026-03-31",
    "date_from_datetime_parsing": "write a day, such as 2026-03-31",
    "date_from_datetime_inexact": "write a day without a time, such as 2026-03-31",
    "time_type": 'write a time in quotes, such as "12:00"',
    "time_parsing": 'write a time in quotes, such as "12:00"',
}
"""By pydantic's type of error; the names in braces are what it says of it."""


def remedy_for(error: ErrorDetails) -> str:
    """One sentence for the person who wrote the file."""
    *table, key = map(str, error["loc"]) if error["loc"] else ("",)
    if error["type"] == "extra_forbidden":
        return f"there is no such key; {_meant(table[0] if table else None, key)}"
    words = _REMEDIES.get(error["type"])
    if words is None:
        return error["msg"].removeprefix("Value error, ")
    return words.format(key=key, **error.get("ctx", {}))


def _meant(table: str | None, key: str) -> str:
    if other := table_with(key):
        return f"did you mean it for the table [{other}]?"
    if near := nearest(table, key):
        return f"did you mean {near}?"
    return "remove it or correct its spelling"
