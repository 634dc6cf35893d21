"""The configuration as `kiosk setup` would write it, and the gateway's token with it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kiosk.doctor.account import kiosk_account
from kiosk.doctor.symptoms import Layer
from kiosk.doctor.walk import ALL_SECONDS, Walk
from kiosk.settings import Settings, SettingsError
from kiosk.setup.document import Value, changed
from kiosk.setup.questions import Question, wrong_with
from kiosk.setup.writing import example_text, replace_configuration, settings_of, write_secret
from kiosk.station.wiring.doctor.checks import Terminal
from kiosk.station.wiring.doctor.devices import running_kiosk

GATEWAY_USER = "kiosk-gateway"
"""As in systemd/kiosk-gateway.service."""


@dataclass(slots=True)
class Draft:
    """The configuration as it would be written."""

    file: Path
    text: str
    taken: list[str] = field(default_factory=list)
    """Keys that were answered."""
    token: str = field(default="", repr=False)
    """The gateway's token; empty: it stays as it is."""
    of_our_own: bool = False
    """Whether the token was made here, for the gateway of this machine."""

    @classmethod
    def begin(cls, file: Path) -> Draft:
        """From the file that is there, else from the example. Raises OSError, tomllib.TOMLDecodeError."""
        try:
            text = file.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            text = example_text()
        tomllib.loads(text)
        return cls(file, text)

    @property
    def data(self) -> dict[str, Any]:
        """As TOML reads it."""
        return tomllib.loads(self.text)

    @property
    def settings(self) -> Settings:
        """What it makes. Raises SettingsError."""
        return settings_of(self.text, self.file)

    def now(self, question: Question) -> Any:
        """The present answer: of the file, else the default."""
        value = self.data.get(question.table, {}).get(question.key)
        if value is not None:
            return value
        section = Settings.model_fields[question.table].annotation
        default = section.model_fields[question.key].get_default() if section else None
        return getattr(default, "value", default)

    def set(self, table: str, key: str, value: Value) -> str | None:
        """Answer one key; what is wrong with the value, and then nothing has changed."""
        data = self.data
        merged = {**data, table: {**data.get(table, {}), key: value}}
        if wrong := wrong_with(merged, table, key):
            return wrong
        if data.get(table, {}).get(key) != value:
            self.text = changed(self.text, {table: {key: value}})
        self.taken.append(f"{table}.{key}")
        return None

    def take(self, answers: Mapping[str, Any]) -> None:
        """Answer many; the whole is checked afterwards. Raises SettingsError, DocumentError."""
        tables = {table: keys for table, keys in answers.items() if isinstance(keys, Mapping)}
        if lonely := sorted(set(answers) - set(tables)):
            raise SettingsError(f"{', '.join(lonely)}: [site] のような見出しの下に書いてください")
        self.text = changed(self.text, tables)
        self.taken += [f"{table}.{key}" for table, keys in tables.items() for key in keys]
        _ = self.settings

    def walk(self, layers: frozenset[Layer], *, print_slip: bool = False) -> Walk:
        """The doctor's walk through these layers, with the draft in place of the file. Raises SettingsError."""
        settings = self.settings
        running = running_kiosk(settings.terminal.run)
        return Walk(Terminal(self.file, settings, (), running, True, print_slip).checks(layers), ALL_SECONDS)

    def write(self) -> Path | None:
        """Put it into its place, and the token into its. Raises SettingsError, OSError."""
        settings = self.settings
        if self.of_our_own:
            _tell_gateway(settings, self.token)
        if self.token:
            account = kiosk_account(settings.terminal.state)
            write_secret(settings.gateway.token_file, self.token, account.name if account else None)
        return replace_configuration(self.file, self.text, datetime.now(settings.zone))


def _tell_gateway(settings: Settings, token: str) -> None:
    """Let the gateway of this machine know a token. Raises OSError."""
    import shutil

    from kiosk.gateway.tokens import add_line, line_for

    file = settings.serve.tokens_file
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    add_line(file, line_for(token, settings.terminal.name))
    try:
        shutil.chown(file, GATEWAY_USER, GATEWAY_USER)
    except (LookupError, PermissionError):
        click.echo(f"{file}: 利用者 {GATEWAY_USER} が読めるように、持ち主を変えてください", err=True)
