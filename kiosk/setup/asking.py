"""Questions at the terminal whose answer has a form; what does not fit is explained in Japanese and asked again."""

from __future__ import annotations

import unicodedata

import click

_YES = frozenset({"y", "yes", "はい", "1"})
_NO = frozenset({"n", "no", "いいえ", "0"})


def yes_or_no(words: str, *, default: bool) -> bool:
    """Ask for y or n, はい or いいえ; Enter alone is the default. Raises click.Abort when nobody answers."""
    while True:
        said = _plain(click.prompt(f"{words}(y=はい、n=いいえ)", default="y" if default else "n"))
        if said in _YES | _NO:
            return said in _YES
        complain("「はい」なら y、「いいえ」なら n を入れてください")


def whole_number(words: str, *, default: int) -> int:
    """Ask for a number; Enter alone is the default. Raises click.Abort when nobody answers."""
    while True:
        said = _plain(click.prompt(words, default=str(default)))
        if said.isascii() and said.isdigit():
            return int(said)
        complain("数字だけを入れてください")


def complain(words: str) -> None:
    """Say what to type instead."""
    click.secho(f"  {words}", fg="red")


def _plain(said: str) -> str:
    """Without what a Japanese keyboard makes of letters and digits (ｙ, ５７６)."""
    return unicodedata.normalize("NFKC", said).strip().lower()
