"""Permissions: the kiosk's user can write its state and open its devices, and nobody else reads its secrets."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.doctor.account import SERVICE_USER, Account, first_there, group_name, kiosk_account
from kiosk.doctor.finding import Examined, Finding, failure, warning
from kiosk.doctor.symptoms import Symptom
from kiosk.settings import Settings

FOR_OTHERS = 0o077
WRITABLE_FOR_OTHERS = 0o022
SOUND = Path("/dev/snd")


@dataclass(frozen=True, slots=True)
class DeviceFile:
    """A device of the configuration."""

    path: Path
    group: str
    """Whose members may open it."""


@dataclass(frozen=True, slots=True)
class PermissionFacts:
    """What was seen of users and modes."""

    user: str | None = SERVICE_USER
    """Whom the kiosk runs as; None where there is nobody."""
    state: Path = Path("/var/lib/kiosk")
    writable: bool = True
    """Whether that user can write into the state folder, or make it."""
    exposed: tuple[Path, ...] = ()
    """Secrets that others may read."""
    open_folders: tuple[Path, ...] = ()
    """Folders of the kiosk's own that others may look into."""
    changeable: tuple[Path, ...] = ()
    """What everybody trusts, and not only root and the kiosk can change."""
    closed: tuple[DeviceFile, ...] = ()
    """Devices that that user cannot open."""


def judge(facts: PermissionFacts) -> Examined:
    """Pure."""
    return Examined(f"利用者 {facts.user}" if facts.user else "", tuple(_findings(facts)))


def _findings(facts: PermissionFacts) -> Iterable[Finding]:
    if facts.user is None:
        remedy = "sudo systemd-sysusers kiosk.conf"
        yield failure(Symptom.NO_USER, "キオスクの利用者(kiosk)がありません", remedy)
    elif not facts.writable:
        words = f"{facts.user} が {facts.state} に書き込めません。キオスクは起動できません"
        yield failure(
            Symptom.STATE_NOT_WRITABLE, words, f"sudo install -d -m 700 -o {facts.user} -g {facts.user} {facts.state}"
        )
    for path in facts.exposed:
        yield failure(Symptom.EXPOSED, f"{path} をほかの利用者が読めます", f"sudo chmod 600 {path}")
    for path in facts.open_folders:
        yield warning(Symptom.FOLDER_OPEN, f"{path} の中をほかの利用者が見られます", f"sudo chmod 700 {path}")
    for path in facts.changeable:
        words = f"{path} をほかの利用者が書きかえられます"
        yield warning(Symptom.CHANGEABLE, words, f"sudo chmod go-w {path}")
    for device in facts.closed:
        words = f"{facts.user} が {device.path} を開けません"
        remedy = f"sudo usermod -aG {device.group} {facts.user} && sudo systemctl restart kiosk"
        yield failure(Symptom.DEVICE_CLOSED, words, remedy)


def look(settings: Settings, configuration: Path, *, practice: bool, sound: Path = SOUND) -> PermissionFacts:
    """Ask the file system."""
    state = settings.terminal.state
    account = kiosk_account(state, practice=practice)
    secrets = (state / "keys" / "ledger.key", state / "keys" / "slip.key", state / "ledger.db", settings.serve.key)
    # What tries the kiosk out makes its folders as everybody's umask wants them.
    folders = () if practice else (state, state / "keys")
    return PermissionFacts(
        user=account.name if account else None,
        state=state,
        writable=account is not None and _can_write(account, state),
        exposed=tuple(path for path in secrets if path is not None and _bits(path) & FOR_OTHERS),
        open_folders=tuple(path for path in folders if _bits(path) & FOR_OTHERS),
        changeable=tuple(
            path
            for path in (configuration, settings.gateway.ca_file)
            if path is not None and _bits(path) & WRITABLE_FOR_OTHERS
        ),
        closed=tuple(_closed(account, settings, sound)) if account else (),
    )


def _can_write(account: Account, state: Path) -> bool:
    found = first_there(state)
    return found is not None and account.may(os.W_OK | os.X_OK, found[1])


def _closed(account: Account, settings: Settings, sound: Path) -> Iterable[DeviceFile]:
    """Those of the configured devices that are there and that the user cannot open."""
    wanted = [(settings.printer.device, os.R_OK | os.W_OK), (settings.scanner.device, os.R_OK)]
    if settings.voice.enabled:
        wanted += [(str(node), os.R_OK | os.W_OK) for node in sorted(sound.glob("pcm*p"))[:1]]
    for device, access in wanted:
        if not device.startswith("/"):
            continue
        try:
            status = Path(device).stat()
        except OSError:
            continue  # that it is not there is said by the device's own layer
        if not account.may(access, status):
            yield DeviceFile(Path(device), group_name(status.st_gid))


def _bits(path: Path) -> int:
    """The mode; 0 where there is nothing, or where it cannot be seen, and so by nobody else either."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0
