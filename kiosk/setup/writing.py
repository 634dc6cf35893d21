"""Puts the configuration and the token into their places: whole, checked, with the old one kept aside."""

from __future__ import annotations

import os
import secrets
import shutil
import tomllib
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from kiosk.settings import Settings, SettingsError
from kiosk.setup.remedies import words_for, words_for_no_toml

EXAMPLE_NAME = "kiosk.example.toml"


def example_text() -> str:
    """The example that explains every key: of the wheel, or of the checkout. Raises OSError."""
    here = Path(__file__)
    inside = here.with_name(EXAMPLE_NAME)
    return (inside if inside.exists() else here.parents[2] / "config" / EXAMPLE_NAME).read_text(encoding="utf-8")


def settings_of(text: str, file: Path) -> Settings:
    """The settings that the text makes. Raises SettingsError with a line for each key that is wrong."""
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        raise SettingsError(f"{file}: {words_for_no_toml(wrong)}") from wrong
    except ValidationError as wrong:
        raise SettingsError(
            "\n".join(
                f"{file}: {'.'.join(map(str, error['loc']))}: {words_for(error)}"
                for error in wrong.errors(include_url=False)
            )
        ) from wrong


def replace_configuration(file: Path, text: str, now: datetime) -> Path | None:
    """Write the file, readable for everybody (it holds no secret), and return where the old one is kept.

    None where there was none, or where nothing has changed. Raises SettingsError, and OSError; both change nothing.
    """
    settings_of(text, file)
    try:
        if file.read_text(encoding="utf-8-sig") == text:
            return None
        old = file.with_name(f"{file.name}.{now:%Y%m%d-%H%M%S}")
        shutil.copy2(file, old)
    except FileNotFoundError:
        old = None
    _put(file, text, mode=0o644, owner=None)
    return old


def write_secret(file: Path, secret: str, user: str | None) -> None:
    """Write a secret in one line, for that user only. Raises OSError."""
    _put(file, f"{secret}\n", mode=0o600, owner=user)


def _put(file: Path, text: str, *, mode: int, owner: str | None) -> None:
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
            os.fchmod(out.fileno(), mode)
            out.flush()
            os.fsync(out.fileno())
        if owner is not None and os.geteuid() == 0:
            shutil.chown(draft, owner, owner)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
