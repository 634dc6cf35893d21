"""The public keys of staff, a file for each login below /etc/kiosk/keys, as sshd reads them (sshd(8), AUTHORIZED_KEYS).

What follows a key is the name of its owner. Only root writes these files, so a name in the record is one that the
person who installs has given to a key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.ports.staff_name import NO_NAME, is_staff_name

KEYS = Path("/etc/kiosk/keys")
STAFF, VIEWER = "kiosk-staff", "kiosk-viewer"
"""The two logins, and the names of their files."""
SHORTEST_RSA = 3072
"""Bits; CRYPTREC's list wants 112 bits of security at least, which 2048 give until 2030 only."""
_KINDS = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
_KEY = re.compile(
    rf"(?:^|\s)(?P<kind>{'|'.join(map(re.escape, _KINDS))})\s+(?P<body>[A-Za-z0-9+/]+=*)(?:\s+(?P<rest>.*))?$"
)
_OPTIONS = "restrict,pty"
"""All that a key could allow is off, but for a terminal."""


class KeyRefused(Exception):
    """It is no key that may be used here, or no name; the message says what to give instead, in Japanese."""


@dataclass(frozen=True, slots=True)
class StaffKey:
    """A public key and whose it is."""

    kind: str
    body: str
    """In base64."""
    name: str

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` shows it."""
        digest = hashlib.sha256(base64.b64decode(self.body)).digest()
        return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")

    @property
    def line(self) -> str:
        """As it stands in the file."""
        return f"{_OPTIONS} {self.kind} {self.body} {self.name}"


def given_name(text: str) -> str:
    """The name of somebody, checked. Raises KeyRefused."""
    name = " ".join(text.split())
    if not is_staff_name(name):
        raise KeyRefused(NO_NAME)
    return name


def public_key(text: str, name: str) -> StaffKey:
    """The key of a `.pub` file. Raises KeyRefused."""
    if "PRIVATE KEY" in text:
        raise KeyRefused("これは秘密鍵です。本人のパソコンの外に出さず、同じ場所の .pub のファイルを渡してください")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = _KEY.search(lines[0].strip()) if len(lines) == 1 else None
    if found is None:
        raise KeyRefused("公開鍵が1行だけのファイル(例: id_ed25519.pub)を渡してください")
    if lines[0].split()[0] != found["kind"]:
        raise KeyRefused("鍵の前に何も書かないでください")
    _check(found["kind"], found["body"])
    return StaffKey(found["kind"], found["body"], given_name(name))


def keys_in(text: str) -> Iterator[StaffKey]:
    """The keys of a file; what is no key is passed over, as sshd does."""
    for line in text.splitlines():
        if not line.lstrip().startswith("#") and (found := _KEY.search(line.strip())):
            yield StaffKey(found["kind"], found["body"], " ".join((found["rest"] or "").split()))


def read_keys(file: Path) -> tuple[StaffKey, ...]:
    """The keys of that file; none where there is no such file. Raises OSError."""
    try:
        return tuple(keys_in(file.read_text(encoding="utf-8", errors="replace")))
    except FileNotFoundError:
        return ()


def write_keys(file: Path, keys: Iterable[StaffKey]) -> None:
    """Write the file as a whole, readable for sshd and the forced command. Raises OSError."""
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w", encoding="utf-8") as out:
            out.write("# 「kiosk staff-key」で書きます。鍵のあとは持ち主の名前です。\n")
            out.writelines(f"{key.line}\n" for key in keys)
            os.fchmod(out.fileno(), 0o644)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def owner_of(authenticated: str, keys: Iterable[StaffKey]) -> str | None:
    """Whose key was used. `authenticated` is what sshd wrote for $SSH_USER_AUTH: 「publickey ssh-ed25519 AAAA…」."""
    known = {(key.kind, key.body): key.name for key in keys if key.name}
    for line in authenticated.splitlines():
        match line.split():
            case ["publickey", kind, body] if (kind, body) in known:
                return known[kind, body]
    return None


def _check(kind: str, body: str) -> None:
    try:
        fields = tuple(_fields(base64.b64decode(body, validate=True)))
    except (binascii.Error, struct.error) as broken:
        raise KeyRefused("公開鍵が途中で切れています。ファイルをもう一度コピーしてください") from broken
    if not fields or fields[0] != kind.encode("ascii"):
        raise KeyRefused("公開鍵の種類と中身が合いません。ファイルをもう一度コピーしてください")
    if kind == "ssh-rsa" and (len(fields) != 3 or int.from_bytes(fields[2], "big").bit_length() < SHORTEST_RSA):
        raise KeyRefused(f"RSAの鍵は{SHORTEST_RSA}ビット以上にするか、ssh-keygen -t ed25519 で作り直してください")


def _fields(blob: bytes) -> Iterator[bytes]:
    """The strings that a key is made of (RFC 4251, 5): each a length of four bytes and so many more."""
    while blob:
        (length,) = struct.unpack_from(">I", blob)
        if len(blob) < 4 + length:
            raise struct.error("too short")
        yield blob[4 : 4 + length]
        blob = blob[4 + length :]
