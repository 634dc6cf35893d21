"""Disks: room, read-only, in memory, and the signs of an SD card that dies."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.doctor.account import first_there
from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.symptoms import Symptom

MOUNTS = Path("/proc/self/mounts")
EXT4 = Path("/sys/fs/ext4")
MEGABYTE = 1_000_000
FULL_BYTES, LOW_BYTES = 50 * MEGABYTE, 500 * MEGABYTE
"""A day writes 2 MB with 300 visits; the journal and updates of the system need the rest."""
_IN_MEMORY = frozenset({"tmpfs", "ramfs", "overlay"})
_REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"})
DMESG = "sudo dmesg | grep -iE 'mmc|ext4|I/O error'"


@dataclass(frozen=True, slots=True)
class Room:
    """The file system that holds the kiosk's state."""

    folder: Path
    there: bool = True
    """Whether the folder itself is; else it is the nearest one above it."""
    free: int = 2 * LOW_BYTES
    """Bytes for users other than root."""
    nodes: int = 10_000
    """Files that it still has room for."""
    read_only: bool = False
    kind: str = "ext4"


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """What was seen of the disks."""

    state: Room
    errors: tuple[str, ...] = ()
    """ext4 file systems that have counted errors."""
    practice: bool = False


def judge(facts: DiskFacts) -> Examined:
    """Pure."""
    return Examined(_seen(facts.state), (*_of_the_room(facts.state, practice=facts.practice), *_of_the_card(facts)))


def _of_the_room(room: Room, *, practice: bool) -> Iterable[Finding]:
    place = str(room.folder)
    if not room.there:
        words = f"{place} がありません。キオスクをはじめて起動すると作られます"
        yield note(Symptom.DISK_MISSING, words)
    if room.read_only:
        words = f"{place} に書き込めません(読み取り専用)。SDカードの寿命かもしれません。受付を記録できません"
        yield failure(Symptom.DISK_READ_ONLY, words, DMESG)
    if room.free < FULL_BYTES or room.nodes < 100:
        words = f"ディスクの空きがほとんどありません({_megabytes(room.free)})"
        yield failure(Symptom.DISK_FULL, words, "sudo journalctl --vacuum-size=100M; sudo apt clean")
    elif room.free < LOW_BYTES:
        words = f"ディスクの空きが少なくなっています({_megabytes(room.free)})"
        yield warning(Symptom.DISK_LOW, words, "sudo journalctl --vacuum-size=100M; sudo apt clean")
    if room.kind in _IN_MEMORY and not practice:
        words = f"{place} はメモリー上({room.kind})です。電源を切ると受付の記録が消えます"
        yield failure(Symptom.DISK_VOLATILE, words, "sudo raspi-config で Overlay File System を切る")
    if room.kind in _REMOTE:
        words = f"{place} はネットワーク上({room.kind})です。台帳はこの端末のディスクに置いてください"
        yield failure(Symptom.DISK_REMOTE, words, "kiosk.toml の terminal.state を変える")


def _of_the_card(facts: DiskFacts) -> Iterable[Finding]:
    if facts.errors:
        words = f"ディスクの誤りが記録されています: {' '.join(facts.errors)}。SDカードを取りかえてください"
        yield warning(Symptom.DISK_ERRORS, words, DMESG)


def look(state: Path, *, practice: bool, mounts: Path = MOUNTS, ext4: Path = EXT4) -> DiskFacts:
    """Ask the kernel."""
    found = first_there(state)
    at = found[0] if found else Path("/")
    room = os.statvfs(at)
    kind, options = mount_of(at.resolve(), mounts.read_text(encoding="utf-8", errors="replace"))
    return DiskFacts(
        Room(
            state,
            there=at == state,
            free=room.f_bavail * room.f_frsize,
            # Some file systems, such as btrfs, have no such limit and say 0.
            nodes=room.f_favail if room.f_files else 10_000,
            read_only=bool(room.f_flag & os.ST_RDONLY) or "ro" in options,
            kind=kind,
        ),
        errors=tuple(_with_errors(ext4)),
        practice=practice,
    )


def mount_of(folder: Path, mounts: str) -> tuple[str, frozenset[str]]:
    """Pure: kind and options of the file system that holds the folder, from the kernel's list of mounts."""
    best, kind, options = -1, "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 4:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[1]))
        # Of several on one place the last one covers the others.
        if (folder == point or point in folder.parents) and len(point.parts) >= best:
            best, kind, options = len(point.parts), fields[2], fields[3]
    return kind, frozenset(options.split(","))


def _with_errors(ext4: Path) -> Iterable[str]:
    for counter in sorted(ext4.glob("*/errors_count")):
        count = counter.read_text(encoding="ascii").strip()
        if count.isdigit() and int(count):
            yield f"{counter.parent.name}({count})"


def _seen(room: Room) -> str:
    return f"{room.folder} ({room.kind}) 空き {_megabytes(room.free)}"


def _megabytes(octets: int) -> str:
    return f"{octets / 1000 / MEGABYTE:.1f} GB" if octets >= 1000 * MEGABYTE else f"{octets // MEGABYTE} MB"
