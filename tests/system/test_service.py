"""From an empty Debian 13 to a kiosk that looks after itself, and back: in this order, each on what the last one left.

cage and foot run for real, on wlroots' headless output (there is no panel); the gateway is the simulator, the printer
writes pictures. What only a real terminal shows: seatd, tty1, touch, USB devices, the hardware's watchdog.
"""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path

import pytest

from tests.system.machine import ROOT, Machine
from tests.system.releases import other_release

HEADLESS = """[Service]
TTYPath=
StandardInput=null
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
Environment=WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 LIBSEAT_BACKEND=noop
"""
ANSWERS = """
[site]
name = "ためし健診センター"
[printer]
device = "virtual:/var/lib/kiosk/slips"
[voice]
enabled = false
"""
OPTIONS = "-o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
KILLS = 20
SERVICES = ("kiosk", "kiosk-gateway", "kiosk-recover", "kiosk-doctor", "kiosk-backup", "kiosk-retention")
STATES = ("/var/lib/kiosk", "/var/lib/kiosk-gateway")
"""What has a place of its own on a read-only system."""
ANOTHER_FORM = {
    "kiosk/station/wiring/counter.py": (
        "    notifier = Notifier.from_environment()\n",
        "    notifier = Notifier()\n"
        "    with (settings.terminal.state / 'ledger.db').open('ab') as ledger:\n"
        "        ledger.write(b'another form')\n",
    )
}
"""A release that gives the ledger another form and never says that it is ready."""
DEAF_GATEWAY = {"kiosk/gateway/serve.py": ("    server.on_ready = tell_ready\n", "")}
"""A release whose gateway never says that it takes connections."""
MAIN = "pgrep -u kiosk -f 'kiosk.toml run$' | tail -1"
"""The Python process: cage and foot carry its command line, too, and are older."""


def active(machine: Machine) -> bool:
    return machine.show("kiosk", "ActiveState") == "active"


def gateway_of(machine: Machine, release: str) -> bool:
    """Whether the gateway is up with the libraries of that release."""
    pid = machine.show("kiosk-gateway", "MainPID")
    return machine.show("kiosk-gateway", "ActiveState") == "active" and (
        machine.sh(f"grep -q /opt/kiosk/releases/{release}/ /proc/{pid}/maps", check=False).returncode == 0
    )


def bundle_of(machine: Machine) -> Path:
    """The bundle, unpacked in the machine's /srv."""
    if not list((machine.folder / "srv").glob("kenshin-kiosk-*")):
        machine.sh("tar x -C /srv -f /srv/kiosk/dist/*.tar")
    (folder,) = (machine.folder / "srv").glob("kenshin-kiosk-*")
    return folder


def inside(machine: Machine, path: Path) -> str:
    return f"/{path.relative_to(machine.folder)}"


def test_it_installs_without_a_network_and_a_second_time_changes_nothing(machine: Machine) -> None:
    folder = inside(machine, bundle_of(machine))
    machine.run(f"{folder}/install")
    release = machine.sh("readlink /opt/kiosk/current; stat -c %i /opt/kiosk/current/venv").stdout
    machine.sh("echo '# larger letters' >> /etc/kiosk/foot.ini")
    machine.run(f"{folder}/install")
    assert machine.sh("readlink /opt/kiosk/current; stat -c %i /opt/kiosk/current/venv").stdout == release
    assert machine.sh("tail -1 /etc/kiosk/foot.ini").stdout == "# larger letters\n"
    assert machine.run("kiosk", "--version").stdout.startswith("kiosk, version")
    assert machine.sh("systemctl --failed --no-legend").stdout == ""
    assert machine.show("kiosk", "ActiveState") == "inactive", "without a configuration it waits"


def test_every_unit_is_hardened_as_this_systemd_judges(machine: Machine) -> None:
    for unit in SERVICES:
        machine.run("systemd-analyze", "security", "--threshold=20", "--no-pager", f"{unit}.service")
        machine.run("systemd-analyze", "verify", "--man=no", f"/etc/systemd/system/{unit}.service")


