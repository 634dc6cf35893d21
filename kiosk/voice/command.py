"""`kiosk voices`: make the clips of the spoken guidance, check them, list what is said."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

import click

from kiosk.ports.voice import Sentence
from kiosk.settings import SettingsError, Site, VoiceSection, load_if_there
from kiosk.voice.build import Built, build
from kiosk.voice.folder import VoiceFolder
from kiosk.voice.openjtalk import OpenJTalk
from kiosk.voice.problems import VoicesError
from kiosk.voice.sentences import SpokenSite, key_of, sentences

INCOMPLETE = 3
"""Exit code of `kiosk voices check`."""
MEGABYTE = 1_000_000
NAMELESS = Site(name="?")
"""Where no configuration is: the usual names of the places, as the demo has them."""

_FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Instead of voice.folder of the configuration."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
_EXAMPLES = """
\b
Examples:
  kiosk voices build                    make or complete the clips of voice.folder
  kiosk voices build --folder clips     make them elsewhere, to be copied to the kiosk
  kiosk voices check                    is every clip there, and whole?
  kiosk voices list                     every sentence with its key
  kiosk voices test                     hear the sounds and a sentence on voice.device
"""


@click.group(epilog=_EXAMPLES)
def voices() -> None:
    """The spoken guidance: one clip for every sentence, made beforehand.

    Making them needs pyopenjtalk-plus (requirements-voices.lock), playing them does not. Clips can be made on another
    machine with the same configuration, for the names of the places are spoken too; without a configuration they are
    the usual ones.
    """


@voices.command(name="build")
@_FOLDER
@_JSON
@click.pass_obj
def build_(config: Path | None, folder: Path | None, as_json: bool) -> None:
    """Make the clips that are missing or have another text, and remove those that nobody says any more.

    It may be done while the kiosk runs, which takes them up by itself. Stopped, it goes on there the next time. Exit
    code 0 when the folder is complete, 1 when it could not be made.
    """
    place, wanted = _chosen(config, folder)
    began = perf_counter()
    hidden = as_json or not sys.stderr.isatty()
    try:
        with click.progressbar(length=len(wanted), label="voices", file=sys.stderr, hidden=hidden) as bar:
            built = build(place.folder, wanted, OpenJTalk, lambda _done, _key: bar.update(1))
    except VoicesError as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(_report(place.folder, built, perf_counter() - began, as_json=as_json))


@voices.command()
@_FOLDER
@_JSON
@click.pass_obj
def check(config: Path | None, folder: Path | None, as_json: bool) -> None:
    """Read every clip. Exit code 0 when all are there and whole, 3 when some are not; they are named."""
    place, wanted = _chosen(config, folder)
    lacking = place.check()
    if as_json:
        click.echo(json.dumps({"folder": str(place.folder), "clips": len(wanted), "lacking": lacking}))
    elif lacking:
        click.echo(f"{place.folder}: {len(lacking)} of {len(wanted)} clips are missing or broken: {', '.join(lacking)}")
        click.echo("To make them: kiosk voices build")
    else:
        click.echo(f"{place.folder}: all {len(wanted)} clips are there")
    sys.exit(INCOMPLETE if lacking else 0)


@voices.command(name="list")
@_JSON
@click.pass_obj
def list_(config: Path | None, as_json: bool) -> None:
    """Everything that can be said here, by key."""
    _, wanted = _chosen(config, None)
    texts = {key_of(sentence): text for sentence, text in wanted.items()}
    if as_json:
        click.echo(json.dumps(texts, ensure_ascii=False, indent=1))
    else:
        for key, text in texts.items():
            click.echo(f"{key:32} {text}")


def _chosen(config: Path | None, folder: Path | None) -> tuple[VoiceFolder, dict[Sentence, str]]:
    try:
        settings = load_if_there(config)
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    site, section = (settings.site, settings.voice) if settings else (NAMELESS, VoiceSection())
    wanted = sentences(SpokenSite(site.next_place, site.desk, site.face_place))
    return VoiceFolder(folder or section.folder, wanted), wanted


def _report(folder: Path, built: Built, seconds: float, *, as_json: bool) -> str:
    if as_json:
        told = {"folder": str(folder), "rendered": built.rendered, "kept": built.kept, "removed": built.removed}
        return json.dumps({**told, "octets": built.octets, "seconds": round(seconds, 1)})
    return (
        f"{folder}: {built.rendered + built.kept} clips, {built.octets / MEGABYTE:.1f} MB; "
        f"made {built.rendered}, kept {built.kept}, removed {built.removed} in {seconds:.1f} s"
    )
