"""`kiosk faults`: the catalogue."""

from __future__ import annotations

import json

import click

from kiosk.rehearsal.faults import Lasts, Troubled, faults_of


@click.command()
@click.option("--device", type=click.Choice([device.value for device in Troubled]), help="Those of one device only.")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
def faults(device: str | None, as_json: bool) -> None:
    """List the faults that the virtual devices of `kiosk demo` and `kiosk rehearse` can have.

    A fault is named with --fault; @2 lets it strike at the 2nd use: the 2nd card, code, query, slip, visit or check-in.
    Those marked 「*」 strike one use and are over; all others go on until the demo's list (F12) clears them.

    \b
    Examples:
      kiosk faults --device printer
      kiosk faults --json
      kiosk demo --fault printer.paper_out@2 --fault card.pulled
    """
    chosen = faults_of(Troubled(device) if device else None)
    if as_json:
        told = [
            {
                "name": fault.value,
                "device": fault.device.value,
                "counted_in": fault.device.use,
                "lasts": fault.lasts.value,
                "words": fault.words,
            }
            for fault in chosen
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for fault in chosen:
        click.echo(f"{fault.value:28}{'*' if fault.lasts is Lasts.ONCE else ' '} {fault.words}")
