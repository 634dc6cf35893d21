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

    No key ends it: an examinee could press it. `systemctl stop kiosk` does, or SIGTERM where it was started by hand.
    Ends with 0 when it is stopped, with 1 when the configuration is wrong or another kiosk is running here, and with 70
    after a crash, also of the start; what broke then stands in <state>/log/kiosk.log, without any personal data.

    \b
    Example:
      kiosk --config /etc/kiosk/kiosk.toml run
    """
    from kiosk.station.alone import AlreadyRunning, only_kiosk

    settings = None
    try:
        settings = load(config)
        from kiosk.station.wiring.counter import run_counter

        with only_kiosk(settings.terminal.run):
            code = run_counter(settings)
    except (SettingsError, AlreadyRunning) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except Exception as broken:  # whatever it is: nobody at the counter reads a traceback
        from kiosk.station.crash import tell_not_started

        code = tell_not_started(broken, settings.terminal.state if settings else None)
    sys.exit(code)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Keep ledger, slips and log there.")
@click.option("--delay", type=click.FloatRange(0, 60), default=0.6, show_default=True, help="Seconds for an answer.")
@click.option("--roster", is_flag=True, help="With a roster of the invented people: card and PIN are enough.")
@click.option("--faces", is_flag=True, help="With a roster and a face reader (①); F7 lets somebody look into it.")
@click.option("--folders", is_flag=True, help="The gateway stands on folders, with a simulated terminal on them.")
@click.option("--fault", "faults", multiple=True, metavar="NAME[@N]", help="A fault, from the start or at the Nth use.")
@click.option("--tour", is_flag=True, help="Five people check in by themselves, and are explained; then it is yours.")
@click.option("--pace", type=click.FloatRange(0, 10), default=1.0, show_default=True, help="Of the tour; 2 is slower.")
def demo(
    folder: Path | None,
    delay: float,
    roster: bool,
    faces: bool,
    folders: bool,
    faults: tuple[str, ...],
    tour: bool,
    pace: float,
) -> None:
    """Try the kiosk: virtual card reader, scanner and printer, invented people, a gateway with the simulator.

    Beside the kiosk stands a tray (F1 to F8) with sample cards, tickets and papers; F10 explains it, F9 ends the demo,
    and F12 lists faults to strike and to put right, for training (`kiosk faults` names them). Nothing is kept without
    --folder. With --folders every query is a file in `req`, every answer one in `res` and every look into the face
    reader one in `face`; F8 shows them and where they are.

    \b
    Examples:
      kiosk demo
      kiosk demo --tour --pace 1.5
      kiosk demo --roster
      kiosk demo --folders --faces
      kiosk demo --folder demo --delay 3
      kiosk demo --fault printer.paper_out@2 --fault card.pulled
    """
    from kiosk.station.wiring.demo import DemoError, run_demo

    if tour and (faces or folders or faults):
        raise click.UsageError("--tour goes without --faces, --folders and --fault")
    told = pace if tour else None
    try:
        code = run_demo(folder, delay, roster=roster, folders=folders, faces=faces, faults=faults, tour=told)
    except DemoError as fault:
        raise click.ClickException(str(fault)) from fault
    except Exception as broken:
        from kiosk.station.crash import tell_not_started

        code = tell_not_started(broken)
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
@click.option("--folders", is_flag=True, help="Through the folders of a simulated terminal of オンライン資格確認.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.option("--list", "only_list", is_flag=True, help="List the scenarios.")
@click.pass_obj
def rehearse(
    config: Path | None, names: tuple[str, ...], devices: str, folders: bool, as_json: bool, only_list: bool
) -> None:
    """Play named check-ins through the real screens and a real gateway, and report how they ended.

    With `--devices real` the configured printer, reader and gateway are used, for those scenarios that need no
    invented card. With `--folders` queries, answers and captures go as files through req, res and face, and what cannot
    happen there is skipped with its reason.

    Exit code 0 when all ended as they must, 1 when one did not, 2 when the rehearsal could not begin.

    \b
    Examples:
      kiosk rehearse
      kiosk rehearse card certificate
      kiosk rehearse --folders
      kiosk rehearse --devices real --json
    """
    from kiosk.station.wiring.rehearsal import RehearsalError, list_scenarios, run_rehearsal

    if folders and devices == "real":
        raise click.UsageError("--folders plays a simulated terminal; a real gateway stands on what it stands on")
    if only_list:
        list_scenarios(as_json=as_json)
        return
    try:
        code = run_rehearsal(names, config if devices == "virtual" else load(config), as_json=as_json, folders=folders)
    except (RehearsalError, SettingsError) as fault:
        click.echo(f"Error: {fault}", err=True)
        code = 2
    sys.exit(code)
