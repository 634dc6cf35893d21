"""`kiosk gateway`: serve the API, list the invented people, make tokens and certificates, print the contract."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import settings
from kiosk.gateway.faces.command import face
from kiosk.gateway.oqs.command import play_terminal, terminal_options
from kiosk.settings import TERMINAL_NAME, Backend, SettingsError

if TYPE_CHECKING:
    from kiosk.gateway.people import InventedPerson

_EXAMPLES = """
\b
Examples:
  kiosk gateway                                 serve as the configuration says
  kiosk gateway --backend simulator --port 0    SIMULATOR on a free port, which it prints
  kiosk gateway --backend folders               ask the terminal through its folders (serve.folder)
  kiosk gateway --terminal simulator            SIMULATOR: play that terminal on a new serve.folder
  kiosk gateway --terminal simulator --manner half-written --manner processing-first
  kiosk gateway face taro                       SIMULATOR: let somebody look into the face reader
  kiosk gateway people                          the invented people of the simulator
  kiosk gateway token k01                       a new token for a terminal
  kiosk gateway certificate --host 192.168.1.10 --out certificates
                                                an authority and a certificate for https
  kiosk gateway openapi                         what the API promises
"""


@click.group(invoke_without_command=True, epilog=_EXAMPLES)
@click.option("--backend", type=click.Choice([choice.value for choice in Backend]), help="What answers the queries.")
@click.option("--host", help="Address to listen on; other machines need a certificate.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.")
@terminal_options
@click.pass_context
def gateway(
    context: click.Context,
    backend: str | None,
    host: str | None,
    port: int | None,
    terminal: str | None,
    manners: tuple[str, ...],
    delay: float,
) -> None:
    """Serve the facility's gateway to オンライン資格確認; without a subcommand it runs until it is stopped.

    The configuration's section [serve] says what to serve, and the options above go before it.
    """
    if context.invoked_subcommand is not None:
        return
    if terminal is not None:
        play_terminal(_path(context), manners, delay)
        return
    given = {"backend": Backend(backend) if backend else None, "host": host, "port": port}
    try:
        configured = settings.load(_path(context)).serve
        from kiosk.gateway.serve import serve  # the web framework takes a second that other commands need not pay

        serve(configured.model_copy(update={key: value for key, value in given.items() if value is not None}))
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong


gateway.add_command(face)


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


@gateway.command(
    epilog="\b\nExamples:\n"
    "  kiosk gateway token k01 --add /etc/kiosk/gateway.tokens | ssh k01 'install -m 600 /dev/stdin gateway.token'\n"
    "  kiosk gateway token k01 --json\n\n"
    "Two lines of one terminal are right while its token is changed; taking a line out shuts its token out at once."
)
@click.argument("name")
@click.option(
    "--add", "tokens_file", type=click.Path(dir_okay=False, path_type=Path), help="Put the line into this tokens_file."
)
@click.option("--json", "as_json", is_flag=True, help="Token and line as JSON.")
def token(name: str, tokens_file: Path | None, as_json: bool) -> None:
    """Print a new token for the terminal NAME, once; the gateway's tokens_file gets its digest only.

    The token goes to standard output, for the terminal's token_file, and what to do with the line to standard error.
    """
    from kiosk.gateway.tokens import add_line, line_for, new_token

    if not re.fullmatch(TERMINAL_NAME, name):
        raise click.UsageError(f"{name}: not a terminal's name; small letters, digits and hyphens, as in terminal.name")
    made = new_token()
    line = line_for(made, name)
    if tokens_file is not None:
        try:
            add_line(tokens_file, line)
        except OSError as wrong:
            raise click.ClickException(
                f"{tokens_file}: cannot be written ({wrong.strerror or wrong}); no token was made"
            ) from wrong
    if as_json:
        click.echo(json.dumps({"name": name, "token": made, "line": line}, indent=2))
        return
    click.echo(made)
    click.echo("The line above goes into token_file of the terminal, mode 600; it is not shown again.", err=True)
    if tokens_file is not None:
        click.echo(f"{tokens_file} has its line; the user that runs the gateway must be able to read it.", err=True)
    else:
        click.echo(f"This line goes into the gateway's tokens_file:\n{line}", err=True)


@gateway.command(
    epilog="\b\nExamples:\n"
    "  kiosk gateway certificate --host gateway.example --host 192.168.1.10 --out certificates\n"
    "  kiosk gateway certificate --renew certificates --out certificates-2028"
)
@click.option("--host", "hosts", multiple=True, help="Name or address that terminals have in gateway.url; repeatable.")
@click.option("--renew", type=click.Path(file_okay=False, path_type=Path), help="A folder that this command filled.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where the files go.")
@click.option("--days", type=click.IntRange(1, 3650), default=825, show_default=True, help="How long it is good for.")
def certificate(hosts: tuple[str, ...], renew: Path | None, out: Path, days: int) -> None:
    """Make an authority of the site's own and a certificate for the gateway; nothing is written over.

    The authority can sign for the named hosts only. --renew makes another certificate for the same hosts with the
    authority of before, so that terminals keep their ca_file.
    """
    from kiosk.gateway import certificate as making

    if bool(hosts) == (renew is not None):
        raise click.UsageError("give --host for a new authority, or --renew with the folder of the one that there is")
    now = datetime.now(UTC)
    try:
        files = making.make(hosts, out, now, days) if renew is None else making.renew(renew, out, now, days)
    except making.CertificateError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(f"{files.certificate}: serve.certificate on the gateway")
    click.echo(f"{files.key}: serve.key on the gateway, for the user that runs it only (mode 600)")
    if renew is None:
        click.echo(f"{files.ca}: gateway.ca_file on every terminal")
        click.echo(f"{files.ca_key}: signs the next certificate (--renew); keep it elsewhere, on neither of them")


@gateway.command(epilog="\b\nExample:\n  kiosk gateway openapi --out gateway.openapi.json")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it there instead.")
def openapi(out: Path | None) -> None:
    """Print what the API promises, as an OpenAPI document, for those who build a terminal or another gateway."""
    from kiosk.gateway.api import contract

    document = json.dumps(contract(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(document, nl=False)
        return
    try:
        out.write_text(document, encoding="utf-8")
    except OSError as wrong:
        raise click.ClickException(f"{out}: cannot be written ({wrong.strerror})") from wrong


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
