"""An upgrade that fails, is interrupted or loses its power: the installer's functions on a small disk, no systemd."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.ledger.book import Book
from kiosk.ports.board import Which
from kiosk.ports.printer import PrinterFault
from tests.ledger.invented import AT_DESK, CONFIRMED, MORNING
from tests.ledger.released import write
from tests.parts import namespaces_allowed

ROOT = Path(__file__).parents[2]
TERMINAL = Path(__file__).with_name("terminal.sh")
CHANGES_THE_LEDGER = "echo another form > /var/lib/kiosk/ledger.db; echo log > /var/lib/kiosk/ledger.db-wal"
# The installer is killed in the middle of the new release's start, after that has changed the ledger.
KILLED = "kill -s KILL -- -$INSTALLER; exit 1"
POWER_CUT = f"start_of new '{CHANGES_THE_LEDGER}; {KILLED}'\ninstall_release new 2>/dev/null\n"


GOES_AT = "/run/power-goes-at"


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where one is played."""

    folder: Path

    def plays(self, script: str, octets: str = "1m") -> tuple[dict[str, str], str]:
        """What stands there after the script, and what was said."""
        shutil.copytree(ROOT / "systemd", self.folder / "systemd")
        arguments = [str(self.folder / "systemd"), str(self.folder / "tools"), octets]
        whole = f'. "{TERMINAL}" "$@"\n{script}\nfacts\n'
        # Tests in the background are told to ignore SIGINT, and no shell can trap what it was told to ignore.
        hears = ["env", "--default-signal=INT,HUP,TERM"]
        command = [*hears, "unshare", "--map-root-user", "--mount", "bash", "-c", whole, "terminal", *arguments]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "KIOSK_READY_SECONDS": "30", "LC_ALL": "C.UTF-8"}
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert answer.returncode == 0, answer.stderr
        return facts_of(answer.stdout), answer.stdout + answer.stderr


def facts_of(said: str) -> dict[str, str]:
    """A fact a line; a later one of a name replaces an earlier one."""
    return {name: rest.strip() for name, _, rest in (line.partition(" ") for line in said.splitlines())}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    if not namespaces_allowed():
        pytest.skip("the kernel allows no user namespaces, so no terminal can be played")
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


GATEWAY_RUNS = "echo active > /run/gateway; echo old > /run/gateway-release\n"


def test_a_gateway_that_runs_here_comes_up_with_its_new_release_before_the_doctor_looks(terminal: Terminal) -> None:
    facts, said = terminal.plays(
        f"{GATEWAY_RUNS}printf '#!/bin/sh\\necho doctor >> /run/calls\\ncat %s/found\\n' /opt/kiosk/releases/new"
        " > /opt/kiosk/releases/new/venv/bin/python\ninstall_release new\nsed 's/^/call: /' /run/calls"
    )
    assert facts["code"] == "0", said
    assert (facts["gateway"], facts["gateway-release"], facts["current"]) == ("active", "new", "releases/new")
    calls = [line.removeprefix("call: ") for line in said.splitlines() if line.startswith("call: ")]
    restarted = calls.index("systemctl restart kiosk-gateway.service")
    assert "systemctl daemon-reload" in calls[calls.index("mv -T /opt/kiosk/.current /opt/kiosk/current") : restarted]
    assert restarted < calls.index("doctor") < calls.index("systemctl start kiosk.service")


def test_a_gateway_that_does_not_run_here_is_left_alone(terminal: Terminal) -> None:
    facts, said = terminal.plays("gateway_of new 'exit 1'\ninstall_release new\nsed 's/^/call: /' /run/calls")
    assert (facts["code"], facts["gateway"]) == ("0", "inactive"), said
    assert "restart kiosk-gateway" not in said


def test_a_gateway_that_does_not_come_up_brings_the_old_release_back_and_is_told(terminal: Terminal) -> None:
    facts, said = terminal.plays(f"{GATEWAY_RUNS}gateway_of new 'exit 1'\ninstall_release new")
    assert facts["code"] == "1"
    assert "the gateway did not come up" in said
    assert "journalctl -u kiosk-gateway" in said
    require_old(facts)
    assert (facts["gateway"], facts["gateway-release"]) == ("active", "old")


GATEWAY_TRIES = "echo activating > /run/gateway\n"


