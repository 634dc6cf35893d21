"""The list of the clips in a voice folder: of what each was made, and what it must be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

MANIFEST_NAME = "manifest.json"
ENGINE, ENGINE_VERSION = "pyopenjtalk-plus", "0.4.1.post10"
"""What makes the clips; pyproject.toml pins the same version."""
VOICE = "mei_normal"
TEMPO = 0.95
"""A little slower than the voice was recorded: the hall is loud, and many are old."""
RECIPE = f"{ENGINE} {ENGINE_VERSION}, {VOICE}, tempo {TEMPO}, level 1"
"""Everything but the text that makes a clip what it is; the last word counts changes of `openjtalk.py`."""
NAME_DIGITS = 12
"""Of a recipe's hash in a file's name: a clip of another text or voice has another name."""


class Clip(BaseModel):
    """One file."""

    model_config = ConfigDict(frozen=True)

    text: str
    recipe: str
    """SHA-256 over text and voice."""
    octets: int
    sha256: str
    """Of the file."""


class Manifest(BaseModel):
    """The list."""

    model_config = ConfigDict(frozen=True)

    made_with: str = RECIPE
    clips: Mapping[str, Clip] = {}
    """By the sentence's key."""

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The list of that folder, an empty one where there is none or none that can be understood. Raises OSError."""
        try:
            return cls.model_validate_json((folder / MANIFEST_NAME).read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValidationError):
            return cls()

    def text(self) -> str:
        """The list as it stands in its file."""
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=1) + "\n"


def recipe_of(text: str) -> str:
    """What a clip of that text is made of, as a hash."""
    return hashlib.sha256(f"{RECIPE}\n{text}".encode()).hexdigest()


def file_of(key: str, recipe: str) -> str:
    """The name of the clip's file."""
    return f"{key}-{recipe[:NAME_DIGITS]}.wav"