def test_setup_writes_the_configuration_and_the_kiosk_serves(machine: Machine) -> None:
    machine.sh(
        "kiosk gateway token k01 --add /etc/kiosk/gateway.tokens > /srv/token 2>/dev/null; "
        "chown kiosk-gateway:kiosk-gateway /etc/kiosk/gateway.tokens"
    )
    answer = machine.run(
        "kiosk", "setup", "--answers", "-", "--token-file", "/srv/token", "--no-check", "--json", given=ANSWERS
    )
    assert json.loads(answer.stdout)["written"]
    assert machine.sh("stat -c '%U %a' /etc/kiosk/gateway.token").stdout == "kiosk 600\n"
    drop_in = machine.folder / "etc/systemd/system/kiosk.service.d/headless.conf"
    drop_in.parent.mkdir()
    drop_in.write_text(HEADLESS)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "enable", "--now", "kiosk-gateway")
    machine.run("systemctl", "start", "kiosk")  # Type=notify: back when the first question stands
    status = json.loads(
        machine.run("runuser", "-u", "kiosk-viewer", "--", "kiosk", "status", "--json", check=False).stdout
    )
    assert status["status"]["state"] == "idle"
    machine.wait("words for systemctl status", lambda: "待機中" in machine.show("kiosk", "StatusText"))
    assert machine.sh("stat -c '%G %a' /run/kiosk/control.sock").stdout == "kiosk-viewer 660\n"


def test_nothing_is_written_outside_of_its_places(machine: Machine) -> None:
    """What lets the root be read-only: all but the state, the run folders and the system's own logs stays as it is."""
    machine.sh(
        "touch /run/before; sleep 1; systemctl restart kiosk kiosk-gateway; systemctl start kiosk-doctor || true"
    )
    found = machine.sh("find / -xdev -newer /run/before -type f").stdout.split()
    own = ("/var/lib/kiosk/", "/var/lib/kiosk-gateway/", "/var/log/", "/var/lib/systemd/")
    assert [path for path in found if not path.startswith(own)] == []


def test_a_stop_is_heard_by_the_kiosk_while_its_terminal_is_there(machine: Machine) -> None:
    lines = int(machine.sh("grep -c crash /var/lib/kiosk/log/kiosk.log || true").stdout)
    machine.run("systemctl", "stop", "kiosk")
    assert machine.show("kiosk", "Result") == "success"
    status = json.loads(machine.run("kiosk", "status", "--json", check=False).stdout)
    assert status["status"]["state"] == "stopped", "the last status stays, and tells that it was meant"
    assert int(machine.sh("grep -c crash /var/lib/kiosk/log/kiosk.log || true").stdout) == lines
    machine.run("systemctl", "start", "kiosk")


def test_the_key_of_the_record_may_stand_in_the_credential_store(machine: Machine) -> None:
    machine.sh(
        "systemctl stop kiosk; install -d -m 700 /etc/credstore; cp /var/lib/kiosk/keys/ledger.key /etc/credstore; "
        "mv /var/lib/kiosk/keys/ledger.key /srv/kept.key; systemctl start kiosk; systemctl start kiosk-backup"
    )
    status = json.loads(machine.run("kiosk", "status", "--json", check=False).stdout)["status"]
    assert (status["state"], status["parts"]["ledger"]) == ("idle", "ok")
    machine.sh(
        "test ! -e /var/lib/kiosk/keys/ledger.key; systemctl stop kiosk; rm -r /etc/credstore/ledger.key; "
        "install -o kiosk -g kiosk -m 600 /srv/kept.key /var/lib/kiosk/keys/ledger.key; systemctl start kiosk"
    )


def test_a_hung_kiosk_is_started_again_by_the_watchdog(machine: Machine) -> None:
    before = machine.show("kiosk", "MainPID")
    machine.sh(f"kill -STOP $({MAIN})")
    seconds = machine.wait(
        "the watchdog", lambda: machine.show("kiosk", "MainPID") not in (before, "0") and active(machine), 90
    )
    print(f"SIGSTOP to serving again: {seconds:.1f} s")
    assert "watchdog" in machine.run("journalctl", "-u", "kiosk", "--no-pager").stdout


def test_a_killed_kiosk_serves_again_soon(machine: Machine) -> None:
    said = machine.run("python3", "/srv/kiosk/tests/system/kill_and_measure.py", str(KILLS), seconds=900).stdout
    seconds = sorted(map(float, said.split()))
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    print(f"kill -9 to serving again, {KILLS} times: median {statistics.median(seconds)} s, p95 {p95:.2f} s")
    assert len(seconds) == KILLS
    assert p95 < 15, seconds
    assert active(machine)