def test_a_gateway_that_did_not_come_up_before_either_keeps_no_release_away(terminal: Terminal) -> None:
    facts, said = terminal.plays(f"{GATEWAY_TRIES}gateway_of new 'exit 1'\ninstall_release new")
    assert (facts["code"], facts["current"], facts["kiosk"]) == ("0", "releases/new", "active"), said
    assert facts["gateway-release"] == "new", "it tries on with the new one"


def test_a_gateway_that_did_not_come_up_before_goes_back_with_the_kiosk(terminal: Terminal) -> None:
    facts, said = terminal.plays(f"{GATEWAY_TRIES}start_of new 'exit 1'\ninstall_release new")
    assert facts["code"] == "1", said
    require_old(facts)
    assert facts["gateway-release"] == "old"


def test_a_gateway_that_hangs_is_not_waited_for_for_ever(terminal: Terminal) -> None:
    facts, said = terminal.plays(
        f"{GATEWAY_RUNS}gateway_of new 'exec sleep 1000'\nexport KIOSK_READY_SECONDS=1\ninstall_release new"
    )
    assert facts["code"] == "1"
    assert "the gateway did not come up within 1 s" in said
    require_old(facts)


def test_when_the_kiosk_does_not_start_the_gateway_goes_back_with_it(terminal: Terminal) -> None:
    facts, said = terminal.plays(f"{GATEWAY_RUNS}start_of new 'exit 1'\ninstall_release new")
    assert "first question" in said
    require_old(facts)
    assert (facts["gateway"], facts["gateway-release"]) == ("active", "old")


def test_a_gateway_that_does_not_come_back_either_is_told_and_the_kiosk_serves(terminal: Terminal) -> None:
    facts, said = terminal.plays(f"{GATEWAY_RUNS}gateway_of new 'exit 1'\ngateway_of old 'exit 1'\ninstall_release new")
    assert "the gateway does not start: journalctl -u kiosk-gateway" in said
    require_old(facts)
    assert facts["gateway"] == "failed"


ELSEWHERE = "printf '[terminal]\\nstate = \"%s\"\\n' {} > /etc/kiosk/kiosk.toml\n"


@pytest.mark.parametrize("state", ["/srv/kiosk", "/var/lib/kiosk/other", "/var/lib/kiosk/../kiosk2"])
def test_a_record_elsewhere_is_told_in_japanese_before_anything_changes(terminal: Terminal, state: str) -> None:
    facts, said = terminal.plays(f"{ELSEWHERE.format(state)}install_release new\nsed 's/^/call: /' /run/calls")
    assert facts["code"] == "1"
    assert "まだ何も変えていません" in said
    assert f"sudo cp -a {Path(state).parent.resolve() / Path(state).name}/. /var/lib/kiosk/" in said
    assert "sudo mv /var/lib/kiosk /var/lib/kiosk.old" in said, "what is there already is not mixed with it"
    assert [line for line in said.splitlines() if line.startswith("call: ")] == ["call: rm -rf "], "nothing was called"
    require_old(facts)


@pytest.mark.parametrize("state", ["/var/lib/kiosk", "/var/lib/kiosk/", "/var/lib//kiosk/."])
def test_the_same_folder_in_other_words_is_no_other(terminal: Terminal, state: str) -> None:
    facts, said = terminal.plays(f"{ELSEWHERE.format(state)}install_release new")
    assert (facts["code"], facts["current"]) == ("0", "releases/new"), said


def test_a_configuration_that_cannot_be_read_is_left_to_the_doctor(terminal: Terminal) -> None:
    facts, said = terminal.plays("echo '[terminal' > /etc/kiosk/kiosk.toml\ninstall_release new")
    assert (facts["code"], facts["current"]) == ("0", "releases/new"), said


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


def test_the_machine_that_starts_again_goes_back_by_itself_before_the_kiosk_starts(terminal: Terminal) -> None:
    facts, said = terminal.plays(
        f"{POWER_CUT}: > /run/calls; NO_KIOSK=1 restart; sed 's/^/call: /' /run/calls; systemctl start kiosk.service"
    )
    assert facts["recovery"] == "0", said
    require_old(facts)
    assert facts["unit"] == "# old"
    calls = [line.removeprefix("call: ") for line in said.splitlines() if line.startswith("call: systemctl ")]
    assert not any(" stop " in call for call in calls), "it would take the kiosk off the list of what is to be started"
    starting = [call for call in calls if " --now " in call or "restart" in call or " start " in call]
    assert starting
    assert all("--no-block" in call for call in starting), "nothing is waited for that may wait for this"


