"""What people do at the door, key by key."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from datetime import date
from pathlib import Path

from kiosk.checkin.wareki import Era, era_of, era_year, to_wareki
from kiosk.gateway.people import InventedPerson
from kiosk.station.status import read_status
from tests.door.conftest import House
from tests.door.pane import Pane

START = "画面にさわって受付をはじめてください"
ERA_KEYS = {Era.TAISHO: "1", Era.SHOWA: "2", Era.HEISEI: "3"}


async def unsure(pane: Pane) -> None:
    """Straight to the desk, with nothing in the hands; ends at the result."""
    await pane.until(START)
    await pane.strike("1")
    await pane.until("受診券のバーコードをかざす")
    await pane.strike("*")
    await pane.until("どれをお持ちですか")
    await pane.strike("6")


async def begin_with_ticket(pane: Pane, person: InventedPerson, today: date) -> None:
    """Scan the ticket; ends at what was brought."""
    await pane.until(START)
    await pane.strike("1")
    await pane.until("受診券のバーコードをかざす")
    await pane.scan(str(person.ticket(today)))
    await pane.until("どれをお持ちですか")


async def with_certificate(pane: Pane, person: InventedPerson, today: date) -> None:
    """資格確認書, typed; ends at the result."""
    await begin_with_ticket(pane, person, today)
    await pane.strike("2")
    insured, born = person.insured, person.birthdate
    for title, digits in (
        ("受診券の保険者番号を入れてください", person.insurer.digits),
        ("資格確認書の保険者番号", person.insurer.digits),
        ("記号を入れてください", insured.symbol),
        ("番号を入れてください", insured.number),
        ("枝番を入れてください", insured.branch),
        ("生年月日を入れてください", f"{ERA_KEYS[era_of(born)]}{era_year(born):02d}{born:%m%d}"),
    ):
        await pane.until(title)
        await pane.strike(digits, enter=True)
    await pane.until("ご本人の確認です")
    await pane.strike("1")


async def with_card(pane: Pane, person: InventedPerson, today: date) -> None:
    """The card that lies in the reader, opened with the PIN; ends at the result."""
    await begin_with_ticket(pane, person, today)
    await pane.strike("1")
    await pane.until("暗証番号")
    await pane.strike(person.pin, enter=True)
    insured = person.insured
    for title, digits in (
        ("受診券の保険者番号を入れてください", person.insurer.digits),
        ("記号を入れてください", insured.symbol),
        ("番号を入れてください", insured.number),
        ("枝番を入れてください", insured.branch),
    ):
        await pane.until(title)
        await pane.strike(digits, enter=True)
    await pane.until("ご本人の確認です")
    await pane.strike("1")


async def stop(pane: Pane, house: House) -> int:
    """Stop the service as systemd does; its exit code."""
    os.kill(read_status(house.run).pid, signal.SIGTERM)
    return await pane.ended()


def said(command: list[str | Path]) -> tuple[int, str]:
    """The exit code of a command and what it prints."""
    answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return answer.returncode, answer.stdout + answer.stderr


def canaries(person: InventedPerson, today: date) -> dict[str, re.Pattern[bytes]]:
    """All by which somebody could know the person, in the ways in which it could be written down.

    Digits count only where no other digit stands beside them: a time of day has six decimals, and a PIN four digits.
    """
    born = person.birthdate
    texts = {
        *person.name.split(),
        *person.kana.split(),
        person.address,
        person.pin,
        person.insured.number,
        str(person.ticket(today)),
        f"{born:%Y%m%d}",
        f"{born:%Y-%m-%d}",
        f"{era_year(born):02d}{born:%m%d}",
        to_wareki(born),
    }
    codecs = ("utf-8", "cp932", "utf-16-le")
    return {
        f"{text} ({codec})": re.compile(rb"(?<![0-9])" + re.escape(text.encode(codec)) + rb"(?![0-9])")
        for text in texts
        for codec in codecs
    }
