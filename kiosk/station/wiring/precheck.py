"""`kiosk precheck`: the roster asked the evening before."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.checkin.outcome import QueryFault
from kiosk.settings import PrecheckBy, Settings, SettingsError, load
from kiosk.station.wiring.precheck_bar import Bar

if TYPE_CHECKING:
    from kiosk.precheck.asking import Asking
    from kiosk.precheck.candidates import Candidate
    from kiosk.precheck.report import Report

PROBLEMS, UNFINISHED = 3, 4
"""Exit codes."""
FASTEST = 4.0
"""Queries a second: a gateway takes five of one terminal, and the kiosk beside this asks with the same token."""


@click.command("precheck")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="Only that day, yyyy-mm-dd; else every day from today on."
)
@click.option(
    "--rate", type=click.FloatRange(0.05, FASTEST), default=1.0, show_default=True, help="Queries a second, at most."
)
@click.option(
    "--bulk/--single", default=None, help="一括照会 where the gateway can do it, or one by one; else as configured."
)
@click.option("--resume/--again", default=True, show_default=True, help="Keep the answers of today, or ask anew.")
@click.option("--names", is_flag=True, help="Tell the names of those with a problem, for the telephone.")
@click.option("--csv", "as_csv", is_flag=True, help="The problems as CSV on standard output.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.pass_obj
def precheck(
    config: Path | None,
    day: datetime | None,
    rate: float,
    bulk: bool | None,
    resume: bool,
    names: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """事前照会: ask for everybody on the roster, for the day of the appointment.

    Each answer is kept encrypted beside the roster until its day is over. When the line is down at the visit it stands
    in for the query, which the kiosk makes up later. Those who would end at the desk are listed, so that a clerk can
    phone them before. Where the gateway can do it, all are handed in at once (一括照会), and only who has no answer
    there is asked for one by one. What was stopped goes on where it was, and what was handed in is fetched; a line that
    goes down stops it by itself. It may be done while the kiosk runs.

    Exit codes: 0 everybody has a clean answer, 1 nothing could be asked (also while another one runs), 2 usage, 3 some
    have a problem, 4 some have no answer yet.

    \b
    Examples:
      sudo -u kiosk kiosk precheck
      sudo -u kiosk kiosk precheck --day 2026-11-21 --single --rate 0.5
      sudo -u kiosk kiosk precheck --csv --names > phone.csv
    """
    if as_csv and as_json:
        raise click.UsageError("give either --csv or --json")
    logging.getLogger("kiosk").addHandler(logging.NullHandler())  # the report says how it went
    try:
        settings = load(config)
        lines = _lines(settings, day.date() if day else None)
        by = settings.roster.precheck if bulk is None else PrecheckBy.BULK if bulk else PrecheckBy.SINGLE
        report, stopped = _round(settings, lines, rate, by, resume=resume, hidden=as_json)
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    if as_json:
        click.echo(json.dumps(report.as_json(names=names) | {"stopped": stopped}, ensure_ascii=False))
    elif as_csv:
        sys.stdout.buffer.write(report.as_csv(names=names))
    else:
        for problem in report.problems:
            click.echo("  ".join(filter(None, problem.row(names=names).values())))
    _tell(report, stopped)
    sys.exit(UNFINISHED if report.unanswered or stopped else PROBLEMS if report.problems else 0)


def _tell(report: Report, stopped: str) -> None:
    counts = (
        f"{report.clean} clean, {len(report.problems)} with a problem, {report.unanswered} without an answer, "
        f"{report.lacking} without the numbers"
    )
    click.echo(counts, err=True)
    if report.unanswered or stopped:
        click.echo(f"{stopped or 'some could not be answered'}; run it again to go on, answers are kept", err=True)


def _lines(settings: Settings, day: date | None) -> list[Candidate | None]:
    from kiosk.precheck.candidates import candidates
    from kiosk.roster.store import Store

    with _available():
        store = Store(settings.terminal.state)
        if store.mark() is None:
            raise click.ClickException("there is no roster; import it first: kiosk roster import FILE")
        roster = store.read()
    found = [*candidates(roster.lines, roster.imported, datetime.now(settings.zone).date(), day)]
    if not found:
        raise click.ClickException(f"the roster has nobody for {day or 'today or later'}")
    return found


def _round(
    settings: Settings, lines: Sequence[Candidate | None], rate: float, by: PrecheckBy, *, resume: bool, hidden: bool
) -> tuple[Report, str]:
    """Ask for those that have no answer of today; the report, and what stopped the round, if anything did."""
    from kiosk.precheck.alone import only_round
    from kiosk.precheck.answers import Answers
    from kiosk.precheck.asking import Asking
    from kiosk.precheck.report import Report
    from kiosk.precheck.store import PrecheckStore

    today = datetime.now(settings.zone).date()
    with _available(), only_round(settings.terminal.state):
        answers = Answers(PrecheckStore(settings.terminal.state), today)
        if not resume:
            answers.forget_uploads()
        missing = {
            line.key: line
            for line in lines
            if line is not None and not (resume and answers.asked_on(line.key, today, settings.zone))
        }
        stopped = ""
        try:
            with Bar(len(missing), hidden=hidden) as bar:
                asking = Asking(missing, answers, settings.policy, lambda: datetime.now(settings.zone), bar)
                stopped = asyncio.run(_ask(settings, asking, rate, by)) if missing else ""
        except KeyboardInterrupt:
            stopped = "stopped by hand"
        finally:
            answers.save()
    return Report.of(lines, answers.by_key(), settings.policy), stopped


_DOWN: Mapping[QueryFault, str] = {
    QueryFault.REFUSED: "the gateway does not take this terminal's token (check gateway.token_file here and "
    "serve.tokens_file there: kiosk gateway token NAME --add FILE)",
    QueryFault.SERVER_ERROR: "the gateway answers, but the terminal behind it does not",
    QueryFault.UNTRUSTED: "the gateway's certificate cannot be trusted (check gateway.ca_file, the name in gateway.url "
    "and the certificate's last day)",
}
"""What took the line down, where more can be said than its name."""


async def _ask(settings: Settings, asking: Asking, rate: float, by: PrecheckBy) -> str:
    """Ask; what ended it too early, if anything did. Raises SettingsError."""
    from kiosk.precheck.bulk import INTERRUPTED
    from kiosk.qualifier import HttpQualifier

    qualifier = HttpQualifier(settings.gateway)
    try:
        health = await qualifier.warm_up()
        if not qualifier.numbers:
            return "the gateway answers no queries by number"
        if health.simulator:
            click.echo("SIMULATOR シミュレーター: these answers are of invented people", err=True)
        if by is PrecheckBy.BULK and not qualifier.bulk.available and health.reachable:
            click.echo("the gateway cannot do 一括照会: asking one by one", err=True)
        elif by is PrecheckBy.BULK and health.reachable:
            fault = await asking.in_bulk(qualifier.bulk)
            if fault in INTERRUPTED:
                return f"一括照会 has no answers yet ({fault.value})"
            if fault is not None:
                click.echo(f"一括照会 failed ({fault.value}): asking one by one", err=True)
        await asking.singly(qualifier, rate, lambda: qualifier.state.online)
        reason = qualifier.state.reason
        return _DOWN.get(reason, f"the line to the gateway is down ({reason.value})") if reason else ""
    finally:
        await qualifier.aclose()


@contextmanager
def _available() -> Iterator[None]:
    from kiosk.sealed.problems import SealedUnavailable

    try:
        yield
    except SealedUnavailable as trouble:
        raise click.ClickException(str(trouble)) from trouble
