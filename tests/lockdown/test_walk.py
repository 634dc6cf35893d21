"""Every way can be gone with keys alone and with touches alone, and the guide tells how many."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.rehearsal.programme import named
from kiosk.rehearsal.report import Performance
from kiosk.settings import Settings
from kiosk.station.wiring import rehearsal
from kiosk.station.wiring.counter import screen_site
from screens.site import ScreenSite
from tests.lockdown.table import page
from tests.lockdown.walk import Striking, Touching, Visit, Walker
from tests.parts import pcscd_with_readers

WAYS = (
    "card",
    "face-code",
    "certificate",
    "unsure",
    "old-card",
    "portal",
    "card-notice",
    "provisional",
    "roster-card",
    "roster-certificate",
    "face-reader",
)
"""One scenario of each way; those of one kind of site stand together."""
GUIDE = Path(__file__).parents[2] / "docs" / "screens-keys.md"


@dataclass(frozen=True)
class Walk:
    """All ways, gone by one kind of hands."""

    performances: dict[str, Performance]
    visits: dict[str, Visit]


def walk(hands: type[Walker], folder: Path) -> Walk:
    """Go all ways at one virtual terminal."""
    walkers: list[Walker] = []

    def made(*stage: object) -> Walker:
        walkers.append(hands(*stage))  # type: ignore[arg-type]  # what the rehearsal gives is what it takes
        return walkers[0]

    played = asyncio.run(rehearsal.rehearse(named(WAYS), lambda _: None, folder=folder, hands=made))
    names = [performance.scenario.name for performance in played]
    return Walk(dict(zip(names, played, strict=True)), dict(zip(names, walkers[0].visits, strict=False)))


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Walk]]:
    def steady(settings: Settings) -> ScreenSite:
        return replace(screen_site(settings), bounce_seconds=0)  # these fingers do not tremble, and need no pause

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rehearsal, "screen_site", steady)
        with pcscd_with_readers():
            yield {
                hands.__name__: walk(hands, tmp_path_factory.mktemp(hands.__name__)) for hands in (Striking, Touching)
            }


@pytest.mark.pcscd
@pytest.mark.parametrize("hands", ["Striking", "Touching"])
def test_every_way_can_be_gone_with_one_kind_of_hands(walks: dict[str, Walk], hands: str) -> None:
    ended = {name: (one.stuck_at, one.code) for name, one in walks[hands].performances.items()}
    assert ended == {scenario.name: ("", scenario.ends.value) for scenario in named(WAYS)}


@pytest.mark.pcscd
def test_the_guide_tells_how_many_touches_and_keys_each_way_takes(walks: dict[str, Walk]) -> None:
    """KIOSK_WRITE=1 writes it."""
    told = page(named(WAYS), walks["Touching"].visits, walks["Striking"].visits)
    if os.environ.get("KIOSK_WRITE"):
        GUIDE.write_text(told, encoding="utf-8")
    assert GUIDE.read_text(encoding="utf-8") == told
