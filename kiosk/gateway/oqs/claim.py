"""SIMULATOR: folders that only a simulated terminal serves are marked as such, and those of others are refused."""

from __future__ import annotations

from kiosk.gateway.oqs.folders import SIMULATOR_MARK, Folders

_MARK = "SIMULATOR シミュレーター: only a simulated terminal answers here, with invented people.\n"


class NotSimulated(Exception):
    """These folders may belong to a real terminal; nothing was touched."""

    def __init__(self, folders: Folders) -> None:
        super().__init__(
            f"{folders.root}: holds folders that no simulated terminal made; a real terminal may work there. "
            "Give serve.folder a new, empty folder for the simulation"
        )


def claim(folders: Folders) -> None:
    """Make the folders and mark them. Raises NotSimulated for those of others, and OSError."""
    mark = folders.root / SIMULATOR_MARK
    places = (folders.requests, folders.responses, folders.faces)
    if not mark.exists():
        if any(place.exists() for place in places):
            raise NotSimulated(folders)
        folders.root.mkdir(parents=True, exist_ok=True)
        mark.write_text(_MARK, encoding="utf-8")
    for place in places:
        place.mkdir(exist_ok=True)
