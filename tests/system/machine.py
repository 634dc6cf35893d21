"""A Debian 13 that is booted for the tests: its own processes, systemd, and network (loopback only).

The tree is made once, in $KIOSK_SYSTEM_CACHE (else ~/.cache/kenshin-kiosk), with debootstrap and from the mirror that
it takes by itself or that $KIOSK_SYSTEM_MIRROR names. Each run works on a layer above it, which is thrown away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("KIOSK_SYSTEM_CACHE") or Path.home() / ".cache" / "kenshin-kiosk")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
FIRST = ("systemd", "systemd-sysv", "dbus", "ca-certificates")
PACKAGES = (
    *("systemd-timesyncd", "polkitd", "openssh-server", "openssh-client"),
    # What `make install` wants, and what makes a bundle: nothing is fetched once the machine is booted.
    *("pcscd", "libccid", "libpcsclite1", "cage", "foot", "seatd", "alsa-utils", "fontconfig"),
    *("fonts-morisawa-bizud-gothic", "fonts-noto-mono", "fonts-noto-cjk", "python3", "python3-venv"),
    *("python3-dev", "gcc", "libc6-dev", "swig", "libpcsclite-dev", "make", "procps"),
)
BOOT_SECONDS = 90.0
COMMAND_SECONDS = 300.0
_FROM_HERE = ("etc/resolv.conf", "etc/pip.conf", "etc/ssl/certs/ca-certificates.crt")
"""How this machine reaches its packages, the tree does, too."""


def why_not() -> str:
    """Why no machine can be booted here; empty when it can."""
    if os.geteuid() != 0:
        return "needs root"
    lacking = [name for name in ("systemd-nspawn", "debootstrap", "nsenter") if not shutil.which(name)]
    return f"needs {', '.join(lacking)} (apt install systemd-container debootstrap)" if lacking else ""


@dataclass
class Machine:
    """One run of it."""

    folder: Path
    """Its root, as seen from here."""
    _boot: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _leader: int = 0

    @classmethod
    def prepare(cls) -> Machine:
        """A fresh machine with the checkout in /srv/kiosk; not booted."""
        base = _base()
        run = CACHE / "run"
        _throw_away(run)
        for name in ("upper", "work", "root"):
            (run / name).mkdir(parents=True)
        layers = f"lowerdir={base},upperdir={run}/upper,workdir={run}/work"
        if subprocess.run(
            ["mount", "-t", "overlay", "overlay", "-o", layers, str(run / "root")], check=False
        ).returncode:
            subprocess.run(["cp", "-a", "--reflink=auto", f"{base}/.", str(run / "root")], check=True)
        machine = cls(run / "root")
        kept = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        there = b"\0".join(name for name in kept.split(b"\0") if name and (ROOT / os.fsdecode(name)).exists())
        (machine.folder / "srv" / "kiosk").mkdir(parents=True)
        packed = subprocess.run(
            ["tar", "c", "--null", "-T", "-"], cwd=ROOT, input=there, capture_output=True, check=True
        )
        subprocess.run(["tar", "x", "-C", str(machine.folder / "srv" / "kiosk")], input=packed.stdout, check=True)
        return machine

    def before_boot(self, command: str) -> None:
        """Run a command in the tree, with this machine's network."""
        _in_tree(self.folder, command)

    def boot(self, *more: str) -> None:
        """Boot it, and wait until systemd says that it runs. `more` is for systemd-nspawn."""
        Path("/run/systemd/nspawn").mkdir(parents=True, exist_ok=True)
        arguments = ["--register=no", "--keep-unit", "--private-network", "--machine=kiosk-test", "--boot", "--quiet"]
        arguments += more
        with (CACHE / "boot.log").open("wb") as log:
            self._boot = subprocess.Popen(
                ["systemd-nspawn", "-D", str(self.folder), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            )
        self.wait("boot", self._has_booted, BOOT_SECONDS)

    def boot_read_only(self, *places: str) -> None:
        """Boot it with a root that nobody can write to; each of these folders is a file system of its own."""
        bound = []
        for place in places:
            outside = self._outside(place)
            if not outside.exists():
                outside.parent.mkdir(parents=True, exist_ok=True)
                subprocess.run(["cp", "-a", f"{self.folder}{place}", str(outside)], check=True)
            bound.append(f"--bind={outside}:{place}")
        self.boot("--read-only", *bound)

    def boot_writable(self, *places: str) -> None:
        """Boot it as before, with what these folders have become meanwhile."""
        for place in places:
            shutil.rmtree(f"{self.folder}{place}")
            subprocess.run(["cp", "-a", str(self._outside(place)), f"{self.folder}{place}"], check=True)
            shutil.rmtree(self._outside(place))
        self.boot()

    def _outside(self, place: str) -> Path:
        return self.folder.parent / "outside" / place.strip("/").replace("/", "-")

    def power_off(self) -> None:
        """As by pulling the plug: nothing in it hears of it."""
        if self._boot is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self._leader, 9)
        self._boot.terminate()
        self._boot.wait(BOOT_SECONDS)
        self._boot, self._leader = None, 0

    def throw_away(self) -> None:
        """It and all that was done in it."""
        self.power_off()
        _throw_away(self.folder.parent)

    def run(
        self, *command: str, check: bool = True, given: str | None = None, seconds: float = COMMAND_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """A command in the booted machine, as root."""
        enter = ("nsenter", "-t", str(self._leader), "-m", "-u", "-i", "-n", "-p", "--")
        answer = subprocess.run(
            [*enter, "env", "-i", f"PATH={PATH}", "LANG=C.UTF-8", "TERM=xterm", *command],
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            cwd="/",
        )
        if check:
            assert answer.returncode == 0, f"{command}: {answer.returncode}\n{answer.stdout}\n{answer.stderr}"
        return answer

    def sh(
        self, script: str, *, check: bool = True, seconds: float = COMMAND_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """A script in the booted machine, as root."""
        return self.run("bash", "-ec", script, check=check, seconds=seconds)

    def show(self, unit: str, key: str) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", "--property", key, unit).stdout.strip()

    def wait(self, what: str, until: Callable[[], bool], seconds: float = 60.0) -> float:
        """Wait for a condition; how long it took."""
        begun = time.monotonic()
        while not until():
            if time.monotonic() - begun > seconds:
                raise AssertionError(f"{what}: not within {seconds} s\n{self._journal()}")
            time.sleep(0.1)
        return time.monotonic() - begun

    def _has_booted(self) -> bool:
        assert self._boot
        if self._boot.poll() is not None:
            raise AssertionError((CACHE / "boot.log").read_text(errors="replace"))
        children = Path(f"/proc/{self._boot.pid}/task/{self._boot.pid}/children").read_text().split()
        if not children:
            return False
        self._leader = int(children[0])
        return self.run("systemctl", "is-system-running", check=False).stdout.strip() in ("running", "degraded")

    def _journal(self) -> str:
        if not self._leader:
            return (CACHE / "boot.log").read_text(errors="replace")
        return self.run("journalctl", "--no-pager", "--lines=60", check=False).stdout


def _base() -> Path:
    """The tree that all runs stand on; made again when what is in it changes."""
    base, wanted = CACHE / "trixie", " ".join(PACKAGES)
    if (base / "made-of").exists() and (base / "made-of").read_text() == wanted:
        return base
    draft = CACHE / "trixie.draft"
    shutil.rmtree(draft, ignore_errors=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    mirror = [os.environ["KIOSK_SYSTEM_MIRROR"]] if os.environ.get("KIOSK_SYSTEM_MIRROR") else []
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={','.join(FIRST)}", "trixie", str(draft), *mirror],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for name in _FROM_HERE:
        if (here := Path("/", name)).exists():
            shutil.copy(here, draft / name)
    install = "DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends"
    _in_tree(draft, f"apt-get update -qq; {install} {' '.join(PACKAGES)} >/dev/null 2>&1")
    (draft / "made-of").write_text(wanted)
    shutil.rmtree(base, ignore_errors=True)
    draft.rename(base)
    return base


def _in_tree(tree: Path, command: str) -> None:
    """Run a command in a tree that is not booted, with this machine's network and its settings of pip."""
    kept = [f"--setenv={name}={value}" for name, value in os.environ.items() if name in ("PIP_CERT", "PIP_INDEX_URL")]
    arguments = [
        "--quiet",
        "--register=no",
        "--keep-unit",
        "--pipe",
        "--resolv-conf=off",
        f"--setenv=PATH={PATH}",
        *kept,
    ]
    subprocess.run(["systemd-nspawn", "-D", str(tree), *arguments, "sh", "-ec", command], check=True)


def _throw_away(run: Path) -> None:
    while subprocess.run(["umount", str(run / "root")], capture_output=True, check=False).returncode == 0:
        pass
    shutil.rmtree(run, ignore_errors=True)
