"""An upgrade that fails, is interrupted or loses its power: the installer's functions on a small disk, no systemd."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TERMINAL = Path(__file__).with_name("terminal.sh")
CHANGES_THE_LEDGER = "echo another form > /var/lib/kiosk/ledger.db; echo log > /var/lib/kiosk/ledger.db-wal"
# The installer is killed in the middle of the new release's start, after that has changed the ledger; the start fails,
# so that what outlives the installer says nothing more.
POWER_CUT = f"start_of new '{CHANGES_THE_LEDGER}; kill -KILL $INSTALLER; exit 1'\ninstall_release new 2>/dev/null\n"


def may_mount() -> bool:
    """Whether a disk can be mounted over folders of the system that only our own processes see."""
    unshare = shutil.which("unshare")
    if not unshare:
        return False
    mounting = [unshare, "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/etc"]
    return subprocess.run(mounting, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not may_mount(), reason="no user namespaces here, so no terminal can be played")


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where one is played."""

    folder: Path

    def plays(self, script: str, octets: str = "1m") -> tuple[dict[str, str], str]:
        """What stands there after the script, and what was said. A later fact of a name replaces an earlier one."""
        shutil.copytree(ROOT / "systemd", self.folder / "systemd")
        arguments = [str(self.folder / "systemd"), str(self.folder / "tools"), octets]
        whole = f'. "{TERMINAL}" "$@"\n{script}\nfacts\n'
        # Tests in the background are told to ignore SIGINT, and no shell can trap what it was told to ignore.
        hears = ["env", "--default-signal=INT,HUP,TERM"]
        command = [*hears, "unshare", "--map-root-user", "--mount", "bash", "-c", whole, "terminal", *arguments]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "KIOSK_READY_SECONDS": "30", "LC_ALL": "C.UTF-8"}
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert answer.returncode == 0, answer.stderr
        facts = {name: rest.strip() for name, _, rest in (line.partition(" ") for line in answer.stdout.splitlines())}
        return facts, answer.stdout + answer.stderr


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def require_old(facts: dict[str, str]) -> None:
    """As if nobody had come: the old release serves with its ledger, and nothing is left behind."""
    assert facts["current"] == "releases/old"
    assert facts["kiosk"] == "active"
    assert facts["ledger"] == "as it was"
    assert facts["state"] == "./ledger.db"
    assert facts["upgrading"] == facts["drafts"] == ""


def test_a_good_release_takes_over_and_leaves_no_copy_of_the_ledger(terminal: Terminal) -> None:
    facts, said = terminal.plays(f"start_of new '{CHANGES_THE_LEDGER}'\ninstall_release new")
    assert facts["code"] == "0", said
    assert (facts["current"], facts["unit"], facts["kiosk"]) == ("releases/new", "# new", "active")
    assert (facts["ledger"], facts["state"]) == ("another form", "./ledger.db ./ledger.db-wal")
    assert facts["upgrading"] == facts["drafts"] == ""
    assert facts["releases"] == "new old"


def test_a_release_that_does_not_start_goes_back_with_the_ledger_and_without_the_log_of_the_other_form(
    terminal: Terminal,
) -> None:
    facts, said = terminal.plays(f"start_of new '{CHANGES_THE_LEDGER}; exit 1'\ninstall_release new")
    assert facts["code"] == "1"
    assert "first question" in said
    require_old(facts)
    assert facts["unit"] == "# old"


def test_a_log_that_belongs_to_the_ledger_comes_back_with_it(terminal: Terminal) -> None:
    facts, _ = terminal.plays(
        "echo mine > /var/lib/kiosk/ledger.db-wal; echo index > /var/lib/kiosk/ledger.db-shm\n"
        f"start_of new '{CHANGES_THE_LEDGER}; exit 1'\ninstall_release new\n"
        'echo "log $(cat /var/lib/kiosk/ledger.db-wal)"'
    )
    assert facts["log"] == "mine"
    assert facts["state"] == "./ledger.db ./ledger.db-wal"


def test_what_the_new_doctor_finds_brings_the_old_release_back(terminal: Terminal) -> None:
    found = (
        '{"layers": [{"findings": [{"id": "disk.Full", "level": "failure"}, {"id": "disk-a", "level": "failure"}]}]}'
    )
    facts, said = terminal.plays(f"echo '{found}' > /opt/kiosk/releases/new/found\ninstall_release new")
    assert facts["code"] == "1"
    assert "disk-a disk.Full" in said
    require_old(facts)


