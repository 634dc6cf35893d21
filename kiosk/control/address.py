"""Where the socket is, and how it comes to stand there: at once with its mode, and never in the place of a live one."""

from __future__ import annotations

import grp
import os
import secrets
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOCKET_NAME = "control.sock"
LONGEST_ADDRESS = 100
"""Octets; the kernel takes 107 (unix(7), sun_path), and a draft beside it is named a little longer."""
MODE = 0o660
QUEUE = 16
"""Connections that wait to be accepted, and that are accepted in one go: each costs the event loop a little."""


class SocketUnavailable(Exception):
    """The socket cannot stand there; the message says why, and what to do."""


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """The address of that socket; one in a deep folder is reached through the folder's descriptor. Raises OSError."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS - 10:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def listen_at(path: Path, group: str) -> socket.socket:
    """A socket that listens there, for its owner and that group; one that a crash left behind is replaced.

    Without such a group, or when the kiosk's user is not in it, it is the owner's alone. Raises SocketUnavailable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _require_free(path)
        return _placed(path, group)
    except OSError as failed:
        raise SocketUnavailable(f"{path}: {failed.strerror or type(failed).__name__}") from failed


def group_of(path: Path) -> str:
    """The name of the group that the socket belongs to; empty when it is gone or nobody's."""
    try:
        return path.group()
    except (OSError, KeyError):
        return ""


def _require_free(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise SocketUnavailable(f"{path}: this is no socket; remove it")
    with address_of(path) as address, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.setblocking(False)
        try:
            caller.connect(address)
        except (ConnectionRefusedError, FileNotFoundError):
            return
        except BlockingIOError:  # its queue is full: somebody listens
            pass
    raise SocketUnavailable(f"{path}: another kiosk listens there")


def _placed(path: Path, group: str) -> socket.socket:
    """Bound under another name, and moved there only when it is ready."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address_of(draft) as address:
            made.bind(address)
        draft.chmod(MODE)
        _give_to(draft, group)
        made.listen(QUEUE)
        made.setblocking(False)
        draft.replace(path)
    except BaseException:
        made.close()
        draft.unlink(missing_ok=True)
        raise
    return made


def _give_to(draft: Path, group: str) -> None:
    try:
        os.chown(draft, -1, grp.getgrnam(group).gr_gid)
    except (KeyError, PermissionError):
        return  # `group_of` tells it
