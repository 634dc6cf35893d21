"""Bearer tokens: which terminals may ask. The gateway keeps only their digests, on disk too."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from kiosk.settings import SettingsError

SHORTEST = 16
"""Characters of a token that somebody made up; `new_token` makes 43, which carry 256 bits."""
HASHED = "sha256:"
"""Begins a line that holds a digest instead of a token.

SHA-256 and no slow hash: 256 random bits are not found by trying, however fast a try is, and each request is checked.
"""
_DIGEST = re.compile(HASHED + "[0-9a-f]{64}")

log = logging.getLogger("kiosk.gateway")


class Tokens:
    """The known tokens. Which digest is looked up says nothing of its neighbours, so that a dictionary may find it."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` maps each token to the name of its terminal. Raises ValueError when there is none or one is short."""
        if not names or any(len(token) < SHORTEST or not token.isascii() for token in names):
            raise ValueError(f"tokens have at least {SHORTEST} ASCII characters, and there must be one")
        self._names = {_digest(token.encode()): name for token, name in names.items()}

    @classmethod
    def from_file(cls, file: Path) -> Tokens:
        """Read a file of lines 「sha256:HEX NAME」; empty lines and lines with # are left out.

        A line 「TOKEN NAME」 or 「TOKEN」 works as well, with a warning in the log. Raises SettingsError, which names
        the line but never a token.
        """
        read = cls.__new__(cls)
        read._names = _read(file)
        return read

    def name_of(self, token: bytes) -> str | None:
        """The terminal's name, or None for a token that is not known."""
        return self._names.get(_digest(token))


class WatchedTokens(Tokens):
    """The tokens of a file as it is now: a line taken out is refused from the next request on, without a restart."""

    def __init__(self, file: Path) -> None:
        """Read the file. Raises SettingsError as `Tokens.from_file` does."""
        self._file = file
        self._seen = _version(file)
        self._names = _read(file)

    def name_of(self, token: bytes) -> str | None:
        """As `Tokens.name_of`; looking whether the file is another one takes two millionths of a second."""
        now = _version(self._file)
        if now != self._seen:
            self._seen = now
            self.reload()
        return super().name_of(token)

    def reload(self) -> None:
        """Read the file again, as after SIGHUP; where it cannot be used, the old tokens stay, and the log says so."""
        try:
            self._names = _read(self._file)
        except SettingsError as wrong:
            log.error("tokens not read again, the old ones stay: %s", wrong)
        else:
            log.info("tokens read again terminals=%d", len(set(self._names.values())))


def new_token() -> str:
    """256 random bits, as a header and a file can hold them."""
    return secrets.token_urlsafe(32)


def line_for(token: str, name: str) -> str:
    """The line of the tokens_file that lets the terminal with this token in."""
    return f"{HASHED}{_digest(token.encode()).hex()} {name}"


def add_line(file: Path, line: str) -> None:
    """Append the line, whole or not at all, and make the file readable for its owner only. Raises OSError."""
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)  # two installers at once
        os.fchmod(opened.fileno(), 0o600)
        size = os.fstat(opened.fileno()).st_size
        unfinished = size > 0 and os.pread(opened.fileno(), 1, size - 1) != b"\n"
        octets = b"\n" * unfinished + line.encode("ascii") + b"\n"
        try:
            whole = opened.write(octets) == len(octets)
            os.fsync(opened.fileno())
        except OSError:
            os.ftruncate(opened.fileno(), size)
            raise
        if not whole:
            os.ftruncate(opened.fileno(), size)
            raise OSError("the disk is full")


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def _version(file: Path) -> tuple[int, ...] | None:
    """Differs whenever the file was written, replaced or taken away."""
    try:
        status = os.stat(file)  # noqa: PTH116 - at every request, and a third of the time of Path.stat
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _read(file: Path) -> dict[bytes, str]:
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except FileNotFoundError as missing:
        raise SettingsError(
            f"{file}: there is no such file (serve.tokens_file), and the gateway answers no terminal without a "
            f"token; make one with: kiosk gateway token k01 --add {file}"
        ) from missing
    except OSError as unreadable:
        raise SettingsError(f"{file}: cannot be read ({unreadable.strerror}); check its owner and mode") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{file}: a token is plain ASCII; make one with: kiosk gateway token k01") from None
    names: dict[bytes, str] = {}
    for place, line in enumerate(lines, start=1):
        token, _, name = line.strip().partition(" ")
        if not token or token.startswith("#"):
            continue
        named = name.strip() or f"terminal-{place}"
        digest = _digest_in(token, f"{file}: line {place}", named)
        if digest in names:
            raise SettingsError(f"{file}: line {place}: this token stands in a line before; each terminal has its own")
        names[digest] = named
    if not names:
        raise SettingsError(f"{file}: holds no token; make one with: kiosk gateway token k01 --add {file}")
    return names


def _digest_in(token: str, where: str, name: str) -> bytes:
    if token.startswith(HASHED):
        if not _DIGEST.fullmatch(token):
            raise SettingsError(f"{where}: after sha256: there are 64 digits 0-9 a-f; copy the whole line again")
        return bytes.fromhex(token.removeprefix(HASHED))
    if len(token) < SHORTEST:
        raise SettingsError(f"{where}: a token has at least {SHORTEST} characters")
    log.warning(
        "%s: the token of %s stands in clear; make another with: kiosk gateway token %s --add FILE, give it to the "
        "terminal, then remove this line",
        where,
        name,
        name,
    )
    return _digest(token.encode())
