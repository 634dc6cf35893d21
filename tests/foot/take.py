"""Pictures of every screen in every language on both panels, for docs/screens: `python -m tests.foot.take`.

Each is compared with what the screen says; what differs is listed, and the exit code is then 1.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
from PIL import Image

from kiosk.checkin.language import Language
from screens.panels import PANELS, Panel
from tests.foot.compare import differences
from tests.foot.fonts import Letters
from tests.foot.show import Beyond, show
from tests.foot.terminal import ROOT, NoTerminalError, foot_ini, terminal

COLOURS = 24
"""Of a picture: the flat ones as they are, and the most usual steps between them at the edges of letters."""
NEAR = 8
"""Of 255: what Pillow may take for the same, because it looks for the nearest colour in steps of four."""
THUMBNAIL = 150
"""Width of a picture on the page."""
JAPANESE = (Language.JAPANESE, Language.EASY_JAPANESE)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture in each language."""

    file: str
    words: str
    screen: str
    """Name in tests/screens/sitting.py, or value of `Beyond`."""
    keys: str = ""
    languages: tuple[Language, ...] = tuple(Language)


SHOTS = (
    Shot("start", "start", "start"),
    Shot("ticket", "ticket, with some digits typed", "number-ticket-ticket", "2612"),
    Shot("brought", "what was brought", "brought"),
    Shot("card", "card", "card"),
    Shot("pin", "PIN", "pin", "12"),
    Shot("face-code", "照合番号B", "face-code"),
    Shot("face-reader", "to the face reader", "face-reader"),
    Shot("numbers", "numbers, with where they stand", "number-insurer-certificate", "0113"),
    Shot("birthdate", "birth date", "birthdate"),
    Shot("initial", "first letter of the name", "initial-family"),
    Shot("review", "numbers, to be looked at again", "review"),
    Shot("confirm", "is it you?", "confirm"),
    Shot("working", "working", Beyond.WORKING.value),
    Shot("result", "result", "result-appointment"),
    Shot("result-desk", "desk, without a slip", "result-desk"),
    Shot("take-card", "card left in the reader", "take-card"),
    Shot("idle-warning", "is anybody there?", Beyond.IDLE_WARNING.value),
    Shot("options", "language, letters, sound", Beyond.OPTIONS.value),
    Shot("large", "larger letters, high contrast", Beyond.LARGE.value),
    Shot("furigana", "readings above kanji", Beyond.FURIGANA.value, languages=JAPANESE),
)


def folder_of(panel: Panel) -> str:
    return panel.name.replace(" ", "-")


def take(panel: Panel, folder: Path, asked: Iterable[Shot]) -> list[str]:
    """Take the pictures of a panel; what is not as it should be."""
    found = []
    with terminal(panel) as opened, show(opened) as directed:
        letters = Letters(foot_ini(panel), opened.cells)
        for shot, language in [(each, spoken) for each in asked for spoken in each.languages]:
            directed.show(shot.screen, language, shot.keys)
            picture, look = directed.seen()
            file = folder / folder_of(panel) / language.value / f"{shot.file}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            small(picture).save(file, optimize=True)
            found += [f"{file.relative_to(folder)}: {one}" for one in differences(picture, look, opened.cells, letters)]
    return found


def small(picture: Image.Image) -> Image.Image:
    """With few colours: of those that it has most of, none near another."""
    chosen: list[tuple[int, ...]] = []
    for _, colour in sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True):
        if isinstance(colour, tuple) and all(_apart(colour, other) for other in chosen):
            chosen.append(colour)
        if len(chosen) == COLOURS:
            break
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in chosen for part in colour])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def _apart(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) > NEAR


def page(panel: Panel) -> str:
    """The page of a panel: a row for each screen, a column for each language."""
    columns, rows = panel.size
    width, height = panel.pixels
    others = ", ".join(
        f"[{other.name}]({'README' if other is PANELS[0] else folder_of(other)}.md)"
        for other in PANELS
        if other is not panel
    )
    lines = [
        f"# Every screen on {panel.name}",
        "",
        f"{width} by {height} dots, {columns} by {rows} cells; taken in foot with `make screens`. Also on {others}.",
        "",
        "| | " + " | ".join(language.value for language in Language) + " |",
        "|---|" + "---|" * len(Language),
    ]
    lines += ["| " + " | ".join([shot.words, *_row(panel, shot)]) + " |" for shot in SHOTS]
    return "\n".join(lines) + "\n"


def _row(panel: Panel, shot: Shot) -> Iterator[str]:
    for language in Language:
        file = f"{folder_of(panel)}/{language.value}/{shot.file}.png"
        picture = f'<a href="{file}"><img src="{file}" width="{THUMBNAIL}" alt="{shot.words}"></a>'
        yield picture if language in shot.languages else ""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=ROOT / "docs" / "screens")
@click.option("--only", help="Pictures whose name matches this pattern; the others and the pages stay as they are.")
def main(folder: Path, only: str | None) -> None:
    """Take pictures of every screen into FOLDER (docs/screens)."""
    shots = [shot for shot in SHOTS if only is None or re.search(only, shot.file)]
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(len(PANELS)) as threads:
        taken = Path(name)
        try:
            found = [one for each in threads.map(lambda panel: take(panel, taken, shots), PANELS) for one in each]
        except NoTerminalError as reason:
            raise click.ClickException(str(reason)) from None
        if only is None:
            for panel in PANELS:
                shutil.rmtree(folder / folder_of(panel), ignore_errors=True)
                (taken / f"{'README' if panel is PANELS[0] else folder_of(panel)}.md").write_text(
                    page(panel), encoding="utf-8"
                )
        shutil.copytree(taken, folder, dirs_exist_ok=True)
        pictures = list(taken.rglob("*.png"))
        click.echo(
            f"{len(pictures)} pictures, {sum(file.stat().st_size for file in pictures) / 1e6:.1f} MB, in {folder}"
        )
    for one in found:
        click.echo(one, err=True)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
