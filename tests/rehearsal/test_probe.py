"""The probe of the event loop: what holds it up is seen."""

from __future__ import annotations

import time

import pytest

from kiosk.rehearsal.probe import LIMIT_SECONDS, Naps, probed
from tests.waiting import until


async def test_a_loop_that_is_held_up_is_noticed() -> None:
    async with probed() as probe:
        await until(lambda: len(probe.late) > 0)
        time.sleep(2 * LIMIT_SECONDS)  # noqa: ASYNC251 (this is what must not happen)
        await until(lambda: probe.late.over(LIMIT_SECONDS) > 0)
    assert probe.late.longest > LIMIT_SECONDS
    assert probe.lately == probe.late.longest


async def test_every_nap_is_counted_with_what_the_kernel_took_of_it() -> None:
    async with probed() as probe:
        await until(lambda: len(probe.late) >= 20)
    assert len(probe.late) == len(probe.taken)
    assert probe.told()["naps"] == len(probe.late)


def test_a_quantile_is_right_to_a_tenth_of_a_millisecond() -> None:
    naps = Naps()
    for place in range(1000):
        naps.add(place / 1000)
    assert naps.quantile(0.5) == pytest.approx(0.499, abs=0.001)
    assert naps.quantile(0.999) == pytest.approx(0.998, abs=0.001)
    assert naps.quantile(1.0) == naps.longest == 0.999
    assert naps.over(0.9) == 100
    assert Naps().quantile(0.5) == 0.0


def test_two_probes_add_up() -> None:
    one, other = Naps(), Naps()
    one.add(0.1)
    other.add(0.2)
    one.update(other)
    assert (len(one), one.longest) == (2, 0.2)