def test_it_comes_up_by_itself_after_the_power_was_cut(machine: Machine) -> None:
    machine.power_off()
    machine.boot()
    machine.wait("the kiosk after the boot", lambda: active(machine))


def test_with_a_read_only_root_it_serves_records_and_starts_again(machine: Machine) -> None:
    def events() -> int:
        verified = machine.run("runuser", "-u", "kiosk", "--", "kiosk", "ledger", "verify", "--json").stdout
        return int(json.loads(verified)["events"])

    machine.power_off()
    machine.boot_read_only(*STATES)
    assert "Read-only" in machine.sh("touch /etc/written /opt/written", check=False).stderr
    machine.wait("the kiosk on a read-only root", lambda: active(machine))
    before = events()
    for act in ("pause", "resume"):
        machine.run("runuser", "-u", "kiosk-staff", "--", "kiosk", "service", act)
    machine.run("systemctl", "start", "kiosk-backup")
    recorded = events()
    assert recorded >= before + 3
    machine.sh(f"kill -KILL $({MAIN})")
    machine.wait("the kiosk after a kill", lambda: machine.show("kiosk", "NRestarts") == "1" and active(machine))
    machine.run("systemctl", "restart", "kiosk", "kiosk-gateway")
    machine.power_off()
    machine.boot_read_only(*STATES)
    machine.wait("the kiosk after another boot", lambda: active(machine))
    assert events() >= recorded, "what was recorded is there"
    status = json.loads(machine.run("kiosk", "status", "--json", check=False).stdout)["status"]
    assert (status["state"], status["parts"]["ledger"]) == ("idle", "ok")
    failed = machine.sh("systemctl --failed --no-legend --plain 'kiosk*' | cut -d' ' -f1").stdout.split()
    assert [unit for unit in failed if unit != "kiosk-doctor.service"] == []
    machine.power_off()
    machine.boot_writable(*STATES)
    machine.wait("the kiosk on a writable root", lambda: active(machine))


@pytest.fixture(scope="module")
def keys(machine: Machine) -> None:
    """Keys of 佐藤 花子, who is staff, and of a machine that looks."""
    machine.sh(
        "for name in sato look stranger; do ssh-keygen -q -t ed25519 -N '' -f /srv/$name; done; "
        "kiosk staff-key add '佐藤 花子' < /srv/sato.pub; kiosk staff-key add --viewer monitoring < /srv/look.pub"
    )


def ssh(machine: Machine, key: str, user: str, *command: str) -> tuple[int, str]:
    arguments = [*OPTIONS.split(), "-i", f"/srv/{key}", f"{user}@127.0.0.1", *command]
    answer = machine.run("ssh", *arguments, check=False, given="")
    return answer.returncode, answer.stdout + answer.stderr


@pytest.mark.usefixtures("keys")
def test_staff_come_in_with_their_key_and_get_what_is_behind_the_door(machine: Machine) -> None:
    for key, user in (("sato", "kiosk-staff"), ("look", "kiosk-viewer")):
        code, said = ssh(machine, key, user, "kiosk status --json")
        assert code in (0, 1), said
        assert json.loads(said)["status"]["kiosk"] == "k01"
        code, said = ssh(machine, key, user, "id")
        assert code == 2
        assert "uid=" not in said
    assert ssh(machine, "look", "kiosk-staff", "kiosk status")[0] == 255
    assert ssh(machine, "stranger", "kiosk-viewer", "kiosk status")[0] == 255


@pytest.mark.usefixtures("keys")
def test_a_board_elsewhere_reaches_the_running_kiosk_by_the_relay(machine: Machine) -> None:
    hello = json.dumps({"op": "hello", "version": 1, "as": "somebody else"})
    for key, user, role, who in (
        ("sato", "kiosk-staff", "staff", "佐藤 花子 (kiosk-staff)"),
        ("look", "kiosk-viewer", "viewer", "kiosk-viewer"),
    ):
        relay = f"timeout 20 ssh {OPTIONS} -i /srv/{key} {user}@127.0.0.1 kiosk control relay"
        said = machine.sh(f"(echo '{hello}'; sleep 3) | {relay}", check=False).stdout
        welcome = json.loads(said.splitlines()[0])
        assert (welcome["role"], welcome["who"]) == (role, who)


