"""Which key somebody may have meant by one that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from kiosk.settings.section import Section
from kiosk.settings.whole import Settings


def table_with(key: str) -> str | None:
    """The table that has this key."""
    return next((name for name, section in _tables().items() if key in _keys_of(section)), None)


def nearest(table: str | None, key: str) -> str | None:
    """The key of that table, or the table of the file, whose name is nearest; None when none is near."""
    section = Settings if table is None else _tables().get(table)
    return next(iter(get_close_matches(key, _keys_of(section), n=1)), None)


def _tables() -> Mapping[str, object]:
    return {name: field.annotation for name, field in Settings.model_fields.items()}


def _keys_of(section: object) -> list[str]:
    return list(section.model_fields) if isinstance(section, type) and issubclass(section, Section) else []
