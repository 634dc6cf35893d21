"""`kiosk staff-key` for the person who installs, and `kiosk ssh-door`, which sshd starts for staff."""

from __future__ import annotations

import json
import os
import pwd
import sys
from pathlib import Path
from typing import TextIO

import click

from kiosk.ssh.behind import BEHIND, behind
from kiosk.ssh.keys import (
    KEYS,
    STAFF,
    VIEWER,
    KeyRefused,
    StaffKey,
    given_name,
    owner_of,
    public_key,
    read_keys,
    write_keys,
)

_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=KEYS,
    hidden=True,
    help="Where the files of keys are.",
)
_KEPT = ("TERM", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "HOME", "USER", "LOGNAME")
"""Of the environment, which sshd and its client have set; nothing else reaches the command."""


@click.group("staff-key")
def staff_key() -> None:
    """The keys with which staff come in over SSH; whose key it is stands in the record.

    \b
    Examples:
      sudo kiosk staff-key add "佐藤 花子" < id_ed25519.pub
      sudo kiosk staff-key add --viewer monitoring < id_ed25519.pub
      kiosk staff-key list
      sudo kiosk staff-key remove "佐藤 花子"
    """


@staff_key.command()
@click.argument("name")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"), default="-")
@click.option("--viewer", is_flag=True, help="May only look.")
@_FOLDER
def add(name: str, file: TextIO, viewer: bool, folder: Path) -> None:
    """Let somebody in: their name, and their public key (a .pub file, or standard input).

    \b
    Example:
      sudo kiosk staff-key add "佐藤 花子" sato.pub
    """
    try:
        key = public_key(file.read(), name)
        _refuse_twice(key, folder)
        path = _file(folder, viewer=viewer)
        write_keys(path, (*read_keys(path), key))
    except KeyRefused as refused:
        raise click.ClickException(str(refused)) from refused
    except OSError as failed:
        raise _closed(failed) from failed
    click.echo(f"{key.name}: ssh {path.name}@この端末 で入れます ({key.fingerprint})")


@staff_key.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@_FOLDER
def list_keys(as_json: bool, folder: Path) -> None:
    """Show who may come in.

    \b
    Example:
      kiosk staff-key list
    """
    try:
        rows = [
            {"login": login, "name": key.name, "kind": key.kind, "fingerprint": key.fingerprint}
            for login in (STAFF, VIEWER)
            for key in read_keys(folder / login)
        ]
    except OSError as failed:
        raise _closed(failed) from failed
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    for row in rows if not as_json else ():
        click.echo(f"{row['login']:<14}{row['fingerprint']}  {row['name']}")


@staff_key.command()
@click.argument("name")
@click.option("--viewer", is_flag=True, help="Of those who may only look.")
@_FOLDER
def remove(name: str, viewer: bool, folder: Path) -> None:
    """Let somebody in no more: all keys of that name. Who is in already stays until the line ends.

    \b
    Example:
      sudo kiosk staff-key remove "佐藤 花子"
    """
    path = _file(folder, viewer=viewer)
    try:
        wanted = given_name(name)
        keys = read_keys(path)
        kept = tuple(key for key in keys if key.name != wanted)
        if len(kept) == len(keys):
            raise KeyRefused(f"{wanted} の鍵はありません。kiosk staff-key list で名前を確かめてください")
        write_keys(path, kept)
    except KeyRefused as refused:
        raise click.ClickException(str(refused)) from refused
    except OSError as failed:
        raise _closed(failed) from failed
    click.echo(f"{wanted}: 鍵を{len(keys) - len(kept)}本消しました")


@click.command("ssh-door", hidden=True)
@_FOLDER
@click.pass_obj
def ssh_door(config: Path | None, folder: Path) -> None:
    """What sshd starts for staff in place of a shell (ForceCommand); never called by hand.

    Who it is comes from the key that sshd has checked (ExposeAuthInfo), what they want from $SSH_ORIGINAL_COMMAND.
    """
    login = pwd.getpwuid(os.geteuid()).pw_name
    name = _who(folder / login)
    asked = os.environ.get("SSH_ORIGINAL_COMMAND", "")
    arguments = behind(asked, None if login == VIEWER else name)
    if arguments is None:
        allowed = "、".join(command for command in BEHIND if command)
        raise click.UsageError(f"ここで使えるのは次だけです: {allowed}(何も書かなければ職員の画面)")
    given = ("--config", str(config)) if config else ()
    command = (sys.executable, "-I", "-m", "kiosk", *given, *arguments)
    os.execve(sys.executable, command, _environment())  # noqa: S606 - a fixed table, no shell


def _who(file: Path) -> str:
    try:
        authenticated = Path(os.environ.get("SSH_USER_AUTH", "")).read_text(encoding="ascii", errors="replace")
        name = owner_of(authenticated, read_keys(file))
    except OSError as failed:
        raise click.ClickException(
            f"だれの鍵か分かりません({failed.strerror})。sshd の ExposeAuthInfo を確かめてください"
        ) from failed
    if name is None:
        raise click.ClickException(f"だれの鍵か分かりません。{file} で鍵のあとに名前を書いてください(kiosk staff-key)")
    return name


def _environment() -> dict[str, str]:
    kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
    if not kept.get("LC_ALL", kept.get("LANG", "")).upper().endswith(("UTF-8", "UTF8")):
        kept |= {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    return kept | {"PATH": "/usr/local/bin:/usr/bin:/bin"}


def _file(folder: Path, *, viewer: bool) -> Path:
    return folder / (VIEWER if viewer else STAFF)


def _refuse_twice(key: StaffKey, folder: Path) -> None:
    for login in (STAFF, VIEWER):
        for other in read_keys(folder / login):
            if other.body == key.body:
                raise KeyRefused(f"この鍵は {other.name}({login})のものとして登録されています")


def _closed(failed: OSError) -> click.ClickException:
    return click.ClickException(f"{failed.filename}: {failed.strerror}。sudo を付けて実行してください")
