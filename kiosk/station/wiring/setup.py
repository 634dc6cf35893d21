"""`kiosk setup`: asks for the configuration in Japanese, tries each device as it goes, and writes at the end."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click

from kiosk.doctor.account import kiosk_account
from kiosk.doctor.finding import Level
from kiosk.doctor.report import COLOURS, as_json, exit_of, finding_lines, head_line
from kiosk.doctor.symptoms import Layer
from kiosk.doctor.walk import ALL_SECONDS, Walk
from kiosk.settings import Settings, SettingsError, chosen_path
from kiosk.setup.asking import complain, whole_number, yes_or_no
from kiosk.setup.document import DocumentError, Value, changed
from kiosk.setup.questions import CA_FILE, NONE_WORDS, QUESTIONS, Kind, Question, Topic, wrong_with
from kiosk.setup.remedies import words_for_no_toml
from kiosk.setup.writing import example_text, replace_configuration, settings_of, write_secret
from kiosk.station.wiring.doctor.checks import Terminal
from kiosk.station.wiring.doctor.devices import running_kiosk

TRIED: Mapping[Topic, frozenset[Layer]] = {
    Topic.SITE: frozenset(),
    Topic.TERMINAL: frozenset(),
    Topic.GATEWAY: frozenset({Layer.TOKEN, Layer.CERTIFICATE, Layer.GATEWAY}),
    Topic.READER: frozenset({Layer.PCSCD, Layer.READER}),
    Topic.PRINTER: frozenset({Layer.PRINTER}),
    Topic.SCANNER: frozenset({Layer.SCANNER}),
    Topic.VOICE: frozenset({Layer.AUDIO}),
    Topic.RULES: frozenset(),
}
"""What is tried after the questions of a topic."""
GATEWAY_USER = "kiosk-gateway"
"""As in systemd/kiosk-gateway.service."""
NOT_WRITTEN, DEVICES_FAIL = 1, 2
"""Exit codes beside 0."""


@click.command()
@click.option(
    "--answers",
    type=click.File(encoding="utf-8-sig"),
    help="Ask nothing: take the keys of this TOML file, written as in the configuration. - is standard input.",
)
@click.option("--token-file", type=click.File(encoding="utf-8"), help="The gateway's token for this terminal.")
@click.option("--no-check", is_flag=True, help="Write without trying the devices.")
@click.option("--json", "json_", is_flag=True, help="With --answers: one JSON object of what was done and found.")
@click.pass_obj
def setup(config: Path | None, answers: TextIO | None, token_file: TextIO | None, no_check: bool, json_: bool) -> None:
    """Ask for the configuration, try each device, and write the file. Nothing is changed before the last question.

    What is there already stays as the proposed answer, comments stay where they are, and the old file is kept beside
    the new one. Exit codes: 0 written, 1 not written, 2 written, but a device or the gateway does not work yet.

    \b
    Examples:
      sudo kiosk setup
      sudo kiosk setup --answers k02.toml --token-file token --json
    """
    file = chosen_path(config)
    if json_ and answers is None:
        raise click.UsageError("--json goes with --answers")
    try:
        draft = Draft.begin(file)
        draft.token = token_file.read().strip() if token_file else ""
        if answers is not None:
            draft.take(tomllib.loads(answers.read()))
            walk = None if no_check else draft.walk(frozenset(Layer) - {Layer.TERMINAL})
        else:
            _Interview(draft, check=not no_check).hold()
            walk = None
        kept = draft.write()
        if walk is not None:
            for _ in walk.steps():
                pass
    except tomllib.TOMLDecodeError as wrong:
        _not_written([words_for_no_toml(wrong)], file, json_=json_)
    except UnicodeDecodeError:
        _not_written(["UTF-8 でない文字があります。UTF-8 で保存しなおしてください"], file, json_=json_)
    except (SettingsError, DocumentError) as wrong:
        _not_written(str(wrong).splitlines(), file, json_=json_)
    except click.Abort:
        _not_written(["", "途中でやめました"], file, json_=json_)
    except OSError as failed:
        _not_written(
            [f"{failed.filename or file}: {failed.strerror}。sudo を付けて実行してください"], file, json_=json_
        )
    _report(file, kept, walk, draft, json_=json_)


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


class _Interview:
    """Somebody at the terminal, with the devices before them."""

    def __init__(self, draft: Draft, *, check: bool) -> None:
        self._draft = draft
        self._check = check

    def hold(self) -> None:
        """Ask everything."""
        click.echo("キオスクの設定をします。Enterだけで [ ] の中のままにします。やめるには Ctrl+C (何も変わりません)。")
        for topic in Topic:
            click.secho(f"\n■ {topic.value}", bold=True)
            self._topic(topic)
            while TRIED[topic] and self._check and not self._works(topic):
                if not yes_or_no("もう一度答えますか。「いいえ」でこのまま次へ進みます", default=True):
                    break
                self._topic(topic)
        click.echo()
        if not yes_or_no(f"{self._draft.file} に書きますか", default=True):
            raise click.Abort

    def _topic(self, topic: Topic) -> None:
        for line in _found(topic):
            click.echo(f"  見つかったもの: {line}")
        for question in QUESTIONS:
            if question.topic is topic:
                self._ask(question)
        url = str(self._draft.data.get("gateway", {}).get("url", ""))
        if topic is Topic.GATEWAY and url:
            self._ask_token(url)

    def _ask(self, question: Question) -> None:
        present = self._draft.now(question)
        if question.hint:
            click.echo(f"  ({question.hint})")
        while True:
            match question.kind:
                case Kind.YES_NO:
                    value: Value = yes_or_no(question.words, default=bool(present))
                case Kind.NUMBER:
                    value = whole_number(question.words, default=int(present))
                case Kind.TEXT:
                    said = str(click.prompt(question.words, default="なし" if present in ("", None) else str(present)))
                    value = "" if said.strip() in NONE_WORDS else said.strip()
            if question.key == "url" and str(value).startswith("https:") and not self._draft.now(CA_FILE):
                self._ask(CA_FILE)
            wrong = self._draft.set(question.table, question.key, value)
            if wrong is None:
                return
            complain(wrong)

    def _ask_token(self, url: str) -> None:
        settings = self._draft.settings
        there = settings.gateway.token_file.exists()
        if "127.0.0.1" in url and not there and yes_or_no("この端末のためのトークンを作りますか", default=True):
            self._draft.token, self._draft.of_our_own = _new_token(), True
            return
        words = "ゲートウェイのトークン(見えません" + ("。Enterだけで今のまま)" if there else ")")
        self._draft.token = click.prompt(words, default="", hide_input=True, show_default=False).strip()

    def _works(self, topic: Topic) -> bool:
        if topic is Topic.GATEWAY and self._draft.token:
            # The gateway is asked with the token that is in its file.
            click.echo("  トークンは最後に書きます。ゲートウェイは、そのあと sudo kiosk doctor で確かめられます")
            return True
        print_slip = topic is Topic.PRINTER and yes_or_no("ためしに1枚印刷しますか", default=False)
        try:
            walk = self._draft.walk(TRIED[topic], print_slip=print_slip)
        except SettingsError as wrong:
            complain(str(wrong))
            return False
        _show(walk)
        return walk.level is not Level.FAILURE


def _new_token() -> str:
    from kiosk.gateway.tokens import new_token

    return new_token()


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


def _found(topic: Topic) -> Iterable[str]:
    """What is plugged in."""
    if topic is Topic.SCANNER:
        from hardware.scanner.found import plugged_in

        return [str(path) for path in plugged_in()]
    if topic is Topic.PRINTER:
        places = ("kiosk-printer", "usb/lp*", "serial/by-id/*")
        return [str(path) for place in places for path in sorted(Path("/dev").glob(place))]
    if topic is Topic.READER:
        from hardware.card.errors import CardError
        from hardware.card.pcsc import Context

        try:
            with Context() as context:
                return context.readers()
        except (CardError, ImportError):
            return ()  # what is wrong is said when it is tried
    return ()


def _show(walk: Walk) -> None:
    for visited in walk.steps():
        level, line = head_line(visited)
        click.echo(f"  {click.style(level.word, fg=COLOURS[level], bold=True)}  {line}")
        for finding in visited.examined.findings:
            for said in finding_lines(finding):
                click.secho(said, fg=COLOURS[finding.level] if finding.level else None)


def _not_written(lines: list[str], file: Path, *, json_: bool) -> None:
    if json_:
        click.echo(json.dumps({"file": str(file), "written": False, "errors": lines}, ensure_ascii=False))
    else:
        click.echo("\n".join([*lines, "何も書いていません"]), err=True)
    sys.exit(NOT_WRITTEN)


def _report(file: Path, kept: Path | None, walk: Walk | None, draft: Draft, *, json_: bool) -> None:
    failing = walk is not None and walk.level is Level.FAILURE
    if json_:
        answer = {
            "file": str(file),
            "written": True,
            "kept": str(kept) if kept else None,
            "answered": sorted(set(draft.taken)),
            "doctor": as_json(walk, exit_of(walk), kiosk=draft.settings.terminal.name, version="", running=False)
            if walk
            else None,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"{file} に書きました" + (f"(前のものは {kept})" if kept else ""))
        if walk is not None:
            _show_findings(walk)
        click.echo(
            "次に: sudo systemctl restart kiosk (この端末のゲートウェイは kiosk-gateway も)、そして sudo kiosk doctor"
        )
    sys.exit(DEVICES_FAIL if failing else 0)


def _show_findings(walk: Walk) -> None:
    for finding in walk.findings:
        if finding.level:
            click.secho(f"{finding.level.word} {finding.layer.word}: {finding.words}", fg=COLOURS[finding.level])
            if finding.remedy:
                click.echo(f"      直し方: {finding.remedy}")
