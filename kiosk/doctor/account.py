"""The kiosk's user, and what such a user may open. Whoever calls the doctor is mostly another one."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SERVICE_USER = "kiosk"
"""As in systemd/kiosk.service."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system."""

    name: str
    uid: int
    groups: frozenset[int]

    def may(self, wanted: int, status: os.stat_result) -> bool:
        """Whether the mode lets this user `wanted` (os.R_OK | os.W_OK | os.X_OK). Knows no access lists."""
        if self.uid == 0:
            return True
        mode = status.st_mode
        if status.st_uid == self.uid:
            granted = mode >> 6
        elif status.st_gid in self.groups:
            granted = mode >> 3
        else:
            granted = mode
        return granted & wanted == wanted


def kiosk_account(state: Path, *, practice: bool = False) -> Account | None:
    """Whom the kiosk runs as: the service's user, else the owner of its state folder; None where there is neither.

    For practice it is whoever calls.
    """
    if practice:
        return _account(pwd.getpwuid(os.geteuid()))
    with suppress(KeyError):
        return _account(pwd.getpwnam(SERVICE_USER))
    try:
        return _account(pwd.getpwuid(state.stat().st_uid))
    except (KeyError, OSError):
        return None


def group_name(gid: int) -> str:
    """The name of a group, or its number."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def first_there(path: Path) -> tuple[Path, os.stat_result] | None:
    """The path, or the nearest folder above it that is there; None where even that cannot be looked at."""
    for candidate in _upwards(path):
        try:
            return candidate, candidate.stat()
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None


def _upwards(path: Path) -> Sequence[Path]:
    return (path, *path.parents)


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, frozenset(os.getgrouplist(entry.pw_name, entry.pw_gid)))
