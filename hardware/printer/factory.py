"""The printer that the configuration names."""

from __future__ import annotations

from pathlib import Path

from hardware.printer.device_file import FileTransport, FlowControl
from hardware.printer.printer import EscposPrinter
from hardware.printer.transport import TcpTransport
from hardware.printer.virtual import FolderPrinter

SLOW_BAUD = 38400
"""Below it a drawn slip takes longer than anybody waits: 13 s at 38400, 52 s at 9600. Such a printer gets text."""


def open_printer(
    device: str,
    head_dots: int,
    deadline: float,
    *,
    cut: bool,
    baud: int | None = None,
    flow: FlowControl | None = None,
    text: bool | None = None,
) -> EscposPrinter | FolderPrinter:
    """The printer behind `tcp:HOST:PORT`, a device file such as /dev/usb/lp0 or /dev/ttyUSB0, or `virtual:FOLDER`.

    Nothing is opened yet: each job opens the line and lets it go. `head_dots` is 384 or 576, `deadline` in seconds
    for a whole job, `baud` and `flow` the speed and the flow control of a serial line. `text` says whether the slip
    goes out in the printer's own letters; None lets the speed decide.
    Raises ValueError for another form.
    """
    in_letters = (baud is not None and baud < SLOW_BAUD) if text is None else text
    kind, _, rest = device.partition(":")
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and host and port.isdecimal():
        line = TcpTransport(host.strip("[]"), int(port))
        return EscposPrinter(line, head_dots, deadline, cut=cut, text=in_letters)
    if kind == "virtual" and rest:
        return FolderPrinter(Path(rest), head_dots, cut=cut)
    if device.startswith("/dev/"):
        return EscposPrinter(FileTransport(Path(device), baud, flow), head_dots, deadline, cut=cut, text=in_letters)
    raise ValueError("give tcp:HOST:PORT, a device file such as /dev/usb/lp0, or virtual:FOLDER")
