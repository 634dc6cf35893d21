"""`kiosk run`, `kiosk demo` and `kiosk rehearse`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kiosk.settings import SettingsError, load


@click.command()
@click.pass_obj
def run(config: Path | None) -> None:
    """Serve examinees, full-screen, until the service is stopped.

    Ends with 0 when it is stopped, with 1 when the configuration is wrong, and with 70 after a crash; what broke
    then stands in <state>/log/kiosk.log, without any personal data.

    \b
    Example:
      kiosk --config /etc/kiosk/kiosk.toml run
    """
    from kiosk.station.wiring.counter import run_counter

    try:
        code = run_counter(load(config))
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    sys.exit(code)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Keep ledger, slips and log there.")
@click.option("--delay", type=click.FloatRange(0, 60), default=0.6, show_default=True, help="Seconds for an answer.")
@click.option("--roster", is_flag=True, help="With a roster of the invented people: card and PIN are enough.")
def demo(folder: Path | None, delay: float, roster: bool) -> None:
    """Try the kiosk: virtual card reader, scanner and printer, invented people, a gateway with the simulator.

    Beside the kiosk stands a tray (F1 to F6) with sample cards, tickets and papers; F9 ends the demo. Nothing is kept
    without --folder.

    \b
    Examples:
      kiosk demo
      kiosk demo --roster
      kiosk demo --folder demo --delay 3
    """
    from kiosk.station.wiring.demo import DemoError, run_demo

    try:
        code = run_demo(folder, delay, roster=roster)
    except DemoError as fault:
        raise click.ClickException(str(fault)) from fault
    sys.exit(code)


@click.command()
@click.argument("names", nargs=-1, metavar="[SCENARIO]...")
@click.option(
    "--devices",
    type=click.Choice(["virtual", "real"]),
    default="virtual",
    show_default=True,
    help="Virtual ones, or those of the configuration.",
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.option("--list", "only_list", is_flag=True, help="List the scenarios.")
@click.pass_obj
def rehearse(config: Path | None, names: tuple[str, ...], devices: str, as_json: bool, only_list: bool) -> None:
    """Play named check-ins through the real screens and a real gateway, and report how they ended.

    With `--devices real` the configured printer, reader and gateway are used, for those scenarios that need no
    invented card. Exit code 0 when all ended as they must, 1 when one did not, 2 when the rehearsal could not begin.

    \b
    Examples:
      kiosk rehearse
      kiosk rehearse card certificate
      kiosk rehearse --devices real --json
    """
    from kiosk.station.wiring.rehearsal import RehearsalError, list_scenarios, run_rehearsal

    if only_list:
        list_scenarios(as_json=as_json)
        return
    try:
        code = run_rehearsal(names, config if devices == "virtual" else load(config), as_json=as_json)
    except (RehearsalError, SettingsError) as fault:
        click.echo(f"Error: {fault}", err=True)
        code = 2
    sys.exit(code)
