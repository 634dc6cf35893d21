"""`kiosk ledger`: look at the visits, and hand them to the checkup system."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from kiosk.ports.desk import LedgerFailure
from kiosk.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from kiosk.ledger.export import LeftOut
    from kiosk.ledger.reader import Entry, LedgerReader

SOME_LEFT_OUT = 3
"""Exit code of an export that is whole but for what is named: what does not open, was changed, or CP932 lacks."""
UNREADABLE = "（個人情報を開けません）"
"""In the place of a name."""
ALTERED = "（記録が変わっています）"
"""Behind a visit whose record somebody changed."""

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("ledger")
def ledger() -> None:
    """The record of visits. It may be read while the kiosk runs, by the kiosk's user."""


@ledger.command("list")
@click.option("--day", type=_DAY, help="The business day, yyyy-mm-dd; today when not given.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all visits of the day.")
@click.pass_obj
def list_visits(config: Path | None, day: datetime | None, as_json: bool) -> None:
    """Show the visits of a day, with masked names.

    A visit whose query nobody could answer shows 「未照会」, and once the kiosk has made the query up: the code on the
    slip, the code that the query brought, and when. 「事前」 and a time: the answer was one of `kiosk precheck`.
    Where personal fields do not open the row says so; number and codes are as they were written. A visit whose record
    somebody changed says that: its codes are told by nobody but `kiosk ledger verify`.

    \b
    Examples:
      kiosk ledger list
      kiosk ledger list --day 2026-11-20 --json
    """
    settings = settings_of(config)
    chosen = day.date() if day else _today(settings)
    from kiosk.ledger.export import SLIP_WORDS
    from kiosk.ledger.reader import Printing

    with _reading(settings) as reader:
        lines = [_line(entry) for entry in reader.entries(chosen, chosen)]
    if as_json:
        click.echo(json.dumps({"day": chosen.isoformat(), "visits": lines}, ensure_ascii=False))
        return
    for line in lines:
        result = "要確認" if line["altered"] else "確認済" if line["confirmed"] else "窓口　"
        slip = "受付票" + SLIP_WORDS[Printing(line["slip"])].ljust(2, "\u3000")
        name = UNREADABLE if line["unreadable"] else line["name"]
        columns = (line["number"], line["time"], result, line["reason"] or "---", slip, name)
        click.echo("  ".join(map(str, columns)) + (f"  {ALTERED}" if line["altered"] else _made_up(line)))
    click.echo(f"{chosen.isoformat()}: {len(lines)}件", err=True)
    if any(line["altered"] for line in lines):
        click.echo("どこがどう変わったかは、kiosk ledger verify が言います。", err=True)


@ledger.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--day", type=_DAY, help="One business day, yyyy-mm-dd; today when no day is given.")
@click.option("--from", "first", type=_DAY, help="The first business day.")
@click.option("--to", "last", type=_DAY, help="The last business day; today when not given.")
@click.option("--encoding", type=click.Choice(["utf-8", "cp932"]), default="utf-8", show_default=True)
@click.pass_obj
def export_visits(
    config: Path | None,
    file: Path,
    day: datetime | None,
    first: datetime | None,
    last: datetime | None,
    encoding: str,
) -> None:
    """Write the visits to FILE as CSV with a Japanese header, for the checkup system; - is standard output.

    The file holds personal data: only its owner may read it. Exit code 3: all is written, but for what is named on
    standard error: characters that CP932 lacks, for which 〓 stands, personal fields that do not open and codes that
    somebody changed, which are empty.

    \b
    Examples:
      kiosk ledger export today.csv
      kiosk ledger export november.csv --from 2026-11-01 --to 2026-11-30 --encoding cp932
    """
    settings = settings_of(config)
    if day and (first or last):
        raise click.UsageError("give either --day, or --from and --to")
    today = _today(settings)
    since = day or first
    start = since.date() if since else last.date() if last else today
    end = day.date() if day else last.date() if last else today
    if end < start:
        raise click.UsageError("--from is after --to")
    from kiosk.ledger.export import Encoding, write_csv

    chosen = Encoding.CP932 if encoding == "cp932" else Encoding.UTF8
    with _reading(settings) as reader, _output(file) as out:
        left_out = write_csv(reader.entries(start, end), out, chosen)
    _tell(left_out)


def _tell(left_out: LeftOut) -> None:
    for place in left_out.unreadable:
        click.echo(f"line {place.line}: {place.number}: personal fields that do not open are empty", err=True)
    for place in left_out.altered:
        click.echo(f"line {place.line}: {place.number}: its record was changed; its codes are empty", err=True)
    for lost in left_out.characters:
        click.echo(f"line {lost.line}: {lost.number}: {lost.column}: a character that CP932 lacks: 〓", err=True)
    if left_out.unreadable or left_out.altered:
        click.echo(
            "A backup may still hold them. `kiosk ledger verify` says whether these rows were changed.", err=True
        )
    if left_out.characters:
        click.echo("Correct these by hand, or export with --encoding utf-8.", err=True)
    if left_out.unreadable or left_out.altered or left_out.characters:
        sys.exit(SOME_LEFT_OUT)


def _made_up(line: Mapping[str, str | bool | None]) -> str:
    early = f"  事前{_short(line['prechecked_at'])}" if line["prechecked_at"] else ""
    if line["settled_at"]:
        return f"{early}  {line['first_reason']}→{line['reason']} {_short(line['settled_at'])}再照会"
    return f"{early}  未照会" if line["deferred"] else early


def _short(moment: str | bool | None) -> str:
    return f"{datetime.fromisoformat(str(moment)):%m-%d %H:%M}"


def _line(entry: Entry) -> dict[str, str | bool | None]:
    visit = entry.visit
    return {
        "number": str(visit.number),
        "time": f"{visit.at:%H:%M}",
        "confirmed": visit.outcome.confirmed and not entry.altered,
        "reason": None if entry.altered else visit.outcome.reason.value,
        "way": None if entry.altered else visit.outcome.way.value,
        "slip": entry.printing.value,
        "name": visit.draft.person.masked_name if visit.draft.person else "",
        "unreadable": entry.unreadable,
        "altered": entry.altered,
        "visit": visit.id,
        "first_reason": visit.first_reason.value if visit.first_reason and not entry.altered else None,
        "settled_at": _whole(visit.settled_at),
        "deferred": entry.deferred,
        "prechecked_at": _whole(visit.draft.prechecked_at),
    }


def _whole(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def settings_of(config: Path | None) -> Settings:
    """The configuration. Raises ClickException."""
    try:
        return load(config)
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong


def _today(settings: Settings) -> date:
    return datetime.now(settings.zone).date()


@contextmanager
def _reading(settings: Settings) -> Iterator[LedgerReader]:
    from kiosk.ledger.reader import LedgerReader

    try:
        with LedgerReader.open(settings.terminal.state) as reader:
            yield reader
    except LedgerFailure as failure:
        raise click.ClickException(str(failure)) from failure


@contextmanager
def _output(file: Path) -> Iterator[BinaryIO]:
    """Standard output, or a file of mode 0600 that gets its name only when it is whole."""
    if str(file) == "-":
        yield sys.stdout.buffer
        return
    if file.exists() and not file.is_file():
        raise click.ClickException(f"{file}: not an ordinary file; give a file name, or - for standard output")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            yield out
        draft.replace(file)
    except OSError as failed:
        raise click.ClickException(f"{file}: cannot be written ({failed.strerror})") from failed
    finally:
        draft.unlink(missing_ok=True)
