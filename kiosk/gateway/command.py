"""`kiosk gateway`: serve the API, list the invented people, make a token."""

from __future__ import annotations

import json
import secrets
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import settings
from kiosk.settings import Backend, SettingsError

if TYPE_CHECKING:
    from kiosk.gateway.people import InventedPerson

_EXAMPLES = """
\b
Examples:
  kiosk gateway                                 serve as the configuration says
  kiosk gateway --backend simulator --port 0    SIMULATOR on a free port, which it prints
  kiosk gateway people                          the invented people of the simulator
  kiosk gateway token                           a new token for a terminal
"""


@click.group(invoke_without_command=True, epilog=_EXAMPLES)
@click.option("--backend", type=click.Choice([choice.value for choice in Backend]), help="What answers the queries.")
@click.option("--host", help="Address to listen on; other machines need a certificate.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.")
@click.pass_context
def gateway(context: click.Context, backend: str | None, host: str | None, port: int | None) -> None:
    """Serve the facility's gateway to オンライン資格確認; without a subcommand it runs until it is stopped.

    The configuration's section [serve] says what to serve, and the options above go before it.
    """
    if context.invoked_subcommand is not None:
        return
    given = {"backend": Backend(backend) if backend else None, "host": host, "port": port}
    try:
        configured = settings.load(_path(context)).serve
        from kiosk.gateway.serve import serve  # the web framework takes a second that other commands need not pay

        serve(configured.model_copy(update={key: value for key, value in given.items() if value is not None}))
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong


@gateway.command(epilog="\b\nExamples:\n  kiosk gateway people\n  kiosk gateway people --json")
@click.option("--json", "as_json", is_flag=True, help="Everything of everybody, as JSON.")
def people(as_json: bool) -> None:
    """List the invented people of the simulator, and what each of them shows."""
    from kiosk.gateway.people import PEOPLE

    today = datetime.now().astimezone().date()
    if as_json:
        listed = [_described(person, today) for person in PEOPLE]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for person in PEOPLE:
        number = f"{person.insured.symbol}-{person.insured.number}-{person.insured.branch}"
        ticket = person.ticket(today)
        birthdate = person.birthdate.isoformat()
        click.echo(
            f"{person.key:<20} {birthdate} {person.insurer} {number:<13} {ticket} PIN {person.pin} "
            f"{person.name}: {person.shows}"
        )


@gateway.command(epilog="\b\nExample:\n  kiosk gateway token | install -m 600 /dev/stdin /etc/kiosk/gateway.token")
def token() -> None:
    """Print a new random token, for the terminal's token_file and the gateway's tokens_file."""
    click.echo(secrets.token_urlsafe(32))


def _path(context: click.Context) -> Path | None:
    """The `--config` of the root command; None when it was not given."""
    return context.obj if isinstance(context.obj, Path) else None


def _described(person: InventedPerson, today: date) -> dict[str, str]:
    return {
        "key": person.key,
        "shows": person.shows,
        "behaviour": person.behaviour.value,
        "name": person.name,
        "kana": person.kana,
        "birthdate": person.birthdate.isoformat(),
        "sex": person.sex.value,
        "address": person.address,
        "insurerNumber": person.insurer.digits,
        "insurerName": person.insurer_name,
        "symbol": person.insured.symbol,
        "number": person.insured.number,
        "branch": person.insured.branch,
        "ticket": str(person.ticket(today)),
        "pin": person.pin,
        "faceCode": person.face_code,
        "certificateEnd": person.certificate_end(today).isoformat(),
    }
