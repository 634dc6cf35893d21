"""`kiosk slip`, with the ledger behind it: what became of a visit after its slip was printed."""

from __future__ import annotations

import click

from kiosk.checkin.visit import Visit
from kiosk.settings import Settings
from kiosk.slip import command
from kiosk.slip.payload import Payload


@click.group("slip", commands=command.slip.commands, help=command.slip.help)
@click.pass_context
def slip(context: click.Context) -> None:
    context.meta[command.RECORDED] = _recorded


def _recorded(settings: Settings, payload: Payload) -> Visit | None:
    from kiosk.ledger.reader import LedgerReader
    from kiosk.ports.desk import LedgerFailure

    try:
        with LedgerReader.open(settings.terminal.state) as ledger:
            day = ledger.entries(payload.day, payload.day)
            return next((entry.visit for entry in day if entry.visit.id == payload.visit), None)
    except LedgerFailure:
        return None  # not at hand: a slip is genuine or not all the same
