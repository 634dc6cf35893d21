"""SIMULATOR: `kiosk gateway face`."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk import settings
from kiosk.settings import SettingsError


@click.command(epilog="\b\nExamples:\n  kiosk gateway face taro\n  kiosk --config demo/kiosk.toml gateway face hanako")
@click.argument("key")
@click.pass_context
def face(context: click.Context, key: str) -> None:
    """SIMULATOR: let the invented person KEY look into the simulated face reader.

    With serve.folder the capture is a file in the folder `face` of the simulated terminal; without, the simulator that
    runs behind gateway.url is told. `kiosk gateway people` lists the keys.
    """
    from kiosk.gateway.faces.looking import NotSeen, look_in  # loads what other commands need not pay for

    try:
        click.echo(look_in(settings.load(context.obj if isinstance(context.obj, Path) else None), key))
    except KeyError:
        raise click.UsageError(f"{key}: nobody is called so; kiosk gateway people lists everybody") from None
    except (SettingsError, NotSeen) as wrong:
        raise click.ClickException(str(wrong)) from wrong