def test_a_kiosk_that_rested_before_rests_after_going_back(terminal: Terminal) -> None:
    facts, _ = terminal.plays(
        "echo inactive > /run/active; echo '{' > /opt/kiosk/releases/new/found\ninstall_release new"
    )
    assert (facts["current"], facts["kiosk"]) == ("releases/old", "inactive")


def test_a_ledger_that_cannot_be_copied_stays_and_the_old_release_serves_on(terminal: Terminal) -> None:
    facts, said = terminal.plays(
        "{ echo as it was; head -c 600K /dev/zero; } > /var/lib/kiosk/ledger.db\n"
        "before=$(sha256sum < /var/lib/kiosk/ledger.db)\ninstall_release new\n"
        '[ "$before" = "$(sha256sum < /var/lib/kiosk/ledger.db)" ] && echo "octets same"'
    )
    assert facts["code"] == "1"
    assert "is the disk full?" in said
    assert facts["octets"] == "same"
    require_old(facts)


def test_a_ledger_that_cannot_be_brought_back_stays_in_its_copy_until_there_is_room(terminal: Terminal) -> None:
    fills = "head -c 2M /dev/zero > /var/lib/kiosk/filler 2>/dev/null"
    script = (
        "{ echo as it was; head -c 200K /dev/zero; } > /var/lib/kiosk/ledger.db\n"
        f"start_of new '{CHANGES_THE_LEDGER}; {fills}; exit 1'\n"
        'install_release new\nfacts | sed "s/^/first-/"\n'
        "rm /var/lib/kiosk/filler\ninstall_release old"
    )
    facts, said = terminal.plays(script)
    assert "Make room" in said
    assert facts["first-ledger"] == "another form"
    assert "./upgrade/COMPLETE ./upgrade/ledger.db" in facts["first-state"]
    assert facts["first-upgrading"] == "old"
    assert facts["code"] == "0"
    require_old({**facts, "kiosk": "active"})


@pytest.mark.parametrize("signal", ["HUP", "INT", "TERM"])
def test_whoever_hangs_up_while_the_new_release_starts_finds_the_old_one_serving(
    terminal: Terminal, signal: str
) -> None:
    facts, said = terminal.plays(
        f"start_of new '{CHANGES_THE_LEDGER}; kill -{signal} $INSTALLER; "
        'until grep -q "going back" /run/said; do sleep 0.01; done; exit 1\'\n'
        "install_release new 2>/run/said"
    )
    assert facts["code"] == {"HUP": "129", "INT": "130", "TERM": "143"}[signal], said
    require_old(facts)


def test_going_back_does_not_end_because_nobody_listens_any_more(terminal: Terminal) -> None:
    facts, _ = terminal.plays(
        f"start_of new '{CHANGES_THE_LEDGER}; exit 1'\n"
        "mkfifo /run/ear; head -c 1 /run/ear > /dev/null & install_release new 2> /run/ear"
    )
    require_old(facts)


def test_an_error_in_the_middle_brings_the_old_release_back(terminal: Terminal) -> None:
    facts, _ = terminal.plays("rm /opt/kiosk/releases/new/systemd/kiosk-doctor.timer\ninstall_release new")
    assert facts["code"] == "1"
    require_old(facts)
    assert facts["unit"] == "# old"


def test_what_else_fails_on_the_way_back_does_not_keep_the_old_release_from_serving(terminal: Terminal) -> None:
    facts, _ = terminal.plays(
        f"rm /opt/kiosk/releases/old/systemd/kiosk-doctor.timer\nstart_of new '{CHANGES_THE_LEDGER}; exit 1'\n"
        "install_release new"
    )
    assert facts["code"] == "1"
    require_old(facts)


def test_a_first_release_is_on_disk_before_the_link_leads_to_it(terminal: Terminal) -> None:
    _, said = terminal.plays(
        "rm /etc/kiosk/kiosk.toml /opt/kiosk/current\ninstall_release new\nsed 's/^/call: /' /run/calls"
    )
    calls = [line.removeprefix("call: ") for line in said.splitlines() if line.startswith("call: ")]
    assert "sync -f /opt/kiosk" in calls[: calls.index("mv -T /opt/kiosk/.current /opt/kiosk/current")]


