"""`kiosk slip`: is this slip ours, and what does it say?"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

import click

from kiosk import settings
from kiosk.checkin.reasons import Reason
from kiosk.checkin.visit import Visit
from kiosk.checkin.ways import way_words
from kiosk.settings import Settings, SettingsError
from kiosk.slip.keys import KEY_FILE, KeyFault, PublicKey
from kiosk.slip.payload import Doubt, NotGenuine, Payload, verify

RECORDED = "kiosk.slip.recorded"
"""Where the click context holds a function of Settings and Payload: the Visit in the ledger, None when not at hand."""


class ExitCode(IntEnum):
    """How `kiosk slip verify` ends; click itself ends with 2 when it was called wrongly."""

    GENUINE = 0
    NOT_GENUINE = 1
    USAGE = 2


class Unusable(click.ClickException):
    """What was given cannot be worked with: a missing key, a broken picture, a wrong configuration."""

    exit_code = ExitCode.USAGE


@click.group()
def slip() -> None:
    """Check the QR of a slip, and print the key that checks it.

    \b
    Examples:
      kiosk slip verify 17028351…              the text of a QR
      scanner | kiosk slip verify -            the same from standard input
      kiosk slip verify --image slip.png       a picture of a slip
      kiosk slip key > k01.pub                 so that another machine can check with --key k01.pub
    """


@slip.command("verify")
@click.argument("text", required=False)
@click.option(
    "--image",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Read the QR from a picture instead.",
)
@click.option(
    "--key",
    "key_files",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Public key of a terminal; may be given several times. Else the key of this terminal.",
)
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.pass_context
def verify_command(
    context: click.Context, text: str | None, image: Path | None, key_files: tuple[Path, ...], as_json: bool
) -> None:
    """Say whether TEXT, the content of a slip's QR (- for standard input), is genuine, and what it says.

    Where this terminal's ledger can be read, also what a query brought that was made up after an outage.

    \b
    Exit code 0: genuine. 1: not genuine. 2: could not be checked.
    Examples:
      kiosk slip verify 17028351…
      kiosk slip verify --json --key k01.pub --key k02.pub -
      kiosk slip verify --image slip.png
    """
    if (text is None) == (image is None):
        raise click.UsageError("give the text of a QR, or - for standard input, or --image FILE")
    try:
        given = _read_picture(image) if image else _read_text(text or "")
        if key_files:
            configured = _settings_if_there(context.obj)
            payload = verify(given, [_public_key(file) for file in key_files])
        else:
            configured = _settings(context.obj)
            own = _public_key(configured.terminal.state / KEY_FILE)
            payload = verify(given, [own], configured.terminal.name)
    except NotGenuine as wrong:
        _report_doubt(wrong.doubt, as_json)
        raise SystemExit(ExitCode.NOT_GENUINE) from wrong
    recorded = context.meta[RECORDED](configured, payload) if configured and RECORDED in context.meta else None
    _report(payload, recorded, configured.zone if configured else ZoneInfo("Asia/Tokyo"), as_json)


@slip.command("key")
@click.pass_obj
def key_command(config: Path | None) -> None:
    """Print the public key of this terminal as one line of JSON (JWK).

    \b
    Example:
      kiosk slip key > k01.pub
    """
    click.echo(_public_key(_settings(config).terminal.state / KEY_FILE).to_json())


def _settings(config: Path | None) -> Settings:
    try:
        return settings.load(config)
    except SettingsError as wrong:
        raise Unusable(str(wrong)) from wrong


def _settings_if_there(config: Path | None) -> Settings | None:
    try:
        return settings.load_if_there(config)
    except SettingsError as wrong:
        raise Unusable(str(wrong)) from wrong


def _public_key(file: Path) -> PublicKey:
    try:
        return PublicKey.load(file)
    except KeyFault as wrong:
        raise Unusable(str(wrong)) from wrong


def _read_text(text: str) -> str:
    if text != "-":
        return text.strip()
    return sys.stdin.buffer.read(65536).decode("utf-8", "replace").strip()


def _read_picture(file: Path) -> str:
    """The text of the picture's QR. Raises Unusable for what is no picture, NotGenuine where there is no QR."""
    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as opened:
            grey = opened.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as wrong:
        raise Unusable(f"{file}: not a picture that can be read; give a PNG or JPEG file") from wrong
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    if not found:
        raise NotGenuine(Doubt.NOT_A_SLIP)
    return found[0].text


def _report(payload: Payload, recorded: Visit | None, zone: ZoneInfo, as_json: bool) -> None:
    at = payload.at.astimezone(zone)
    settled_at = recorded.settled_at.astimezone(zone) if recorded and recorded.settled_at else None
    if as_json:
        answer = {
            "genuine": True,
            "kiosk": payload.kiosk,
            "day": payload.day.isoformat(),
            "number": str(payload.number),
            "visit": payload.visit,
            "way": payload.way.value,
            "outcome": "confirmed" if payload.confirmed else "desk",
            "code": payload.reason.value,
            "at": at.isoformat(),
            "settled_at": settled_at.isoformat(timespec="seconds") if settled_at else None,
            "settled_code": recorded.outcome.reason.value if recorded and settled_at else None,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.secho("本物の受付票です", fg="green")
    click.echo(f"受付番号  {payload.number}  ({payload.day.isoformat()}、端末 {payload.kiosk})")
    click.echo(f"結果      {_result(payload.reason)}  {payload.reason.value}  {way_words(payload.way)}")
    click.echo(f"時刻      {at:%Y-%m-%d %H:%M:%S}")
    click.echo(f"記録      {payload.visit}")
    if recorded and (since := _since(recorded, settled_at)):
        click.echo(f"再照会    {since}")


def _result(reason: Reason) -> str:
    return "確認済" if reason.confirms else "窓口で確認"


def _since(recorded: Visit, settled_at: datetime | None) -> str:
    """What became of a query that nobody could answer; empty for a visit that had none."""
    if settled_at:
        return f"{_result(recorded.outcome.reason)}  {recorded.outcome.reason.value}  {settled_at:%Y-%m-%d %H:%M:%S}"
    return "" if recorded.draft.query is None else "まだ答えがありません"


def _report_doubt(doubt: Doubt, as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps({"genuine": False, "problem": doubt.value, "words": doubt_words(doubt)}, ensure_ascii=False)
        )
    else:
        click.secho(f"本物と確かめられません: {doubt_words(doubt)} ({doubt.value})", fg="red", err=True)


def doubt_words(doubt: Doubt) -> str:
    """Why, for staff."""
    match doubt:
        case Doubt.NOT_A_SLIP:
            return "受付票のQRコードではありません。"
        case Doubt.UNKNOWN_KEY:
            return "知らない鍵で署名されています。ほかの端末の票なら、その端末の公開鍵を --key で渡してください。"
        case Doubt.BAD_SIGNATURE:
            return "書きかえられています。"
        case Doubt.OTHER_KIOSK:
            return "ほかの端末の受付票です。"
        case Doubt.OTHER_VERSION:
            return "新しい版のプログラムが作った受付票です。この端末を更新してください。"
        case _:
            assert_never(doubt)
