"""Where a document goes: the terminal, or a file that gets its name only when it is whole."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from kiosk.printout.document import Document
from kiosk.printout.html import render_html
from kiosk.printout.text import render_text


def deliver(document: Document, html: Path | None) -> None:
    """Print the text, or write the HTML file (「-」 is standard output). Raises click.ClickException."""
    if html is None:
        click.echo(render_text(document), nl=False)
    elif str(html) == "-":
        click.echo(render_html(document), nl=False)
    else:
        _write(html, render_html(document))
        click.echo(f"{html}: written; open it in a browser, and print it on A4", err=True)


def _write(file: Path, text: str) -> None:
    if file.exists() and not file.is_file():
        raise click.ClickException(f"{file}: not an ordinary file; give a file name, or - for standard output")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w", encoding="utf-8") as out:
            out.write(text)
        draft.replace(file)
    except OSError as failed:
        raise click.ClickException(f"{file}: cannot be written ({failed.strerror})") from failed
    finally:
        draft.unlink(missing_ok=True)
