"""The personal fields of a visit are encrypted (Fernet) with a key that lies outside the database."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from kiosk.ports.desk import LedgerFailure

KEY_NAME = "ledger.key"


class Vault:
    """Seals and unseals; its repr shows nothing."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Fernet keys (32 bytes in URL-safe base64): the first one seals, each of them unseals. Raises ValueError."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def open(cls, state: Path, *, create: bool) -> Self:
        """The vault of the key file, one key a line; the newest stands first.

        The file is a systemd credential when there is one, else <state>/keys/ledger.key, which is made when `create`.
        Raises LedgerFailure when there is none or when it holds no key.
        """
        path = key_path(state)
        if create:
            _create(path)
        try:
            return cls(path.read_bytes().split())
        except FileNotFoundError as missing:
            raise LedgerFailure(
                f"{path}: the key of the ledger is missing; put it back from its safe copy"
            ) from missing
        except OSError as unreadable:
            raise LedgerFailure(
                f"{path}: cannot be read ({unreadable.strerror}); run this as the kiosk's user"
            ) from unreadable
        except ValueError:
            # The cause is cut off: a traceback of it could show the key.
            raise LedgerFailure(f"{path}: holds no Fernet key; put the key back from its safe copy") from None

    def seal(self, plain: bytes) -> str:
        """Encrypt and authenticate."""
        return self._fernet.encrypt(plain).decode("ascii")

    def unseal(self, token: str) -> bytes:
        """Decrypt. Raises LedgerFailure when the token was sealed with none of the keys, or was changed."""
        try:
            return self._fernet.decrypt(token)
        except InvalidToken:
            raise LedgerFailure("the key does not belong to this ledger, or the ledger was changed") from None


def key_path(state: Path) -> Path:
    """Where the key is: the systemd credential `ledger.key` when the unit has it, else below the state folder."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (given := Path(credentials) / KEY_NAME).exists():
        return given
    return state / "keys" / KEY_NAME


def _create(path: Path) -> None:
    """Make a key file of mode 0600 unless there is one: whole and on disk before anything is sealed with it."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, Fernet.generate_key() + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent):
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
