"""What is behind the door: a closed table of commands, each matched to the letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

BEHIND: Mapping[str, Sequence[str]] = {
    "": ("staff",),
    "kiosk control relay": ("control", "relay"),
    "kiosk status": ("status",),
    "kiosk status --json": ("status", "--json"),
    "kiosk status --follow": ("status", "--follow"),
}
"""What the client may ask for, and the arguments of `kiosk` that this means. "" is `ssh kiosk-staff@k01`: the board."""

_NAMED = ("staff", "control")
"""Commands that take who sits there, for the record."""


def behind(asked: str, name: str | None) -> Sequence[str] | None:
    """The arguments of `kiosk` for what the client asked for; None where the door stays closed.

    `name` is whose key it is, for those who are recorded by name.
    """
    arguments = BEHIND.get(asked)
    if arguments is None or name is None or arguments[0] not in _NAMED:
        return arguments
    return (*arguments, "--as", name)
