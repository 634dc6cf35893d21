"""`kiosk precheck`: the roster asked the evening before."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.precheck.answers import Answers
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
@click.option("--resume/--again", default=True, show_default=True, help="Keep the answers of today, or ask anew.")
@click.option("--names", is_flag=True, help="Tell the names of those with a problem, for the telephone.")
@click.option("--csv", "as_csv", is_flag=True, help="The problems as CSV on standard output.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.pass_obj
def precheck(
    config: Path | None, day: datetime | None, rate: float, resume: bool, names: bool, as_csv: bool, as_json: bool
) -> None:
    """事前照会: ask for everybody on the roster, for the day of the appointment.

    Each answer is kept encrypted beside the roster until its day is over. When the line is down at the visit it stands
    in for the query, which the kiosk makes up later. Those who would end at the desk are listed, so that a clerk can
    phone them before. What was stopped goes on where it was; a line that goes down stops it by itself. It may be done
    while the kiosk runs.

    Exit codes: 0 everybody has a clean answer, 1 nothing could be asked, 2 usage, 3 some have a problem, 4 some have no
    answer yet.

    \b
    Examples:
      sudo -u kiosk kiosk precheck
      sudo -u kiosk kiosk precheck --day 2026-11-21 --rate 0.5
      sudo -u kiosk kiosk precheck --csv --names > phone.csv
    """
    if as_csv and as_json:
        raise click.UsageError("give either --csv or --json")
    logging.getLogger("kiosk").addHandler(logging.NullHandler())  # the report says how it went
    try:
        settings = load(config)
        lines = _lines(settings, day.date() if day else None)
        report, stopped = _round(settings, lines, rate, resume=resume, hidden=as_json)
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
    settings: Settings, lines: Sequence[Candidate | None], rate: float, *, resume: bool, hidden: bool
) -> tuple[Report, str]:
    """Ask for those that have no answer of today; the report, and what stopped the round, if anything did."""
    from kiosk.precheck.answers import Answers
    from kiosk.precheck.report import Report
    from kiosk.precheck.store import PrecheckStore

    today = datetime.now(settings.zone).date()
    with _available():
        answers = Answers(PrecheckStore(settings.terminal.state), today)
        missing = {
            line.key: line
            for line in lines
            if line is not None and not (resume and answers.asked_on(line.key, today, settings.zone))
        }
        stopped = ""
        try:
            with _bar(len(missing), hidden=hidden) as step:
                stopped = asyncio.run(_ask(settings, [*missing.values()], rate, answers, step)) if missing else ""
        except KeyboardInterrupt:
            stopped = "stopped by hand"
        finally:
            answers.save()
    return Report.of(lines, answers.by_key(), settings.policy), stopped


async def _ask(
    settings: Settings, missing: Sequence[Candidate], rate: float, answers: Answers, step: Callable[[], None]
) -> str:
    """Ask for these; what ended it too early, if anything did. Raises SettingsError."""
    from kiosk.checkin.outcome import QueryFault
    from kiosk.precheck.round import ask_round
    from kiosk.qualifier import HttpQualifier

    by_query = {line.query: line for line in missing}
    qualifier = HttpQualifier(settings.gateway)
    try:
        health = await qualifier.warm_up()
        if not qualifier.numbers:
            return "the gateway answers no queries by number"
        if health.simulator:
            click.echo("SIMULATOR シミュレーター: these answers are of invented people", err=True)
        async for query, answer in ask_round(by_query, qualifier, rate, lambda: qualifier.state.online):
            step()
            if not isinstance(answer, QueryFault) and not by_query[query].reason(answer, settings.policy).asked_later:
                answers.add(query, answer, datetime.now(settings.zone))
        reason = qualifier.state.reason
        return f"the line to the gateway is down ({reason.value})" if reason else ""
    finally:
        await qualifier.aclose()


@contextmanager
def _bar(length: int, *, hidden: bool) -> Iterator[Callable[[], None]]:
    """A bar on standard error, where that is a terminal."""
    bar = click.progressbar(length=length, label="asking", file=sys.stderr, hidden=hidden or not sys.stderr.isatty())
    with bar as shown:
        yield lambda: shown.update(1)


@contextmanager
def _available() -> Iterator[None]:
    from kiosk.sealed.problems import SealedUnavailable

    try:
        yield
    except SealedUnavailable as trouble:
        raise click.ClickException(str(trouble)) from trouble
