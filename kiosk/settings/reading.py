"""Finding and reading the file; whatever is wrong with it becomes one line for each key."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from pydantic import ValidationError

from kiosk.settings.remedies import remedy_for
from kiosk.settings.whole import Settings

DEFAULT_PATH = Path("/etc/kiosk/kiosk.toml")
PATH_VARIABLE = "KIOSK_CONFIG"


class SettingsError(Exception):
    """The configuration cannot be used; the message names file, key and remedy."""


def chosen_path(path: Path | None = None) -> Path:
    """The configuration file: the given one, else $KIOSK_CONFIG, else /etc/kiosk/kiosk.toml."""
    return path or Path(os.environ.get(PATH_VARIABLE) or DEFAULT_PATH)


def load_if_there(path: Path | None = None) -> Settings | None:
    """The file, or None where nobody named one and /etc/kiosk/kiosk.toml is not there. Raises SettingsError."""
    if path is None and not os.environ.get(PATH_VARIABLE) and not DEFAULT_PATH.exists():
        return None
    return load(path)


def load(path: Path | None = None) -> Settings:
    """Read and check the file. Raises SettingsError with one line for every key that is wrong."""
    file = chosen_path(path)
    try:
        # Windows' editor puts a mark (BOM) before the first letter.
        return Settings.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except FileNotFoundError as missing:
        raise SettingsError(
            f"{file}: there is no such file; copy config/kiosk.example.toml there, or give --config FILE"
        ) from missing
    except OSError as unreadable:
        raise SettingsError(f"{file}: cannot be read ({unreadable.strerror}); check its owner and mode") from unreadable
    except UnicodeDecodeError as wrong:
        raise SettingsError(f"{file}: not UTF-8 (byte {wrong.start}); save it as UTF-8") from wrong
    except tomllib.TOMLDecodeError as wrong:
        raise SettingsError(f"{file}: not TOML: {wrong}") from wrong
    except ValidationError as wrong:
        raise SettingsError("\n".join(_lines(file, wrong))) from wrong


def _lines(file: Path, wrong: ValidationError) -> list[str]:
    return [
        f"{file}: {'.'.join(map(str, error['loc']))}: {remedy_for(error)}" for error in wrong.errors(include_url=False)
    ]