def test_neither_release_is_needed_to_go_back(terminal: Terminal) -> None:
    facts, said = terminal.plays(
        "rm -r /opt/kiosk/releases/old/systemd/install /opt/kiosk/releases/old/systemd/kiosk-recover.service\n"
        f"{POWER_CUT}"
        "rm -r /opt/kiosk/releases/new; : > /etc/systemd/system/kiosk.service\nrestart"
    )
    assert facts["recovery"] == "0", said
    require_old(facts)


def test_a_second_recovery_changes_nothing(terminal: Terminal) -> None:
    twice = "$(sed -n 's/^ExecStart=//p' /etc/systemd/system/kiosk-recover.service)"
    facts, said = terminal.plays(
        f"{POWER_CUT}restart; facts > /run/once; {twice}; facts | diff /run/once - && echo same yes"
    )
    assert facts["same"] == "yes", said
    require_old(facts)


def test_a_recovery_that_cannot_be_done_leaves_a_kiosk_that_serves_and_is_done_at_the_next_start(
    terminal: Terminal,
) -> None:
    fills = "head -c 2M /dev/zero > /var/lib/kiosk/filler 2>/dev/null"
    facts, said = terminal.plays(
        "{ echo as it was; head -c 200K /dev/zero; } > /var/lib/kiosk/ledger.db\n"
        f"start_of new '{CHANGES_THE_LEDGER}; {fills}; {KILLED}'\ninstall_release new 2>/dev/null\n"
        "start_of new 'exit 0'\nrestart; facts | sed 's/^/first-/'; echo first-recovery $(systemctl show)\n"
        "rm /var/lib/kiosk/filler\nrestart"
    )
    assert (facts["first-current"], facts["first-ledger"], facts["first-kiosk"]) == (
        "releases/new",
        "another form",
        "active",
    )
    assert "Make room" in said
    assert facts["recovery"] == "0", said
    require_old(facts)


def test_a_copy_without_an_upgrade_is_erased_at_the_next_start(terminal: Terminal) -> None:
    facts, _ = terminal.plays(
        f"{POWER_CUT}restart; mkdir /var/lib/kiosk/upgrade; echo personal > /var/lib/kiosk/upgrade/ledger.db\nrestart"
    )
    assert facts["recovery"] == "0"
    require_old(facts)


def test_two_installations_at_once_do_not_meet(terminal: Terminal) -> None:
    facts, said = terminal.plays(
        f"start_of new '{CHANGES_THE_LEDGER}; "
        '$(sed -n "s/^ExecStart=//p" /etc/systemd/system/kiosk-recover.service) 2>&1; echo "second $?"\'\n'
        "install_release new"
    )
    assert "another installation is at work" in said
    assert (facts["second"], facts["code"], facts["current"]) == ("1", "0", "releases/new")
    assert facts["ledger"] == "another form"


IN_THE_UPGRADE = (
    "sync ",
    "cp -a /var/lib/kiosk/ledger.db",
    "mv /opt/kiosk/.upgrading.new",
    "sync -f /opt/kiosk",
    "mv -T /opt/kiosk/.current",
    "mv -T /etc/udev",
    "mv -T /etc/systemd/system/kiosk-doctor.service.new",
    "systemctl start kiosk.service",
)
IN_THE_RECOVERY = (
    "cp -a /var/lib/kiosk/upgrade/ledger.db",
    "rm -f /var/lib/kiosk/ledger.db-",
    "mv /var/lib/kiosk/.back.ledger.db",
    "mv -T /opt/kiosk/.current",
    "mv -T /etc/systemd/system/kiosk-doctor.service.new",
    "rm -f /opt/kiosk/.upgrading",
    "rm -rf /var/lib/kiosk/upgrade",
)
"""What is about to be called when the power goes."""


def cut(terminal: Terminal, script: str, calls: tuple[str, ...]) -> list[dict[str, str]]:
    """The facts after the script and a start of the machine, for each of these calls at which the power goes."""
    lines = "".join(
        f"furnish; start_of new '{CHANGES_THE_LEDGER}'\n"
        f"{script.replace('POWER', f'echo {shlex.quote(call)} > {GOES_AT}')}\n"
        f"[ ! -e {GOES_AT} ] || echo 'no power {call}'\n"
        "restart 2>/dev/null; facts; echo 'end yes'\n"
        for call in calls
    )
    _, said = terminal.plays(lines)
    assert "no power" not in said, said
    return [facts_of(part) for part in said.split("end yes")[: len(calls)]]


