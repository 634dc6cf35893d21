"""A house for trying: a folder with a configuration, a token and a ledger of its own, and cards of invented people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import assert_never

from hardware.virtual.card import VirtualCard
from hardware.virtual.card_spec import CardSpec
from hardware.virtual.other_cards import android_phone, driving_licence, transit_card, upside_down
from kiosk.gateway.people import InventedPerson
from kiosk.gateway.tokens import line_for
from kiosk.gateway.tokens import new_token as fresh
from kiosk.rehearsal.scenario import CardShown

SETTINGS_FILE = "kiosk.toml"
"""In the folder of the house."""
CONFIGURATION = """\
# Made for a try-out with invented people.
[site]
name = "見本健診センター"
face_reader = {faces}
face_seconds = {face_seconds}
allow_unattended = {unattended}

[terminal]
state = "{folder}/state"
run = "{folder}/run"

[gateway]
url = "{gateway}"
token_file = "{folder}/gateway.token"
deadline_seconds = {deadline}
offline_deadline_seconds = {offline_deadline}

[clock]
source = "chip"

[card]
reader = "Virtual PCD 00 00"

[printer]
device = "{printer}"

[screen]
idle_seconds = {idle}

[serve]
tokens_file = "{folder}/gateway.tokens"
port = 0
simulated_delay_seconds = {delay}
{behind}"""
ON_FOLDERS = """\
backend = "folders"
folder = "{folders}"
institution = "{institution}"
state = "{folder}/gateway"
"""
INSTITUTION = "1312345679"
"""医療機関コード of nobody; its check digit fits."""
WAYS = ("card", "certificate")
"""What may end without a clerk where nothing else is said."""


@contextmanager
def folder_for(chosen: Path | None) -> Iterator[Path]:
    """The chosen folder, made when needed; without one a new folder that is gone at the end."""
    if chosen is not None:
        chosen.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield chosen.resolve()
        return
    with TemporaryDirectory(prefix="kenshin-kiosk-") as made:
        yield Path(made)


def new_token(folder: Path) -> str:
    """A token for the gateway of this house, in both files that need it."""
    token = fresh()
    for name, line in (("gateway.token", token), ("gateway.tokens", line_for(token, "k01"))):
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(line + "\n", encoding="ascii")
    return token


def folders_in(folder: Path) -> Path:
    """Where the house has `req`, `res` and `face`, if its gateway stands on folders."""
    return folder / "oqs"


def configure(
    folder: Path,
    *,
    gateway: str,
    printer: str,
    delay: float = 0.0,
    deadline: float = 20.0,
    offline_deadline: float = 3.0,
    idle: float = 60.0,
    folders: bool = False,
    faces: bool = False,
    face_seconds: float = 60.0,
) -> Path:
    """Write the configuration file of the house and return it.

    `folders` puts its gateway on the folders of a terminal, and with `faces` a face reader (①) stands there.
    """
    file = folder / SETTINGS_FILE
    behind = ON_FOLDERS.format(folder=folder, folders=folders_in(folder), institution=INSTITUTION) if folders else ""
    file.write_text(
        CONFIGURATION.format(
            folder=folder,
            gateway=gateway,
            printer=printer,
            delay=delay,
            deadline=deadline,
            offline_deadline=offline_deadline,
            idle=idle,
            faces=json.dumps(faces),
            face_seconds=face_seconds,
            unattended=json.dumps([*WAYS, "face"] if faces else WAYS),
            behind=behind,
        ),
        encoding="utf-8",
    )
    return file


def card_of(person: InventedPerson, shown: CardShown, today: date) -> VirtualCard:
    """The virtual card that a person puts in."""
    match shown:
        case CardShown.OWN:
            return VirtualCard(_spec(person, today))
        case CardShown.LAST_TRY:
            return VirtualCard(_spec(person, today, pin_tries=1))
        case CardShown.LOCKED:
            return VirtualCard(_spec(person, today, pin_tries=0))
        case CardShown.LICENCE:
            return driving_licence()
        case CardShown.TRANSIT:
            return transit_card()
        case CardShown.PHONE:
            return android_phone(person.person)
        case CardShown.MUTE:
            return upside_down()
        case _:
            assert_never(shown)


def _spec(person: InventedPerson, today: date, pin_tries: int = 3) -> CardSpec:
    return CardSpec(
        person=person.person,
        pin=person.pin,
        expiry_year=person.card_expiry_year,
        security_code=person.security_code,
        certificate_end=person.certificate_end(today),
        pin_tries=pin_tries,
    )
