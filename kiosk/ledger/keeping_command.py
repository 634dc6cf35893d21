"""`kiosk ledger backup|restore|rotate-key|repair`: what keeps the record over the years."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.ledger.command import settings_of
from kiosk.ports.desk import LedgerFailure
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.ledger.rotation import Rotated

_MOST_NAMED = 20
"""Rows that fit on a screen; the record names all of them."""
_STOP = "Stop the kiosk first: sudo systemctl stop kiosk"
_LAST_NUMBER = click.option(
    "--last-number",
    type=click.IntRange(0, 9999),
    metavar="N",
    help="The last number that was given today, 0 for none; asked for when the ledger cannot tell it.",
)
_TODAY = click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The date of today, yyyy-mm-dd, where nobody has set the machine's clock right.",
)
OPENS = """\
A kiosk can open this ledger: every page can be read, its key is the right one, and the end of the chain is as it was
written. Nothing was done. The rows before the end were not looked at: `kiosk ledger verify` compares each of them.
Where that names a row, no repair knows what stood there: keep this ledger, and look for the row in a backup."""
"""What was looked at, and what was not."""
CLOCK = f"{__name__}.clock"
"""In the context's `meta`: raises LedgerFailure for a machine whose clock nobody has set right."""


@click.command()
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Another folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def backup(config: Path | None, folder: Path | None, as_json: bool) -> None:
    """Copy the record, also while the kiosk runs: <state>/backups/ledger-LETTER-DAY-TIME.db.

    The copy is checked before it gets its name. The last copy of each of the last days is kept, as [ledger] backups
    says. It opens only with the key of the ledger: keep a copy of the key, too, and elsewhere.

    \b
    Examples:
      kiosk ledger backup
      kiosk ledger backup --to /mnt/usb
    """
    settings = settings_of(config)
    from kiosk.ledger.backups import FOLDER, back_up

    state = settings.terminal.state
    with told():
        file = back_up(
            state,
            folder or state / FOLDER,
            settings.ledger.backups,
            datetime.now(settings.zone),
            settings.terminal.letter,
        )
    octets = file.stat().st_size
    click.echo(json.dumps({"file": str(file), "bytes": octets}) if as_json else f"{file} ({octets} bytes)")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_LAST_NUMBER
@_TODAY
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore(config: Path | None, file: Path, last_number: int | None, today: datetime | None, yes: bool) -> None:
    """Put a backup in the place of the ledger. The kiosk must not run.

    A backup of another key, of a newer version or a damaged one is refused. The former ledger is kept below
    <state>/replaced. Visits since the backup are in that one alone; their numbers are not given again: the next number
    goes on behind the last one of the former ledger, or behind --last-number where that cannot be read. A machine whose
    clock nobody has set right asks for --today: numbers of another day would not count.

    \b
    Examples:
      kiosk ledger restore /var/lib/kiosk/backups/ledger-A-2026-11-20T180000.db
      kiosk ledger restore copy.db --last-number 57
    """
    settings = settings_of(config)
    from kiosk.ledger.restore import restore as put_back

    with told():
        at = _now(settings, today)
        if not yes:
            words = f"Put {file.name} in the place of the ledger? Today is {at:%Y-%m-%d}."
            click.confirm(words, abort=True, err=True)
        kept = put_back(settings.terminal.state, file, settings.terminal.letter, at, last_number)
    click.echo(f"{file.name} is the ledger now." + (f" The former one is in {kept}." if kept else ""))
    click.echo("Next: kiosk ledger verify, then sudo systemctl start kiosk", err=True)


@click.command("rotate-key")
@click.pass_obj
def rotate_key(config: Path | None) -> None:
    """Give the ledger a new key: all that is sealed is sealed anew, and the old key is dropped. The kiosk must not run.

    When it is cut off, run it again: until the end the key file holds both keys. Backups from before open only with the
    old key, so a new one is made at the end. Where the key is a systemd credential, change the file it comes from:
    CREDENTIALS_DIRECTORY=/etc/credstore kiosk ledger rotate-key.

    A text that no key opens stays as it is and is named; the old key is then put aside beside the new one.

    \b
    Example:
      sudo systemctl stop kiosk && sudo kiosk ledger rotate-key
    """
    settings = settings_of(config)
    from kiosk.ledger.backups import FOLDER, back_up
    from kiosk.ledger.rotation import rotate_key as rotate
    from kiosk.vault import key_path

    state, at = settings.terminal.state, datetime.now(settings.zone)
    with told():
        with counted("sealed anew") as progress:
            rotated = rotate(state, at, progress)
        click.echo(f"{rotated.count} sealed texts have a new key: {key_path(state)}. Put a copy of it in a safe place.")
        file = back_up(state, state / FOLDER, settings.ledger.backups, at, settings.terminal.letter)
    click.echo(f"{file} is the first backup of the new key; older ones open with the old key alone.")
    if rotated.unreadable:
        _tell_unreadable(rotated)


