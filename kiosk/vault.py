"""What tells of a person is encrypted (Fernet) on disk, with a key that lies outside of what it seals."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from kiosk.ports.desk import LedgerFailure

KEY_NAME = "ledger.key"
_OLD = ".old-"
_CHAIN = b"kenshin-kiosk: head of the ledger's chain"
"""What a second key is derived for, so that the one that encrypts does nothing else."""


class VaultFailure(LedgerFailure):
    """The key is not there, or it does not open what was sealed. To the ledger's port it is one of its failures."""


class Vault:
    """Seals and unseals; its repr shows nothing."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Fernet keys (32 bytes in URL-safe base64): the first one seals, each of them unseals. Raises ValueError."""
        each = [Fernet(key) for key in keys]
        self._newest = each[0] if each else None
        self._fernet = MultiFernet(each)
        # One block of HKDF-Expand (RFC 5869): a Fernet key is 32 random octets already.
        self._chain_keys = [hmac.digest(key, _CHAIN + b"\x01", hashlib.sha256) for key in keys]

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
        except (InvalidToken, ValueError):  # the latter for letters that no token has
            raise VaultFailure("the key does not belong to what was sealed, or that was changed") from None

    def is_newest(self, token: str | bytes) -> bool:
        """Whether the newest key sealed it."""
        assert self._newest is not None  # noqa: S101 - MultiFernet refuses an empty list
        try:
            self._newest.decrypt(token)
        except (InvalidToken, ValueError):
            return False
        return True

    def authenticate(self, message: bytes) -> bytes:
        """What only somebody with the newest key can say of that message: 32 octets."""
        return hmac.digest(self._chain_keys[0], message, hashlib.sha256)

    def is_authentic(self, message: bytes, code: bytes) -> bool:
        """Whether `authenticate` said that of the message, with any of the keys."""
        return any(hmac.compare_digest(hmac.digest(key, message, hashlib.sha256), code) for key in self._chain_keys)


def key_path(state: Path) -> Path:
    """Where the key is: the systemd credential `ledger.key` when the unit has it, else below the state folder."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (given := Path(credentials) / KEY_NAME).exists():
        return given
    return state / "keys" / KEY_NAME


def add_key(state: Path) -> None:
    """Put a new key before the one that is there, on disk when this returns; nothing when there are two already.

    Raises OSError: a systemd credential of a running service cannot be changed, only the file that it comes from.
    """
    path = key_path(state)
    keys = path.read_bytes().split()
    if len(keys) == 1:
        _put(path, state, [Fernet.generate_key(), *keys])


def keep_newest_key(state: Path) -> None:
    """Drop all keys but the newest. Raises OSError."""
    path = key_path(state)
    _put(path, state, path.read_bytes().split()[:1])


def put_old_key_aside(state: Path, at: datetime) -> Path:
    """Keep the key before the newest in a file of its own, which `open` does not read; where it is. Raises OSError.

    It has a day in its name as former ledgers have: with them it is removed when all that it opens is due.
    """
    path = key_path(state)
    keys = path.read_bytes().split()[1:]
    for file in old_keys(state):
        if file.read_bytes().split() == keys:  # of a try that was cut off
            return file
    aside = path.with_name(f"{path.name}{_OLD}{at:%Y-%m-%dT%H%M%S}")
    _put(aside, state, keys)
    return aside


def old_keys(state: Path) -> list[Path]:
    """The keys that were put aside beside the key in use."""
    path = key_path(state)
    return sorted(path.parent.glob(f"{path.name}{_OLD}*"))


def day_of_old_key(file: Path) -> date:
    """When it was put aside. Raises ValueError when the name does not tell."""
    return date.fromisoformat(file.name.rpartition(_OLD)[2][:10])


def _put(path: Path, state: Path, keys: Sequence[bytes]) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_new(draft, state, b"".join(key + b"\n" for key in keys))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write_new(file: Path, state: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, content)
        give_to_owner_of(state, descriptor)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _create(path: Path, state: Path) -> None:
    """Make a key file of mode 0600 unless there is one: whole and on disk before anything is sealed with it."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    give_to_owner_of(state, path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_new(draft, state, Fernet.generate_key() + b"\n")
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
