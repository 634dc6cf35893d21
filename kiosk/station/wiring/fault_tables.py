"""Which trouble of which virtual device a fault of the catalogue is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hardware.virtual.disk import Trouble
from hardware.virtual.printer import Condition
from kiosk.rehearsal.faults import Fault
from kiosk.station.wiring.relay import Weather

PRINTER = {
    Fault.PAPER_OUT: Condition.OUT,
    Fault.RUNS_OUT: Condition.RUNS_OUT,
    Fault.NEAR_END: Condition.NEAR_END,
    Fault.COVER_OPEN: Condition.COVER,
    Fault.PRINTER_SILENT: Condition.SILENT,
    Fault.PRINTER_STALLS: Condition.STALLS,
    Fault.PRINTER_BREAKS_OFF: Condition.BREAKS_OFF,
    Fault.PRINTER_UNPLUGGED: Condition.REFUSES,
}
LINE = {
    Fault.LINE_CUT: Weather.CUT,
    Fault.GATEWAY_SILENT: Weather.SILENT,
    Fault.GATEWAY_SLOW: Weather.SLOW,
    Fault.GATEWAY_BREAKS_OFF: Weather.BREAKS_OFF,
    Fault.GATEWAY_BUSY: Weather.BUSY,
    Fault.GATEWAY_ERROR: Weather.ERROR,
    Fault.GATEWAY_UNAVAILABLE: Weather.UNAVAILABLE,
    Fault.GATEWAY_HTML: Weather.HTML,
    Fault.GATEWAY_EMPTY: Weather.EMPTY,
    Fault.GATEWAY_GARBAGE: Weather.GARBAGE,
    Fault.GATEWAY_HUGE: Weather.HUGE,
    Fault.WRONG_TOKEN: Weather.UNAUTHORISED,
    Fault.GATEWAY_DIFFERS: Weather.CLOCK_AHEAD,
}
DISK = {
    Fault.DISK_FULL: Trouble.FULL,
    Fault.DISK_READ_ONLY: Trouble.READ_ONLY,
    Fault.DISK_WRITE_ERROR: Trouble.WRITE_ERROR,
    Fault.DISK_COMMIT_ERROR: Trouble.COMMIT_ERROR,
    Fault.DISK_LOCKED: Trouble.LOCKED,
}
LEAPS = {Fault.LEAPS_FORWARD: timedelta(days=1), Fault.LEAPS_BACK: timedelta(days=-1)}
SERVICE = frozenset(
    {
        Fault.READER_UNPLUGGED,
        Fault.SERVICE_RESTARTED,
        Fault.SERVICE_KILLED,
        Fault.SERVICE_HANGS,
        Fault.SOCKET_GONE,
    }
)
"""What happens to the reader and to pcscd, not to a card."""
CODES: dict[Fault, Callable[[str], tuple[str, ...]]] = {
    Fault.CODE_DAMAGED: lambda code: (code[:5] + "\ufffd" + code[6:],),
    Fault.CODE_UNREADABLE: lambda _: (),
    Fault.TWO_CODES: lambda code: (code, code),
    Fault.LONG_CODE: lambda code: (code * 200,),
    Fault.CONTROL_CHARACTERS: lambda code: (code[:5] + "\x1d\x00" + code[5:],),
    Fault.SHOP_CODE: lambda _: ("4901234567894",),
    Fault.OTHER_CODE: lambda _: ("LUNCH-BOX-4901234567894",),
}
"""What a scanner with that fault reads instead of a code."""
