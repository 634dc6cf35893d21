"""How much one terminal, and one stranger, may ask of the gateway."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MOST_ADDRESSES = 4096
"""Strangers' addresses that are counted one by one; all others of the same minute count as one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; without arguments everything is, as among the parts of one test."""

    per_second: float = math.inf
    """Requests of one terminal, in the long run."""
    at_once: int = 20
    """Requests of one terminal before that rate counts."""
    strangers_per_minute: float = math.inf
    """Requests without a known token from one address, in the long run."""
    strangers_at_once: int = 20
    connections: int | None = None
    connections_per_address: int | None = None
    body_seconds: float = 10
    """For the whole body; a query fits in one packet."""
    request_seconds: float = 15
    """From the first byte of a request, or the opening of a connection, to the last of the body; then it is closed."""


class RateLimit:
    """Token buckets, each kept as one number: the moment at which it is full again (GCRA)."""

    def __init__(self, per_second: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / per_second
        self._credit = self._interval * (at_once - 1)
        self._clock = clock
        self._full_at: dict[Hashable, float] = {}

    def wait(self, who: Hashable) -> float:
        """0 when `who` may ask now, which is counted; otherwise the seconds to wait, and nothing is counted."""
        now = self._clock()
        full_at = max(self._full_at.get(who, now), now)
        excess = full_at - now - self._credit
        # A millionth of a second is rounding, not haste.
        if excess > 1e-6:
            return excess
        self._full_at[who] = full_at + self._interval
        return 0

    def forget_the_full(self) -> None:
        """Drop what is full again, which is the same as never seen."""
        now = self._clock()
        self._full_at = {who: full_at for who, full_at in self._full_at.items() if full_at > now}

    def __contains__(self, who: object) -> bool:
        return who in self._full_at

    def __len__(self) -> int:
        return len(self._full_at)


class Strangers:
    """Slows down whoever has no known token, by address, so that guessing one is pointless."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = RateLimit(limits.strangers_per_minute / 60, limits.strangers_at_once, clock)
        self._let_in: set[tuple[Hashable, str]] = set()

    def wait(self, address: str, terminal: str | None) -> float:
        """0 when a request may be answered; otherwise the seconds to wait.

        A right token passes unless its address is blocked, for then it may be a lucky guess; a terminal that came from
        the address before passes even so, because one with an old token must not lock out its neighbours.
        """
        network = network_of(address)
        if terminal is None:
            return self._limit.wait(self._counted(network))
        known = (network, terminal)
        if known in self._let_in:
            return 0
        waiting = self._limit.wait(network) if network in self._limit else 0
        if not waiting and len(self._let_in) < MOST_ADDRESSES:
            self._let_in.add(known)
        return waiting

    def _counted(self, network: Hashable) -> Hashable:
        if len(self._limit) < MOST_ADDRESSES or network in self._limit:
            return network
        self._limit.forget_the_full()
        return network if len(self._limit) < MOST_ADDRESSES else "others"


def network_of(address: str) -> Hashable:
    """What one stranger can have many addresses of: with IPv6 the /64, otherwise the address itself."""
    if ":" not in address:
        return address
    whole = ipaddress.IPv6Address(address)
    return str(whole.ipv4_mapped) if whole.ipv4_mapped else whole.packed[:8]
