"""A device as the station looks after it: set up, run, let go, and tried again for as long as it takes."""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class Part(Enum):
    """What a kiosk is made of."""

    READER = "reader"
    PRINTER = "printer"
    GATEWAY = "gateway"
    LEDGER = "ledger"
    SCANNER = "scanner"
    VOICE = "voice"
    CLOCK = "clock"


class Condition(Enum):
    """How a part is."""

    OK = "ok"
    ATTENTION = "attention"
    """It works, and will soon need a hand: paper near its end."""
    DOWN = "down"
    UNKNOWN = "unknown"
    """Not asked yet, or it does not tell."""
    ABSENT = "absent"
    """This terminal has none."""


class DeviceFault(Enum):
    """Why a device is down."""

    NOT_THERE = "not there"
    """No such reader, device file or address."""
    GONE = "gone"
    """It was there, and stopped in the middle: pulled out, switched off."""
    NO_SERVICE = "no service"
    """The system's service for it does not run: pcscd."""
    BUSY = "busy"
    """Another program holds it."""
    NEEDS_HAND = "needs hand"
    """Somebody in the house puts it right: paper, cover."""
    HANGS = "hangs"
    """It took a question and gave no sign of life."""
    FAULTY = "faulty"
    """The program that looks after it failed; the log names the error."""
    NOT_ALLOWED = "not allowed"
    """The kiosk's user may not use it: polkit, group, mode."""
    NO_LIBRARY = "no library"
    """A package of the system is missing."""
    WRONG_DEVICE = "wrong device"
    """What the configuration names is something else."""
    UNSYNCHRONISED = "unsynchronised"
    """Of the clock: nobody has set it right since the start."""
    OFF = "off"
    """Of the clock: it is another time than the gateway's, or it leapt."""

    @property
    def permanent(self) -> bool:
        """Whether waiting cannot mend it: the person who installs has to."""
        return self in (DeviceFault.NOT_ALLOWED, DeviceFault.NO_LIBRARY, DeviceFault.WRONG_DEVICE)


class DeviceFailure(Exception):
    """A device was lost, or could not be had; `fault` is the whole message."""

    def __init__(self, fault: DeviceFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Pulse(Protocol):
    """What a device tells while it runs."""

    def beat(self, condition: Condition = Condition.OK, fault: DeviceFault | None = None) -> None:
        """It lives, and is like this; `fault` says why it is down."""
        ...


class Device(Protocol):
    """Something that is looked after in a loop of its own."""

    @property
    def part(self) -> Part:
        """What it is to the kiosk."""
        ...

    @property
    def silence_seconds(self) -> float:
        """Without a beat for so long it hangs: it is let go and set up anew."""
        ...

    async def attend(self, pulse: Pulse) -> None:
        """Set it up, run it while it lasts, and let it go; beats at once when it is there, and again and again.

        Ends by DeviceFailure when it is lost, and by being cancelled. It must not block the event loop.
        """
        ...
