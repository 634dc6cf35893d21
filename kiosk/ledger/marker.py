"""The marker that lies beside the ledger while another file takes its place."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.ledger.opening import EXCHANGE
from kiosk.vault import give_to_owner_of, sync_folder

Given = Mapping[tuple[str, str], int]
"""The highest number that was given, by letter and day."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What it says."""

    draft: str
    """The hash at the end of its chain."""
    given: Given
    kept: str
    """The folder of the former ledger, below `replaced`."""


def put_marker(state: Path, marker: Marker) -> None:
    """It is there as a whole, or not at all. Raises OSError."""
    draft = state / f".{EXCHANGE}.new"
    numbers = [[prefix, day, number] for (prefix, day), number in sorted(marker.given.items())]
    draft.write_text(json.dumps({"draft": marker.draft, "given": numbers, "kept": marker.kept}), "ascii")
    sync_file(draft)
    give_to_owner_of(state, draft)
    draft.replace(state / EXCHANGE)
    sync_folder(state)


def read_marker(state: Path) -> Marker | None:
    """What the marker says; None when there is none, or when nobody can read it any more."""
    try:
        told = json.loads((state / EXCHANGE).read_text("ascii"))
        given = {(str(prefix), str(day)): int(number) for prefix, day, number in told["given"]}
        return Marker(str(told["draft"]), given, str(told["kept"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def sync_file(file: Path) -> None:
    """Put what is in a file on disk. Raises OSError."""
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
