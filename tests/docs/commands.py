"""Command lines as documents write them, and whether `kiosk` would take them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click

from kiosk.cli import cli

_PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9_/.-]*|.*…")
"""FILE, DIR/kiosk.toml, 17028351…: the reader puts something else there."""
_STARTERS = (
    re.compile(r"sudo (-u \S+ )?(-n )?"),
    re.compile(r"ssh (-t )?\S+ "),
    re.compile(r"\S*python3? (-I )?-m "),
    re.compile(r"[a-z]+=\S+ "),
)
"""What may stand before a command."""


class WronglyWritten(Exception):
    """No such command, option or value."""


def command_lines(text: str) -> Iterator[list[str]]:
    """The words behind `kiosk` of each command line in a span or a line of code, alternatives one by one."""
    text = re.sub(r"(^|\s)#.*", "", text)
    text = re.sub(r"\s\[([^\]]+)\](?=\s|$)", r" \1", text)  # [--json]: may be left out
    for part in re.split(r"\s(?:\||\|\||&&|;)\s|;\s", text):
        if (words := _words(part.strip())) is not None:
            yield from _alternatives(words)


def _words(part: str) -> list[str] | None:
    part = re.split(r"\s(?:[0-9]?>|<)", part)[0].removeprefix("$ ")
    while any(found := [starter.match(part) for starter in _STARTERS]):
        part = part[max(match.end() for match in found if match) :]
    first, _, rest = part.partition(" ")
    if first.rpartition("/")[2] != "kiosk":
        return None
    return shlex.split(rest)


def _alternatives(words: list[str]) -> Iterator[list[str]]:
    """`voices build|check` is two lines."""
    for at, word in enumerate(words):
        if "|" in word:
            for one in word.split("|"):
                yield from _alternatives([*words[:at], one, *words[at + 1 :]])
            return
    yield words


def take(words: list[str]) -> click.Command:
    """The command that would run. Raises WronglyWritten; what is left out is left to the reader."""
    context = click.Context(cli, info_name="kiosk")
    command: click.Command = cli
    try:
        while isinstance(command, click.Group):
            words = _behind_options(command, context, words)
            if not words or words[0] == "…":
                return command
            found = command.get_command(context, words[0])
            if found is None:
                raise WronglyWritten(f"no command {words[0]} in {context.command_path}")
            command, words, context = found, words[1:], click.Context(found, info_name=words[0], parent=context)
        _behind_options(command, context, [word for word in words if word != "…"])
    except click.UsageError as wrong:
        raise WronglyWritten(wrong.format_message()) from None
    return command


def _behind_options(command: click.Command, context: click.Context, words: list[str]) -> list[str]:
    values, rest, _ = command.make_parser(context).parse_args(list(words))
    for parameter in command.get_params(context):
        given = values.get(parameter.name or "")
        for value in given if isinstance(given, list | tuple) else [given]:
            if isinstance(value, str) and not _PLACEHOLDER.fullmatch(value) and not _is_path(parameter):
                parameter.type.convert(value, parameter, context)
    if rest and not isinstance(command, click.Group):
        raise WronglyWritten(f"{context.command_path} does not take {' '.join(rest)}")
    return rest


def _is_path(parameter: click.Parameter) -> bool:
    return isinstance(parameter.type, click.Path | click.File)


def options(command: click.Command) -> set[str]:
    """Every option of a command, in all its spellings."""
    context = click.Context(command)
    spelled = (parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option))
    return {word for option in spelled for word in (*option.opts, *option.secondary_opts)}
