"""Rows of the ledger's tables."""

from __future__ import annotations

import sqlite3

Value = str | int | None
Row = dict[str, Value]
Stored = Row | sqlite3.Row
