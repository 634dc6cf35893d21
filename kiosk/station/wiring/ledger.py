"""`kiosk ledger`, with what its room does not know: the key that signs closes, the running kiosk, the clock."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.ledger import command, keeping_command
from kiosk.ledger.command import settings_of
from kiosk.ports.desk import LedgerFailure
from kiosk.settings import ClockSource, Settings

if TYPE_CHECKING:
    from kiosk.ledger.reader import LedgerReader
    from kiosk.ledger.report import Report
    from kiosk.slip.keys import PublicKey

NOT_SOUND, UNREADABLE = 1, 3
"""Exit codes of `verify`."""
_MOST_NAMED = 20
"""Rows in one line; the JSON has all."""


class _Unreadable(click.ClickException):
    exit_code = UNREADABLE


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--close",
    "closes",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    help="Also the signed close of a day, wherever it was kept. Those below <state>/closes are looked at anyway.",
)
@click.option("--key", "key_file", type=click.Path(dir_okay=False, path_type=Path), help="Public key that signed them.")
@click.pass_obj
def verify(config: Path | None, as_json: bool, closes: tuple[Path, ...], key_file: Path | None) -> None:
    """Look whether the record is as it was written: every event in its place, every row as its event tells it.

    Works beside the running kiosk and changes nothing. The head's number and hash at the end are worth writing down
    elsewhere: who has them can prove later that the record was not exchanged as a whole; a day's close is such a place.
    Exit codes: 0 sound, 1 not sound (each row is named), 3 it cannot be read.

    \b
    Examples:
      kiosk ledger verify
      kiosk ledger verify --json
      kiosk ledger verify --close /mnt/usb/2026-11-20.json
    """
    try:
        settings = settings_of(config)
    except click.ClickException as wrong:
        raise _Unreadable(wrong.message) from wrong
    from kiosk.ledger.reader import LedgerReader

    try:
        with LedgerReader.open(settings.terminal.state) as reader, _progress() as progress:
            reader.require_readable()
            report = reader.verify(progress)
            checked = _check_closes(reader, report, settings, closes, key_file)
    except (LedgerFailure, sqlite3.Error) as failure:
        raise _Unreadable(str(failure)) from failure
    click.echo(json.dumps(_as_json(report, checked), ensure_ascii=False) if as_json else _in_words(report, checked))
    sys.exit(0 if report.sound else NOT_SOUND)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def erase(config: Path | None, as_json: bool) -> None:
    """Erase the personal fields of visits whose retention time is over ([ledger] keep_days).

    Numbers, codes, times and the chain stay. The running kiosk is asked to do it; while none runs this does it
    itself. A timer does it every day. Backups keep what they hold until they are dropped.

    \b
    Example:
      kiosk ledger erase
    """
    settings = settings_of(config)
    from kiosk.ledger.opening import KioskRuns, only_writer
    from kiosk.ledger.retention import drop_replaced, erase_due

    at = datetime.now(settings.zone)
    before = at.date() - timedelta(days=settings.ledger.keep_days)
    with keeping_command.told():
        try:
            with only_writer(settings.terminal.state) as (db, vault):
                _require_clock(settings)
                with keeping_command.counted("erased") as progress:
                    count = erase_due(db, vault, before, at, progress)
                drop_replaced(settings.terminal.state, before)
        except KioskRuns:
            count = asyncio.run(_asked_to_erase(settings))
    click.echo(
        json.dumps({"erased": count, "before": before.isoformat()})
        if as_json
        else f"Erased the personal fields of {count} visits from before {before.isoformat()}."
    )


@click.group(
    "ledger",
    commands={**command.ledger.commands, "verify": verify, **keeping_command.COMMANDS, "erase": erase},
    help=command.ledger.help,
)
@click.pass_context
def ledger(context: click.Context) -> None:
    context.meta[keeping_command.CLOCK] = lambda settings: _require_clock(settings)


async def _asked_to_erase(settings: Settings) -> int:
    from kiosk.control.address import SOCKET_NAME
    from kiosk.control.client import BoardClient
    from kiosk.control.connecting import at_socket
    from kiosk.ports.board import BoardFailure

    async with BoardClient(settings.terminal.name, at_socket(settings.terminal.run / SOCKET_NAME)) as board:
        try:
            return await board.erase()
        except BoardFailure as failure:
            raise click.ClickException(failure.words) from failure


def _require_clock(settings: Settings) -> None:
    """What a wrong date erases does not come back, and numbers of another day are no numbers of today.

    Raises LedgerFailure. Only the running kiosk compares its clock with the gateway's.
    """
    from hardware.clock.kernel import synchronised

    if settings.clock.source is not ClockSource.CHIP and synchronised() is False:
        raise LedgerFailure("nobody has set this machine's clock right yet, so its date decides nothing")


def _check_closes(
    reader: LedgerReader, report: Report, settings: Settings, given: tuple[Path, ...], key_file: Path | None
) -> dict[str, bool]:
    """The closes that were looked at, and whether each is of this record; what is wrong goes into the report.

    One that was made before a backup was put back or a ledger was salvaged may be of the record before that.
    """
    from kiosk.ledger.closing import FOLDER
    from kiosk.ledger.report import Wrong
    from kiosk.station.wiring.close_signature import NotSigned, signed_close

    files = [*sorted((settings.terminal.state / FOLDER).glob("*.json")), *given]
    if not files:
        return {}
    key = _public_key(settings, key_file)
    found: dict[str, bool] = {}
    for file in files:
        try:
            close = signed_close(file, key)
            wrong = reader.differs_from(close)
            found[str(file)] = wrong is None
            if wrong and reader.may_be_of_a_former(close):
                continue
        except NotSigned as refused:
            wrong = str(refused)
        except OSError as unreadable:
            raise _Unreadable(f"{file}: {unreadable.strerror}") from unreadable
        if wrong:
            report.add(Wrong.ALTERED, "close", file.name, wrong)
    return found


def _public_key(settings: Settings, file: Path | None) -> PublicKey:
    from kiosk.slip.keys import KEY_FILE, KeyFault, PublicKey

    try:
        return PublicKey.load(file or settings.terminal.state / KEY_FILE)
    except KeyFault as fault:
        raise _Unreadable(str(fault)) from fault


class _Progress:
    """A line on a terminal; where nobody watches, nothing."""

    def __init__(self) -> None:
        self.shown = False

    def __call__(self, done: int, total: int) -> None:
        if sys.stderr.isatty() and total:
            self.shown = True
            click.echo(f"\r{done:,} / {total:,} events, {100 * done // total} %", nl=False, err=True)


@contextmanager
def _progress() -> Iterator[_Progress]:
    progress = _Progress()
    try:
        yield progress
    finally:
        if progress.shown:
            click.echo(err=True)


def _as_json(report: Report, closes: dict[str, bool]) -> dict[str, object]:
    seq, found = report.head
    return {
        "sound": report.sound,
        "events": report.events,
        "visits": report.visits,
        "lost": report.lost,
        "unreadable": [list(place) for place in report.unreadable],
        "begun_anew": {"seq": report.begun_anew[0], "at": report.begun_anew[1]} if report.begun_anew else None,
        "problem_count": report.count,
        "problems": [asdict(problem) | {"wrong": problem.wrong.value} for problem in report.problems],
        "head": {"seq": seq, "hash": found},
        "closes": [{"file": file, "of_this_record": own} for file, own in closes.items()],
    }


def _in_words(report: Report, closes: dict[str, bool]) -> str:
    seq, found = report.head
    lines = [f"{problem.wrong.value}: {problem.table} {problem.row}: {problem.words}" for problem in report.problems]
    if report.count > len(report.problems):
        lines.append(f"… and {report.count - len(report.problems)} more")
    lines.append(f"{report.events} events, {report.visits} visits, {len(closes)} closes of days; head {seq} {found}")
    former = sum(not own for own in closes.values())
    if former and report.sound:
        lines.append(f"{former} closes are not of this record; a backup was put back or a repair made since")
    if report.lost:
        lines.append(f"{report.lost} rows are known to be lost since a repair")
    if report.begun_anew:
        seq, at = report.begun_anew
        lines.append(
            f"the chain begins anew at {at} (event {seq}) after a repair;"
            " rows before it are vouched for only by the repair"
        )
    if report.unreadable:
        rows = ", ".join(" ".join(place) for place in report.unreadable[:_MOST_NAMED])
        more = " and more" if len(report.unreadable) > _MOST_NAMED else ""
        lines.append(f"{len(report.unreadable)} sealed texts are kept that open with no key: {rows}{more}")
    lines.append("sound" if report.sound else f"NOT sound: {report.count} problems")
    return "\n".join(lines)
