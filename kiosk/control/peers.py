"""Who is at the other end of the socket, as the kernel and the system's user list say."""

from __future__ import annotations

import grp
import os
import pwd
import socket
import struct
from dataclasses import dataclass

from kiosk.ports.board import Role

_CREDENTIALS = struct.Struct("3i")
"""`struct ucred`: process, user, group."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Members of which groups of the system may do what."""

    staff: str
    viewers: str


@dataclass(frozen=True, slots=True)
class Peer:
    """A user of this machine and their rights."""

    login: str
    role: Role | None
    """None: no right at all."""

    def named(self, name: str | None) -> str:
        """How the record names them: staff may share a login, and say who they are."""
        return f"{name} ({self.login})" if name and self.role is Role.STAFF else self.login


def user_of(connected: socket.socket) -> int:
    """The user id of the process that connected."""
    credentials = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, uid, _ = _CREDENTIALS.unpack(credentials)
    return int(uid)


def peer_of(uid: int, groups: Groups, kiosk: int | None = None) -> Peer:
    """That user; root and `kiosk`, the kiosk's own user, may do everything. The user list may take its time."""
    try:
        user = pwd.getpwuid(uid)
    except KeyError:
        return Peer(f"uid {uid}", Role.STAFF if uid in (0, kiosk) else None)
    if uid in (0, kiosk):
        return Peer(user.pw_name, Role.STAFF)
    names = {_group_name(gid) for gid in os.getgrouplist(user.pw_name, user.pw_gid)}
    if groups.staff in names:
        return Peer(user.pw_name, Role.STAFF)
    return Peer(user.pw_name, Role.VIEWER if groups.viewers in names else None)


def no_right(login: str) -> str:
    """What to do for somebody who has no right."""
    return f"利用者 {login} には許されていません。職員のグループ(kiosk-staff か kiosk-viewer)に入れてください"


def own_login() -> str:
    """Who runs this program."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"


def _group_name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return ""
