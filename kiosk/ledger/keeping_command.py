"""`kiosk ledger backup|restore|rotate-key|repair`: what keeps the record over the years."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from kiosk.ledger.command import settings_of
from kiosk.ports.desk import LedgerFailure

_STOP = "Stop the kiosk first: sudo systemctl stop kiosk"
_LAST_NUMBER = click.option(
    "--last-number",
    type=click.IntRange(0, 9999),
    metavar="N",
    help="The last number that was given today, 0 for none; asked for when the ledger cannot tell it.",
)


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
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore(config: Path | None, file: Path, last_number: int | None, yes: bool) -> None:
    """Put a backup in the place of the ledger. The kiosk must not run.

    A backup of another key, of a newer version or a damaged one is refused. The former ledger is kept below
    <state>/replaced. Visits since the backup are in that one alone; their numbers are not given again: the next number
    goes on behind the last one of the former ledger, or behind --last-number where that cannot be read.

    \b
    Examples:
      kiosk ledger restore /var/lib/kiosk/backups/ledger-A-2026-11-20T180000.db
      kiosk ledger restore copy.db --last-number 57
    """
    settings = settings_of(config)
    from kiosk.ledger.restore import restore as put_back

    if not yes:
        click.confirm(f"Put {file.name} in the place of the ledger?", abort=True, err=True)
    at = datetime.now(settings.zone)
    with told():
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
        count = rotate(state, at, counted("sealed anew"))
        click.echo(f"{count} sealed texts have a new key: {key_path(state)}. Put a copy of it in a safe place.")
        file = back_up(state, state / FOLDER, settings.ledger.backups, at, settings.terminal.letter)
    click.echo(f"{file} is the first backup of the new key; older ones open with the old key alone.")


@click.command()
@click.option("--salvage", "by_salvage", is_flag=True, help="Save every row that can be read into a new ledger.")
@click.option("--from-backup", "by_backup", is_flag=True, help="Put the newest good backup back.")
@_LAST_NUMBER
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def repair(config: Path | None, by_salvage: bool, by_backup: bool, last_number: int | None, yes: bool) -> None:
    """Say what is wrong with a ledger that the kiosk does not open, and put it right as you choose. It must not run.

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
    state, letter, at = settings.terminal.state, settings.terminal.letter, datetime.now(settings.zone)
    from kiosk.ledger.repair import newest_good_backup, salvage, what_is_wrong
    from kiosk.ledger.restore import restore as put_back

    with told():
        wrong = what_is_wrong(state)
        if wrong is None:
            click.echo("The ledger opens as it should; nothing was done. `kiosk ledger verify` looks at every row.")
            return
        click.echo(f"Wrong: {wrong}", err=True)
        good = newest_good_backup(state)
        click.echo(f"Newest good backup: {good or 'none'}", err=True)
        if not (by_salvage or by_backup):
            click.echo("Choose: --salvage, or --from-backup", err=True)
            sys.exit(1)
        if not yes:
            click.confirm("Put another ledger in the place of this one? It is kept.", abort=True, err=True)
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
    click.echo(f"The damaged ledger is in {kept}." if kept else "")


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


def counted(what: str) -> Callable[[int], None]:
    """Tells on a terminal how far it is; where nobody watches, nothing."""

    def tell(count: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{count} {what}", nl=False, err=True)

    return tell
