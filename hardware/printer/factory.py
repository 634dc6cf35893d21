"""The printer that the configuration names."""

from __future__ import annotations

from pathlib import Path

from hardware.printer.printer import EscposPrinter
from hardware.printer.transport import FileTransport, TcpTransport
from hardware.printer.virtual import FolderPrinter


def open_printer(device: str, head_dots: int, deadline: float, *, cut: bool) -> EscposPrinter | FolderPrinter:
    """The printer behind `tcp:HOST:PORT`, a device file such as /dev/usb/lp0, or `virtual:FOLDER`.

    Nothing is opened yet: each job opens the line and lets it go. `head_dots` is 384 or 576, `deadline` in seconds
    for a whole job.
    Raises ValueError for another form.
    """
    kind, _, rest = device.partition(":")
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and host and port.isdecimal():
        return EscposPrinter(TcpTransport(host.strip("[]"), int(port)), head_dots, deadline, cut=cut)
    if kind == "virtual" and rest:
        return FolderPrinter(Path(rest), head_dots, cut=cut)
    if device.startswith("/dev/"):
        return EscposPrinter(FileTransport(Path(device)), head_dots, deadline, cut=cut)
    raise ValueError("give tcp:HOST:PORT, a device file such as /dev/usb/lp0, or virtual:FOLDER")
