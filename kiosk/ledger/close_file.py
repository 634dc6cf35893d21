"""The signed file of a day's close: it holds the chain's hash outside of the ledger."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from kiosk.ledger.chain import canonical
from kiosk.ledger.closing import FOLDER, Close
from kiosk.ports.desk import LedgerFailure
from kiosk.vault import sync_folder


class Signer(Protocol):
    """The terminal's signing key."""

    def sign(self, content: bytes) -> str:
        """A detached signature (JWS, RFC 7515 appendix F, Ed25519) over the content."""
        ...


class CloseNotWritten(LedgerFailure):
    """The day is closed in the record, but its file could not be written; the next close of that day writes it."""


def is_exported(state: Path, close: Close) -> bool:
    """Whether its file is there. Raises OSError."""
    return _place_of(state, close)[1]


def write_missing(state: Path, closes: Sequence[Close], kiosk: str, signer: Signer) -> Path:
    """Write the files that are not there, in their order; where the last one is. Raises CloseNotWritten.

    In their order, so that where the last one is, all are.
    """
    try:
        for close in closes:
            file, there = _place_of(state, close)
            if not there:
                _write(state, file, close, kiosk, signer)
    except OSError as refused:
        raise CloseNotWritten(
            f"the day is closed, but its file cannot be written to {state / FOLDER}: {refused.strerror}"
        ) from refused
    return file  # of the last


def _place_of(state: Path, close: Close) -> tuple[Path, bool]:
    """Where the close's file is to be, and whether it is there.

    The file of another close stays: after a backup was put back a day may be closed again as the same part.
    """
    part = close.part
    while True:
        file = state / replace(close, part=part).export
        if not file.exists():
            return file, False
        if _anchor_in(file) == close.event.hash.hex():
            return file, True
        part += 1


def _anchor_in(file: Path) -> str | None:
    try:
        return str(json.loads(file.read_text("ascii"))["close"]["anchor"]["hash"])
    except (ValueError, KeyError, TypeError):
        return None


def _write(state: Path, file: Path, close: Close, kiosk: str, signer: Signer) -> None:
    """Put the signed file in that place, whole and on disk. Raises OSError."""
    file.parent.mkdir(mode=0o700, exist_ok=True)
    content = close.content(kiosk)
    signed = {"close": content, "signature": signer.sign(canonical(content).encode("ascii"))}
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            json.dump(signed, out, indent=2, sort_keys=True)
            out.write("\n")
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(file.parent)
    sync_folder(state)
