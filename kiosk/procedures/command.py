"""`kiosk procedures`: the binder for the desk."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kiosk import __version__
from kiosk.checkin.reasons import Group, Reason
from kiosk.printout.delivery import deliver
from kiosk.procedures.binder import Edition, as_json, binder
from kiosk.settings import SettingsError, load_if_there, today_at


@click.command()
@click.option(
    "--html",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write a page for A4 paper; - is standard output.",
)
@click.option(
    "--text", "as_text", is_flag=True, help="Plain text, 80 columns wide; so it is without --html and --json."
)
@click.option("--code", "codes", multiple=True, metavar="CODE", help="Only this code; may be given several times.")
@click.option("--group", "groups", multiple=True, metavar="LETTER", help="Only this group: C Q T P D K S H N.")
@click.option("--json", "as_json_", is_flag=True, help="The procedures as JSON.")
@click.pass_obj
def procedures(
    config: Path | None,
    html: Path | None,
    as_text: bool,
    codes: tuple[str, ...],
    groups: tuple[str, ...],
    as_json_: bool,
) -> None:
    """What staff do for every code on a slip: the binder for the desk.

    With a configuration file it names the site and only the ways that the site has; it works without one too.

    \b
    Examples:
      kiosk procedures --html binder.html      to be printed
      kiosk procedures --code Q04              one code
      kiosk procedures --group T --group P     two groups
    """
    if sum((html is not None, as_text, as_json_)) > 1:
        raise click.UsageError("give only one of --html, --text and --json")
    chosen = _chosen(codes, groups)
    try:
        settings = load_if_there(config)
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    edition = Edition(today_at(settings), __version__, settings)
    if as_json_:
        click.echo(json.dumps(as_json(edition, chosen), ensure_ascii=False))
    else:
        deliver(binder(edition, chosen), html)


def _chosen(codes: tuple[str, ...], groups: tuple[str, ...]) -> tuple[Reason, ...]:
    """The reasons that were asked for; all of them where none was."""
    if not codes and not groups:
        return tuple(Reason)
    letters = {_group(letter).value for letter in groups}
    named = {_reason(code) for code in codes}
    return tuple(reason for reason in Reason if reason in named or reason.group in letters)


def _reason(code: str) -> Reason:
    try:
        return Reason(code.strip().upper())
    except ValueError as unknown:
        near = [reason.value for reason in Reason if reason.group == code.strip().upper()[:1]] or [
            f"{group.value}.." for group in Group
        ]
        raise click.BadParameter(
            f"{code}: there is no such code; known are {' '.join(near)}", param_hint="--code"
        ) from (unknown)


def _group(letter: str) -> Group:
    try:
        return Group(letter.strip().upper())
    except ValueError as unknown:
        known = " ".join(group.value for group in Group)
        raise click.BadParameter(
            f"{letter}: there is no such group; known are {known}", param_hint="--group"
        ) from unknown
