"""Faults that are planned beforehand, as the command line names them: `printer.paper_out@2`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from kiosk.rehearsal.faults import Fault, Lasts, Troubled

_SIMILAR = 3


class NotPlannable(ValueError):
    """No such fault, or no such use; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault, and the use at which it strikes."""

    fault: Fault
    at: int | None = None
    """The 2nd card, slip, code, query, visit or check-in; None from the start: at every use, or at once."""

    @classmethod
    def parse(cls, text: str) -> Planned:
        """`card.pulled`, or `card.pulled@2`. Raises NotPlannable."""
        name, has_use, use = text.partition("@")
        try:
            fault = Fault(name)
        except ValueError:
            raise NotPlannable(f"there is no fault {name!r}{_similar(name)}; see kiosk faults") from None
        if not has_use:
            return cls(fault)
        if not (use.isascii() and use.isdigit() and int(use) > 0):
            raise NotPlannable(f"{text!r}: after the @ goes which {fault.device.use} it strikes, such as {name}@2")
        return cls(fault, int(use))

    def __str__(self) -> str:
        return self.fault.value if self.at is None else f"{self.fault.value}@{self.at}"


def _similar(name: str) -> str:
    names = [fault.value for fault in Fault]
    last = {value.partition(".")[2]: value for value in names}
    close = get_close_matches(name, names, _SIMILAR, 0.6)
    close += [last[word] for word in get_close_matches(name, last, _SIMILAR) if last[word] not in close]
    if not close and name in (device.value for device in Troubled):
        close = [value for value in names if value.startswith(f"{name}.")]
    return f" (did you mean {', '.join(close[:_SIMILAR])}?)" if close else ""


class Plan:
    """What strikes at which use; it counts the uses."""

    def __init__(self, planned: Sequence[Planned] = ()) -> None:
        self._planned = tuple(planned)
        self._uses = dict.fromkeys(Troubled, 0)

    @property
    def at_the_start(self) -> tuple[Fault, ...]:
        """Faults that go on from the start."""
        return tuple(p.fault for p in self._planned if p.at is None and p.fault.lasts is Lasts.ON)

    def used(self, device: Troubled) -> tuple[Fault, ...]:
        """The device is about to be used once more: what strikes now."""
        self._uses[device] += 1
        return tuple(p.fault for p in self._planned if p.fault.device is device and self._strikes(p))

    def _strikes(self, planned: Planned) -> bool:
        if planned.at is None:
            return planned.fault.lasts is Lasts.ONCE
        return planned.at == self._uses[planned.fault.device]