def test_wherever_the_power_goes_in_an_upgrade_the_old_release_serves_after_the_next_start(terminal: Terminal) -> None:
    for facts in cut(terminal, "POWER; install_release new 2>/dev/null", IN_THE_UPGRADE):
        require_old(facts)
        assert facts["unit"] in ("", "# old"), "before the first release came nothing was placed"


def test_wherever_the_power_goes_in_the_recovery_the_next_one_ends_it(terminal: Terminal) -> None:
    dies = f"start_of new '{CHANGES_THE_LEDGER}; {KILLED}'; install_release new 2>/dev/null; POWER; restart 2>/dev/null"
    for facts in cut(terminal, dies, IN_THE_RECOVERY):
        require_old(facts)
        assert facts["unit"] == "# old"


def test_an_upgrade_that_was_proved_stays_though_the_power_goes_while_it_tidies_up(terminal: Terminal) -> None:
    script = f"start_of new '{CHANGES_THE_LEDGER}; echo rm -rf /var/lib/kiosk/upgrade > {GOES_AT}'"
    (facts,) = cut(terminal, f"{script}; install_release new", ("",))
    assert facts["code"] == "137"
    assert (facts["current"], facts["unit"], facts["ledger"]) == ("releases/new", "# new", "another form")
    assert "upgrade" not in facts["state"]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The folder of a record with one visit, which is not printed yet."""
    state = tmp_path / "record"
    with closing(Book.open(state, "A", "k01")) as book:
        book.commit(CONFIRMED, MORNING)
    return state


def a_visit(book: Book) -> None:
    book.commit(AT_DESK, MORNING)


def a_look(book: Book) -> None:
    (line,) = book.visits(Which.ALL, MORNING.date(), MORNING.date())
    book.opened(line.id, "staff", MORNING, sure=True)


def a_start(book: Book) -> None:
    """Writes how the print job of before ended."""
    waiting = book.unprinted(MORNING.date())
    assert waiting
    book.printed(waiting, next(iter(PrinterFault)), MORNING)


@pytest.mark.parametrize(
    ("since", "stays"),
    [pytest.param(a_visit, True), pytest.param(a_look, True), pytest.param(a_start, False)],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_people_did_since_the_power_cut_is_never_given_up_for_the_copy(
    terminal: Terminal, record: Path, since: Callable[[Book], None], *, stays: bool
) -> None:
    """It stands in the log of SQLite only, as after a power cut."""
    before, after = terminal.folder / "before", terminal.folder / "after"
    shutil.copytree(record, before)
    with closing(Book.open(record, "A", "k01")) as book:
        since(book)
        shutil.copytree(record, after)
    facts, said = terminal.plays(
        f"rm /var/lib/kiosk/ledger.db; cp {before}/ledger.db /var/lib/kiosk\n"
        f"start_of new '{KILLED}'\ninstall_release new 2>/dev/null\n"
        f"cp {after}/ledger.db {after}/ledger.db-wal /var/lib/kiosk\nrestart\n"
        f"echo log gone; cmp -s {after}/ledger.db-wal /var/lib/kiosk/ledger.db-wal && echo log there"
    )
    assert facts["recovery"] == "0", said
    assert (facts["current"], facts["log"]) == (("releases/new", "there") if stays else ("releases/old", "gone"))
    assert facts["upgrading"] == facts["drafts"] == ""
    assert "upgrade" not in facts["state"]


def test_entering_the_chain_is_nothing_that_people_did(terminal: Terminal) -> None:
    """A ledger of before there was a chain, which the new release has only opened."""
    record, before = terminal.folder / "record", terminal.folder / "before"
    write(record, "with unsure days")
    shutil.copytree(record, before)
    Book.open(record, "A", "k01").close()
    facts, said = terminal.plays(
        f"rm /var/lib/kiosk/ledger.db; cp {before}/ledger.db /var/lib/kiosk\n"
        f"start_of new '{KILLED}'\ninstall_release new 2>/dev/null\ncp {record}/ledger.db* /var/lib/kiosk\nrestart"
    )
    assert (facts["recovery"], facts["current"]) == ("0", "releases/old"), said


def test_the_same_release_again_keeps_the_newest_other_one(terminal: Terminal) -> None:
    facts, said = terminal.plays("release older\ntouch -d '2 days ago' /opt/kiosk/releases/older\ninstall_release old")
    assert facts["code"] == "0", said
    assert facts["releases"] == "new old"
    assert facts["kiosk"] == "active"