def test_nothing_new_takes_its_place_before_it_is_on_disk(terminal: Terminal) -> None:
    _, said = terminal.plays("install_release new\nsed 's/^/call: /' /run/calls")
    calls = [line.removeprefix("call: ") for line in said.splitlines() if line.startswith("call: ")]
    remembered = calls.index("mv /opt/kiosk/.upgrading.new /opt/kiosk/.upgrading")
    switched = calls.index("mv -T /opt/kiosk/.current /opt/kiosk/current")
    assert "sync -f /var/lib/kiosk" in calls[:remembered], "the copy of the ledger"
    assert "sync -f /opt/kiosk" in calls[remembered:switched], "the release and the one to go back to"
    placed = max(at for at, call in enumerate(calls) if "/etc/systemd/system/kiosk" in call)
    started = calls.index("systemctl start kiosk.service")
    assert "sync " in calls[placed:started], "the settings"
    assert "mv -T /etc/sysusers.d/kiosk.conf.new /etc/sysusers.d/kiosk.conf" in calls


def test_after_a_power_cut_the_one_before_comes_back_with_its_ledger(terminal: Terminal) -> None:
    facts, said = terminal.plays(
        f'{POWER_CUT}facts | sed "s/^/cut-/"\nstart_of new "exit 1"\n: > /var/lib/kiosk/.back.ledger.db\n'
        "echo activating > /run/active\ninstall_release old"
    )
    assert facts["cut-current"] == "releases/new"
    assert facts["cut-upgrading"] == "old"
    assert "interrupted" in said
    assert facts["code"] == "0", said
    require_old(facts)


def test_a_copy_that_was_not_finished_never_replaces_the_ledger(terminal: Terminal) -> None:
    facts, said = terminal.plays(
        f"{POWER_CUT}rm /var/lib/kiosk/upgrade/COMPLETE; echo half > /var/lib/kiosk/upgrade/ledger.db\n"
        "echo activating > /run/active\ninstall_release old"
    )
    assert facts["code"] == "0", said
    assert (facts["ledger"], facts["current"]) == ("another form", "releases/old")
    assert "upgrade" not in facts["state"]


def test_after_a_power_cut_the_same_upgrade_starts_from_the_one_before(terminal: Terminal) -> None:
    facts, said = terminal.plays(
        f"{POWER_CUT}start_of new 'exit 1'\necho activating > /run/active\ninstall_release new"
    )
    assert "from old to new" in said
    assert facts["code"] == "1"
    require_old(facts)


def test_a_release_that_serves_since_the_power_cut_stays_with_its_ledger(terminal: Terminal) -> None:
    facts, said = terminal.plays(f"{POWER_CUT}echo active > /run/active\nstart_of new 'exit 1'\ninstall_release new")
    assert facts["code"] == "0", said
    assert (facts["current"], facts["ledger"], facts["upgrading"]) == ("releases/new", "another form", "")
    assert "upgrade" not in facts["state"]
    assert facts["releases"] == "new old"


def test_visits_since_the_power_cut_are_never_given_up_for_the_copy(terminal: Terminal) -> None:
    visit = (
        'visit() { /usr/bin/python3 -c "import sqlite3; db = sqlite3.connect(\\"/var/lib/kiosk/ledger.db\\"); '
        "db.execute('CREATE TABLE IF NOT EXISTS visits (x)'); db.execute('INSERT INTO visits VALUES (1)'); "
        'db.commit()"; }\n'
    )
    count = (
        'import sqlite3; print(\\"visits\\", *sqlite3.connect(\\"/var/lib/kiosk/ledger.db\\")'
        '.execute(\\"SELECT count(*) FROM visits\\").fetchone())'
    )
    facts, said = terminal.plays(
        f"{visit}rm /var/lib/kiosk/ledger.db; visit\n"
        "start_of new 'kill -KILL $INSTALLER; exit 1'\ninstall_release new 2>/dev/null\n"
        f'visit; echo inactive > /run/active\ninstall_release new\n/usr/bin/python3 -c "{count}"'
    )
    assert facts["code"] == "0", said
    assert facts["visits"] == "2"
    assert facts["current"] == "releases/new"


def test_the_same_release_again_keeps_the_newest_other_one(terminal: Terminal) -> None:
    facts, said = terminal.plays("release older\ntouch -d '2 days ago' /opt/kiosk/releases/older\ninstall_release old")
    assert facts["code"] == "0", said
    assert facts["releases"] == "new old"
    assert facts["kiosk"] == "active"
