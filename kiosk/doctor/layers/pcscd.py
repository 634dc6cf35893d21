"""The card service: pcscd runs, polkit lets the kiosk in, nothing imitates a reader, and no driver grabs a real one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.doctor.finding import Examined, Finding, failure, warning
from kiosk.doctor.layers.packages import VPCD, installed
from kiosk.doctor.symptoms import Symptom

VIRTUAL_READER = "Virtual PCD"
"""A configuration that names it is for practice: a rehearsal or demo with a pcscd of its own."""
SOCKET, SOCKET_VARIABLE = Path("/run/pcscd/pcscd.comm"), "PCSCLITE_CSOCK_NAME"
DRIVERS = (Path("/usr/lib/pcsc/drivers/serial"), Path("/etc/reader.conf.d"))
"""Where the driver of virtual readers and its configuration stand, however they got there."""
VPCD_FILES = ("libifdvpcd*", "vpcd")
RULES = (Path("/etc/polkit-1/rules.d"), Path("/usr/share/polkit-1/rules.d"))
ACTION = "org.debian.pcsc-lite.access_pcsc"
RULE_FILE = "/etc/polkit-1/rules.d/50-kiosk-pcsc.rules"
POLKIT_SINCE = 2
"""Debian builds pcscd with polkit from 2.0.0 on; before, everybody on the machine may use it."""
MODULES = Path("/proc/modules")
NFC_DRIVERS = frozenset({"pn533_usb", "pn533", "port100"})
"""Kernel drivers that take NFC readers away from pcscd."""


@dataclass(frozen=True, slots=True)
class PcscdFacts:
    """What was seen of the service."""

    practice: bool = False
    version: str | None = "2.3.3"
    """Of the package; None where it is not installed, which the packages' layer tells."""
    socket: bool = True
    vpcd: bool = False
    rule: bool | None = True
    """Whether a rule of polkit names the action; None where the rules cannot be read by this user."""
    drivers: tuple[str, ...] = ()


def judge(facts: PcscdFacts) -> Examined:
    """Pure."""
    return Examined(f"pcscd {facts.version}" if facts.version else "", tuple(_findings(facts)))


def _findings(facts: PcscdFacts) -> Iterable[Finding]:
    if facts.vpcd and not facts.practice:
        words = f"仮想カードリーダー({VPCD})が入っています。だれでも偽のカードを差しこめます"
        yield failure(Symptom.VPCD_INSTALLED, words, f"sudo apt purge {VPCD} && sudo systemctl restart pcscd")
    if facts.practice:
        return  # a rehearsal starts a pcscd of its own
    if not facts.socket:
        words = "カードサービス(pcscd)が動いていません"
        yield failure(Symptom.PCSCD_STOPPED, words, "sudo systemctl enable --now pcscd.socket")
    if facts.version and _major(facts.version) >= POLKIT_SINCE and facts.rule is False:
        words = "キオスクにカードリーダーを使わせる規則(polkit)がありません"
        yield failure(Symptom.POLKIT_RULE, words, f"sudo make install ({RULE_FILE} を置きます)")
    if facts.drivers:
        words = f"カーネルのドライバー({' '.join(facts.drivers)})がカードリーダーを取りあげています"
        remedy = " ".join(f"'install {driver} /bin/false'" for driver in facts.drivers)
        yield warning(
            Symptom.NFC_DRIVER, words, f"printf '%s\\n' {remedy} | sudo tee /etc/modprobe.d/blacklist-nfc.conf"
        )


def look(
    *,
    practice: bool,
    drivers: Iterable[Path] = DRIVERS,
    rules: Iterable[Path] = RULES,
    modules: Path = MODULES,
) -> PcscdFacts:
    """Ask dpkg and the file system."""
    packages = installed(("pcscd", VPCD)) or {}
    files = any(found for folder in drivers for name in VPCD_FILES for found in folder.glob(name))
    return PcscdFacts(
        practice,
        packages.get("pcscd"),
        Path(os.environ.get(SOCKET_VARIABLE) or SOCKET).is_socket(),
        VPCD in packages or files,
        _has_rule(rules),
        tuple(sorted(NFC_DRIVERS & _loaded(modules))),
    )


def _has_rule(folders: Iterable[Path]) -> bool | None:
    """Whether one of the rules names the action; polkit lets only root and itself read those in /etc."""
    closed = False
    for folder in folders:
        try:
            texts = [file.read_text(encoding="utf-8", errors="replace") for file in sorted(folder.iterdir())]
        except FileNotFoundError:
            continue
        except OSError:
            closed = True
            continue
        if any(ACTION in text for text in texts):
            return True
    return None if closed else False


def _loaded(modules: Path) -> frozenset[str]:
    try:
        lines = modules.read_text(encoding="ascii").splitlines()
    except OSError:
        return frozenset()
    return frozenset(line.partition(" ")[0] for line in lines)


def _major(version: str) -> int:
    """Of a Debian version such as 2.3.3-1 or 1:2.0."""
    digits = version.rpartition(":")[2].partition(".")[0]
    return int(digits) if digits.isdigit() else 0
