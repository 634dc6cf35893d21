"""`kiosk guide`: how a site brings in the ministry's ways, and what has lapsed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kiosk import __version__
from kiosk.guide.content import Kind
from kiosk.guide.page import Reader, as_json, guide_page
from kiosk.printout.delivery import deliver
from kiosk.settings import SettingsError, chosen_path, load_if_there, today_at


@click.command()
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    help="medical: 医科の保険医療機関. other: 歯科, pharmacies, insurers, all that are no 保険医療機関. Else both.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write a page for A4 paper; - is standard output.",
)
@click.option("--json", "as_json_", is_flag=True, help="The guide as JSON.")
@click.pass_obj
def guide(config: Path | None, kind: str | None, html: Path | None, as_json_: bool) -> None:
    """How to bring in オンライン資格確認(資格確認限定型): portal, steps, app, contacts; what has lapsed is marked.

    From the ministry's notice of October 2025. With a configuration file it also says what this site has set.

    \b
    Examples:
      kiosk guide                                     both kinds of institution in short
      kiosk guide --kind other                        one kind, step by step
      kiosk guide --kind medical --html guide.html    to be printed
    """
    if html is not None and as_json_:
        raise click.UsageError("give only one of --html and --json")
    try:
        settings = load_if_there(config)
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    reader, chosen = (
        Reader(today_at(settings), __version__, chosen_path(config), settings),
        Kind(kind) if kind else None,
    )
    if as_json_:
        click.echo(json.dumps(as_json(reader, chosen), ensure_ascii=False))
    else:
        deliver(guide_page(reader, chosen), html)
