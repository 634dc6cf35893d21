"""What tells of a person is encrypted (Fernet) on disk, with a key that lies outside of what it seals."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from kiosk.ports.desk import LedgerFailure

KEY_NAME = "ledger.key"


class VaultFailure(LedgerFailure):
    """The key is not there, or it does not open what was sealed. To the ledger's port it is one of its failures."""


class Vault:
    """Seals and unseals; its repr shows nothing."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Fernet keys (32 bytes in URL-safe base64): the first one seals, each of them unseals. Raises ValueError."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def open(cls, state: Path, *, create: bool) -> Self:
        """The vault of the key file, one key a line; the newest stands first.

        The file is a systemd credential when there is one, else <state>/keys/ledger.key, which is made when `create`.
        Raises VaultFailure when there is none or when it holds no key, OSError when it cannot be made.
        """
        path = key_path(state)
        if create:
            _create(path, state)
        try:
            return cls(path.read_bytes().split())
        except FileNotFoundError as missing:
            raise VaultFailure(f"{path}: the key of the ledger is missing; put it back from its safe copy") from missing
        except OSError as unreadable:
            raise VaultFailure(
                f"{path}: cannot be read ({unreadable.strerror}); run this as the kiosk's user or with sudo"
            ) from unreadable
        except ValueError:
            # The cause is cut off: a traceback of it could show the key.
            raise VaultFailure(f"{path}: holds no Fernet key; put the key back from its safe copy") from None

    def seal(self, plain: bytes) -> str:
        """Encrypt and authenticate."""
        return self._fernet.encrypt(plain).decode("ascii")

    def unseal(self, token: str | bytes) -> bytes:
        """Decrypt. Raises VaultFailure when the token was sealed with none of the keys, or was changed."""
        try:
            return self._fernet.decrypt(token)
        except InvalidToken:
            raise VaultFailure("the key does not belong to what was sealed, or that was changed") from None


def key_path(state: Path) -> Path:
    """Where the key is: the systemd credential `ledger.key` when the unit has it, else below the state folder."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (given := Path(credentials) / KEY_NAME).exists():
        return given
    return state / "keys" / KEY_NAME


def _create(path: Path, state: Path) -> None:
    """Make a key file of mode 0600 unless there is one: whole and on disk before anything is sealed with it."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    give_to_owner_of(state, path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, Fernet.generate_key() + b"\n")
            give_to_owner_of(state, descriptor)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        # A link never takes the place of a key that another process made in the meantime.
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent):
        sync_folder(folder)


def give_to_owner_of(state: Path, made: int | Path) -> None:
    """Let an open file, or a folder, that root made for the kiosk belong to the kiosk's user. Raises OSError."""
    owner = state.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        if isinstance(made, Path):
            os.chown(made, owner.st_uid, owner.st_gid, follow_symlinks=False)
        else:
            os.chown(made, owner.st_uid, owner.st_gid)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