@pytest.mark.usefixtures("keys")
def test_the_board_opens_in_a_terminal_over_ssh(machine: Machine) -> None:
    said = machine.sh(
        f"timeout 15 script -qec 'stty cols 80 rows 24; ssh {OPTIONS} -i /srv/sato kiosk-staff@127.0.0.1' /dev/null "
        "</dev/null || true"
    ).stdout
    assert "k01" in said, said[-2000:]
    assert "佐藤 花子" in said, "whose key it is stands on the board"


def test_the_record_is_copied_and_erased_by_the_timers_with_the_kiosk_up_and_down(machine: Machine) -> None:
    for unit in ("kiosk-backup", "kiosk-retention"):
        assert machine.show(f"{unit}.timer", "ActiveState") == "active"
        machine.run("systemctl", "start", unit)
    up = machine.sh("ls /var/lib/kiosk/backups | wc -l").stdout
    assert int(up) >= 1
    machine.run("systemctl", "stop", "kiosk")
    for unit in ("kiosk-backup", "kiosk-retention"):
        machine.run("systemctl", "start", unit)
    machine.run("systemctl", "start", "kiosk")
    assert active(machine)


def test_the_doctor_examines_daily_and_writes_into_the_journal(machine: Machine) -> None:
    assert machine.show("kiosk-doctor.timer", "ActiveState") == "active"
    machine.run("systemctl", "start", "kiosk-doctor", check=False)
    said = machine.run("journalctl", "-u", "kiosk-doctor", "--no-pager").stdout
    assert re.search(r"異常 \d+、注意 \d+", said), said


def test_a_release_that_the_doctor_refuses_goes_back_by_itself(machine: Machine) -> None:
    old = machine.sh("readlink /opt/kiosk/current").stdout
    sick = other_release(
        bundle_of(machine),
        "9.0.0-sick",
        {"kiosk/doctor/layers/versions.py": ("OLDEST_PYTHON = (3, 11)", "OLDEST_PYTHON = (3, 99)")},
    )
    answer = machine.run(f"{inside(machine, sick)}/install", check=False)
    assert answer.returncode == 1
    assert "versions.python-old" in answer.stderr
    assert machine.sh("readlink /opt/kiosk/current").stdout == old
    assert active(machine)


def test_a_release_that_never_asks_its_first_question_goes_back_with_the_ledger_as_it_was(machine: Machine) -> None:
    old = machine.sh("readlink /opt/kiosk/current").stdout
    machine.run("systemctl", "stop", "kiosk")
    ledger = machine.sh("sha256sum /var/lib/kiosk/ledger.db").stdout
    machine.run("systemctl", "start", "kiosk")
    mute = other_release(bundle_of(machine), "9.0.0-mute", ANOTHER_FORM)
    answer = machine.sh(f"KIOSK_READY_SECONDS=15 {inside(machine, mute)}/install", check=False)
    assert answer.returncode == 1
    assert "first question" in answer.stderr
    assert machine.sh("readlink /opt/kiosk/current").stdout == old
    assert active(machine)
    machine.run("systemctl", "stop", "kiosk")
    assert machine.sh("sha256sum /var/lib/kiosk/ledger.db").stdout == ledger
    machine.run("systemctl", "start", "kiosk")


def test_a_release_whose_gateway_does_not_come_up_goes_back_with_it(machine: Machine) -> None:
    old = machine.sh("basename $(readlink /opt/kiosk/current)").stdout.strip()
    assert gateway_of(machine, old)
    deaf = other_release(bundle_of(machine), "9.0.0-deaf", DEAF_GATEWAY)
    answer = machine.sh(f"KIOSK_READY_SECONDS=15 {inside(machine, deaf)}/install", check=False)
    assert answer.returncode == 1
    assert "the gateway did not come up" in answer.stderr
    assert machine.sh("basename $(readlink /opt/kiosk/current)").stdout.strip() == old
    assert gateway_of(machine, old)
    assert active(machine)