@click.command()
@click.option("--salvage", "by_salvage", is_flag=True, help="Save every row that can be read into a new ledger.")
@click.option("--from-backup", "by_backup", is_flag=True, help="Put the newest good backup back.")
@_LAST_NUMBER
@_TODAY
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def repair(
    config: Path | None,
    by_salvage: bool,
    by_backup: bool,
    last_number: int | None,
    today: datetime | None,
    yes: bool,
) -> None:
    """Say what is wrong with a ledger that the kiosk does not open, and put it right as you choose. It must not run.

    It looks at what a start looks at: pages, key, and the end of the chain. `kiosk ledger verify` looks at every row.

    --salvage keeps everything that can still be read, --from-backup goes back to the newest good backup; try the first
    one first. The damaged ledger is kept below <state>/replaced in both cases, and the record tells what was done and
    what was lost. Exit code 1: something is wrong, and nothing was chosen or it failed.

    \b
    Examples:
      kiosk ledger repair
      kiosk ledger repair --salvage
      kiosk ledger repair --from-backup --last-number 57
    """
    if by_salvage and by_backup:
        raise click.UsageError("give either --salvage or --from-backup")
    settings = settings_of(config)
    state, letter = settings.terminal.state, settings.terminal.letter
    from kiosk.ledger.repair import newest_good_backup, salvage, what_is_wrong
    from kiosk.ledger.restore import restore as put_back

    with told():
        wrong = what_is_wrong(state)
        if wrong is None:
            click.echo(OPENS)
            return
        click.echo(f"Wrong: {wrong}", err=True)
        good = newest_good_backup(state)
        click.echo(f"Newest good backup: {good or 'none'}", err=True)
        if not (by_salvage or by_backup):
            click.echo("Choose: --salvage, or --from-backup", err=True)
            sys.exit(1)
        at = _now(settings, today)
        if not yes:
            words = f"Put another ledger in the place of this one? It is kept. Today is {at:%Y-%m-%d}."
            click.confirm(words, abort=True, err=True)
        if by_backup:
            if good is None:
                raise LedgerFailure("there is no good backup; try --salvage")
            kept = put_back(state, good, letter, at, last_number)
            click.echo(f"{good.name} is the ledger now.")
        else:
            saved = salvage(state, letter, at, last_number)
            kept = saved.kept
            chain = "the chain of events is whole" if saved.chain_kept else "events were lost: a new chain begins"
            click.echo(f"{saved.visits} visits saved, {saved.lost} rows lost or changed; {chain}.")
            if saved.unreadable:
                click.echo(f"{saved.unreadable} sealed texts open with no key; `kiosk ledger verify` names them.")
    click.echo(f"The damaged ledger is in {kept}." if kept else "")


def _now(settings: Settings, today: datetime | None) -> datetime:
    """Now, on the day that is told. Raises LedgerFailure when a wrong day would let numbers of today come twice."""
    now = datetime.now(settings.zone)
    if today is not None:
        return datetime.combine(today, now.timetz())
    try:
        click.get_current_context().meta.get(CLOCK, lambda _: None)(settings)
    except LedgerFailure as unset:
        raise LedgerFailure(f"{unset}; add --today yyyy-mm-dd, for the numbers of today") from unset
    return now


def _tell_unreadable(rotated: Rotated) -> None:
    rows = ", ".join(" ".join(row) for row in rotated.unreadable[:_MOST_NAMED])
    more = f" and {len(rotated.unreadable) - _MOST_NAMED} more" if len(rotated.unreadable) > _MOST_NAMED else ""
    click.echo(f"{len(rotated.unreadable)} sealed texts open with no key and stay as they are: {rows}{more}.", err=True)
    click.echo(
        f"A former ledger or an older backup may hold them whole: the old key, which opens those, is in"
        f" {rotated.old_key}. Remove it once nobody needs them; `kiosk ledger erase` does it after [ledger]"
        " keep_days, unless the key is a systemd credential.",
        err=True,
    )


COMMANDS: Mapping[str, click.Command] = {
    "backup": backup,
    "restore": restore,
    "rotate-key": rotate_key,
    "repair": repair,
}


@contextmanager
def told() -> Iterator[None]:
    """Failures become messages of the command line, with exit code 1."""
    from kiosk.ledger.opening import KioskRuns

    try:
        yield
    except KioskRuns as running:
        raise click.ClickException(f"{running}. {_STOP}") from running
    except LedgerFailure as failure:
        raise click.ClickException(str(failure)) from failure


@contextmanager
def counted(what: str) -> Iterator[Callable[[int], None]]:
    """Tells on a terminal how far it is, in one line; where nobody watches, nothing."""
    shown = False

    def tell(count: int) -> None:
        nonlocal shown
        if sys.stderr.isatty():
            shown = True
            click.echo(f"\r{count} {what}", nl=False, err=True)

    try:
        yield tell
    finally:
        if shown:
            click.echo(err=True)
