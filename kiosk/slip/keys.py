"""The terminal's key for its slips: Ed25519, as a JWK file that only its owner may read."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

KEY_FILE = Path("keys") / "slip.key"
"""Where the key lies below the terminal's state directory."""
PRIVATE_MODE = 0o600
KEY_ID_LENGTH = 8
"""Characters of the RFC 7638 thumbprint that name a key: 48 bits tell apart the few terminals of a centre."""


class KeyFault(Exception):
    """A key file cannot be used; the message names the file and the remedy, never the key."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What checks the slips of one terminal."""

    id: str
    jwk: OKPKey
    """Public half only."""

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read a JWK (as `kiosk slip key` prints it, or the terminal's own) or a PEM file. Raises KeyFault."""
        return cls._of(_read(file))

    @classmethod
    def _of(cls, key: OKPKey) -> Self:
        from joserfc.jwk import OKPKey

        return cls(key.thumbprint()[:KEY_ID_LENGTH], OKPKey.import_key(key.public_key))

    def to_json(self) -> str:
        """The public JWK in one line."""
        return json.dumps({**self.jwk.as_dict(private=False), "kid": self.id}, sort_keys=True)


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """What signs the slips of this terminal. Its repr shows nothing."""

    jwk: OKPKey

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read the key. Raises KeyFault when it is not there, is no Ed25519 key, or others may read it."""
        key = _read(file)
        if file.stat().st_mode & 0o077:
            raise KeyFault(f"{file}: others may read this private key; run: chmod 600 {file}")
        if not key.is_private:
            raise KeyFault(f"{file}: this is a public key; the terminal needs its private one")
        return cls(key)

    @classmethod
    def load_or_create(cls, file: Path) -> Self:
        """Read the key, or make it when the terminal starts for the first time. Raises KeyFault."""
        try:
            if not file.exists():
                _create(file)
        except OSError as refused:
            raise KeyFault(f"{file}: cannot be written ({refused.strerror}); check the directory's owner") from refused
        return cls.load(file)

    @property
    def public(self) -> PublicKey:
        """The half that others may have."""
        return PublicKey._of(self.jwk)


def _create(file: Path) -> None:
    """Put a new key there in one step, mode 0600; when another process was faster, its key stays."""
    from joserfc.jwk import OKPKey

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True), sort_keys=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(text + "\n")
            out.flush()
            os.fsync(out.fileno())
        # A link, unlike a rename, never replaces a key that is there already.
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(draft)
    finally:
        draft.unlink()
    _sync_directory(file.parent)


def _sync_directory(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(file: Path) -> OKPKey:
    from joserfc.errors import JoseError
    from joserfc.jwk import OKPKey

    try:
        octets = file.read_bytes()
    except FileNotFoundError as missing:
        raise KeyFault(f"{file}: there is no such key; the terminal makes its own when it starts") from missing
    except OSError as unreadable:
        raise KeyFault(f"{file}: cannot be read ({unreadable.strerror}); check its owner and mode") from unreadable
    try:
        value: Any = octets if octets.lstrip().startswith(b"-----") else json.loads(octets)
        key = OKPKey.import_key(value)
        curve = key.curve_name
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise KeyFault(f"{file}: not an Ed25519 key in JWK or PEM form") from wrong
    if curve != "Ed25519":
        raise KeyFault(f"{file}: an {curve} key; slips are signed with Ed25519")
    return key