def test_an_upgrade_that_the_power_ended_goes_back_by_itself_at_the_next_start(machine: Machine) -> None:
    old = machine.sh("readlink /opt/kiosk/current").stdout
    machine.run("systemctl", "stop", "kiosk")
    ledger = machine.sh("sha256sum /var/lib/kiosk/ledger.db").stdout
    machine.run("systemctl", "start", "kiosk")
    cut = other_release(bundle_of(machine), "9.0.0-cut", ANOTHER_FORM)
    machine.sh(f"KIOSK_READY_SECONDS=300 setsid {inside(machine, cut)}/install </dev/null >/srv/cut.log 2>&1 &")
    machine.wait(
        "the start of the new release",
        lambda: "another form" in machine.sh("tail -c 12 /var/lib/kiosk/ledger.db", check=False).stdout,
        180,
    )
    assert machine.sh("readlink /opt/kiosk/current; cat /opt/kiosk/.upgrading").stdout.split() == [
        "releases/9.0.0-cut",
        old.strip().removeprefix("releases/"),
    ]
    machine.sh("rm -r /opt/kiosk/releases/9.0.0-cut/systemd", check=True)
    machine.power_off()
    machine.boot()
    machine.wait("the kiosk after the recovery", lambda: active(machine))
    said = machine.run("journalctl", "-b", "-u", "kiosk-recover", "--no-pager").stdout
    assert machine.show("kiosk-recover", "Result") == "success", said
    assert "is back in its place" in said
    assert machine.sh("readlink /opt/kiosk/current").stdout == old
    machine.sh("test ! -e /opt/kiosk/.upgrading; test ! -e /var/lib/kiosk/upgrade")
    machine.run("systemctl", "stop", "kiosk")
    assert machine.sh("sha256sum /var/lib/kiosk/ledger.db").stdout == ledger
    machine.run("systemctl", "start", "kiosk")
    pid = machine.show("kiosk", "MainPID")
    for _ in range(2):
        machine.run("systemctl", "start", "kiosk-recover")
        machine.run("/opt/kiosk/recovery/systemd/install/install.sh", "--recover")
    assert machine.show("kiosk", "MainPID") == pid, "with nothing to recover it leaves the kiosk alone"


def test_a_good_release_takes_over_and_the_one_before_stays(machine: Machine) -> None:
    old = machine.sh("basename $(readlink /opt/kiosk/current)").stdout.strip()
    good = other_release(bundle_of(machine), "9.0.1-good")
    machine.run(f"{inside(machine, good)}/install")
    assert machine.sh("readlink /opt/kiosk/current").stdout == "releases/9.0.1-good\n"
    assert gateway_of(machine, "9.0.1-good")
    assert sorted(machine.sh("ls -A /opt/kiosk/releases").stdout.split()) == sorted([old, "9.0.1-good"])
    assert active(machine)


def test_a_damaged_bundle_is_refused_before_anything_changes(machine: Machine) -> None:
    broken = other_release(bundle_of(machine), "9.0.2-broken")
    (broken / "config" / "kiosk.example.toml").write_text("cut")
    answer = machine.run(f"{inside(machine, broken)}/install", check=False)
    assert answer.returncode == 1
    assert "damaged" in answer.stderr
    assert machine.sh("readlink /opt/kiosk/current").stdout == "releases/9.0.1-good\n"
    assert active(machine)


def test_uninstalling_keeps_what_was_recorded_and_set(machine: Machine) -> None:
    machine.run("/opt/kiosk/current/systemd/install/uninstall.sh")
    machine.sh("test -s /var/lib/kiosk/ledger.db; test -s /etc/kiosk/kiosk.toml; test -s /etc/kiosk/keys/kiosk-staff")
    assert machine.sh("ls -d /opt/kiosk /usr/local/bin/kiosk 2>/dev/null || true").stdout == ""
    assert machine.sh("systemctl list-unit-files 'kiosk*' --no-legend || true").stdout == ""
    shipped = [path.relative_to(ROOT / "systemd") for path in (ROOT / "systemd" / "etc").rglob("*") if path.is_file()]
    assert [str(path) for path in shipped if (machine.folder / path).exists()] == []
    machine.run(f"{inside(machine, bundle_of(machine))}/install")
    machine.run("systemctl", "start", "kiosk")
    assert active(machine), "and it goes on where it was"
