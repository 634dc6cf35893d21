"""Which key Tab and the arrow keys come to."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.widget import Widget

from screens.widgets.key import Key

_ARROWS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
"""How far right and down each of them points."""


def stepped(keys: Sequence[Key], focused: Widget | None, step: int) -> Key:
    """The key so many further on, round and round; the first or the last one where no key has the focus yet."""
    if isinstance(focused, Key) and focused in keys:
        return keys[(keys.index(focused) + step) % len(keys)]
    return keys[0 if step > 0 else -1]


def towards(keys: Sequence[Key], here: Region, arrow: str) -> Key | None:
    """The nearest key in that direction; straight ahead counts more than near, and far aside does not count.

    To the left and to the right only keys of the same rows: a line of keys does not go on in the one below.
    """
    right, down = _ARROWS[arrow]

    def way(there: Region) -> tuple[float, float]:
        across = (there.x + there.width / 2 - here.x - here.width / 2) / 2
        along = there.y + there.height / 2 - here.y - here.height / 2
        return (across, along) if right else (along, across)

    ahead = {key: way(key.region) for key in keys}
    sign = right + down
    there = [
        key
        for key, (onward, aside) in ahead.items()
        if onward * sign > abs(aside) / 2 and (down or _beside(key.region, here))
    ]
    return min(there, key=lambda key: abs(ahead[key][0]) + 2 * abs(ahead[key][1]), default=None)


def _beside(one: Region, other: Region) -> bool:
    """Whether they share a row."""
    return one.y < other.bottom and other.y < one.bottom
