"""Bearer tokens: which terminals may ask."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

from kiosk.settings import SettingsError

SHORTEST = 16
"""Characters; `kiosk gateway token` makes 43, which carry 256 bits."""


class Tokens:
    """The known tokens, kept as digests so that comparing takes the same time whatever is sent."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` maps each token to the name of its terminal. Raises ValueError when there is none or one is short."""
        if not names or any(len(token) < SHORTEST or not token.isascii() for token in names):
            raise ValueError(f"tokens have at least {SHORTEST} ASCII characters, and there must be one")
        self._names = {_digest(token.encode()): name for token, name in names.items()}

    @classmethod
    def from_file(cls, file: Path) -> Tokens:
        """Read a file of lines 「TOKEN」 or 「TOKEN NAME」; empty lines and lines with # are left out.

        Raises SettingsError, which names the line but never a token.
        """
        try:
            lines = file.read_text(encoding="ascii").splitlines()
        except FileNotFoundError as missing:
            raise SettingsError(
                f"{file}: there is no such file (serve.tokens_file), and the gateway answers no terminal without a "
                f"token; make one with: kiosk gateway token | install -m 600 /dev/stdin {file}"
            ) from missing
        except OSError as unreadable:
            raise SettingsError(f"{file}: cannot be read ({unreadable.strerror}); check its owner and mode") from None
        except UnicodeDecodeError:
            raise SettingsError(f"{file}: a token is plain ASCII; make one with: kiosk gateway token") from None
        names: dict[str, str] = {}
        for place, line in enumerate(lines, start=1):
            token, _, name = line.strip().partition(" ")
            if not token or token.startswith("#"):
                continue
            if len(token) < SHORTEST:
                raise SettingsError(f"{file}: line {place}: a token has at least {SHORTEST} characters")
            names[token] = name.strip() or f"terminal-{place}"
        if not names:
            raise SettingsError(f"{file}: holds no token; make one with: kiosk gateway token")
        return cls(names)

    def name_of(self, token: bytes) -> str | None:
        """The terminal's name, or None for a token that is not known."""
        sent, found = _digest(token), None
        for known, name in self._names.items():
            if hmac.compare_digest(known, sent):
                found = name
        return found


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
