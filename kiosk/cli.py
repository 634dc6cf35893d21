"""The command line. Each room brings its own commands; they are loaded only when they are called."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from kiosk import __version__

COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("kiosk.station.wiring.commands:run", "The kiosk on the counter, full-screen."),
    "demo": ("kiosk.station.wiring.commands:demo", "The kiosk with virtual devices and the simulator, to try it."),
    "gateway": ("kiosk.gateway.command:gateway", "The facility's gateway that the kiosks ask."),
    "rehearse": ("kiosk.station.wiring.commands:rehearse", "Named check-ins that prove an installation."),
    "faults": ("kiosk.rehearsal.command:faults", "The faults that virtual devices can have, for training."),
    "status": ("kiosk.station.command:status", "How the kiosk is, in a line or as JSON."),
    "staff": ("kiosk.station.wiring.staff:staff", "The board of staff: terminals, visits, what the desk settles."),
    "service": ("kiosk.station.service_command:service", "Pause the kiosk, resume, put it out of order."),
    "control": ("kiosk.station.control_command:control", "The kiosk's socket for a board on another machine."),
    "doctor": ("kiosk.station.wiring.doctor.command:doctor", "What is wrong with this terminal, and what to type."),
    "ledger": ("kiosk.station.wiring.ledger:ledger", "The record of visits: list, export, verify, backup, restore."),
    "roster": ("kiosk.roster.command:roster", "Today's appointments: import, check, template, erase."),
    "precheck": ("kiosk.station.wiring.precheck:precheck", "Ask for everybody on the roster the evening before."),
    "scanner": ("kiosk.station.wiring.scanner:scanner", "Find the barcode scanner, and see what it sends."),
    "printer": ("kiosk.station.wiring.printer:printer", "How the printer is, a test slip, a slip once more."),
    "slip": ("kiosk.station.wiring.slip:slip", "Check a slip's QR."),
    "procedures": ("kiosk.procedures.command:procedures", "The binder for the desk: what staff do for every code."),
    "guide": ("kiosk.guide.command:guide", "How to bring in the ministry's ways of checking, and what has lapsed."),
    "voices": ("kiosk.station.wiring.voices:voices", "The spoken guidance: build, check, list, test."),
    "config": ("kiosk.config_command:config", "Check the configuration file."),
    "setup": (
        "kiosk.station.wiring.setup.command:setup",
        "Ask for the configuration, check each device, and write the file.",
    ),
    "staff-key": ("kiosk.ssh.command:staff_key", "The keys with which staff come in over SSH."),
    "ssh-door": ("kiosk.ssh.command:ssh_door", ""),
}
"""Name of a command: where it is, and what the list of commands says of it; without words it is for programs only."""


class LateGroup(click.Group):
    """A group whose commands are imported when they are needed; its list needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click gives it)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click gives it)
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 (the table above is ours)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click gives it)
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items() if words])


@click.group(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kiosk")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Configuration file; else $KIOSK_CONFIG, else /etc/kiosk/kiosk.toml.",
)
@click.pass_context
def cli(context: click.Context, config: Path | None) -> None:
    """Check-in terminal for health-checkup centres (特定健診・特定保健指導).

    \b
    Examples:
      kiosk demo                         try it, with virtual devices
      kiosk config check                 is the configuration right?
      kiosk run                          serve examinees
      kiosk status --json                how is it?
      kiosk ledger export today.csv      today's visits for the checkup system
    """
    context.obj = config


def main(arguments: list[str] | None = None) -> Any:
    """The entry point; ends the process with the command's exit code."""
    sys.exit(cli.main(arguments, prog_name="kiosk", standalone_mode=True))
