"""The questions of `kiosk setup`, asked at the terminal, with each device tried after its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from kiosk.doctor.finding import Level
from kiosk.doctor.report import COLOURS, finding_lines, head_line
from kiosk.doctor.symptoms import Layer
from kiosk.doctor.walk import Walk
from kiosk.settings import SettingsError
from kiosk.setup.asking import complain, whole_number, yes_or_no
from kiosk.setup.document import Value
from kiosk.setup.questions import CA_FILE, NONE_WORDS, QUESTIONS, Kind, Question, Topic
from kiosk.station.wiring.setup.draft import Draft

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


class Interview:
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
