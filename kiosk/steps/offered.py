"""What the gateway and the devices can do just now, beside what the site has decided."""

from __future__ import annotations

from dataclasses import replace

from kiosk.checkin.policy import SitePolicy
from kiosk.ports import Ports


def with_gateway(policy: SitePolicy, ports: Ports) -> SitePolicy:
    """The policy for the next check-in: without queries by number where the gateway says that it answers none."""
    can = policy.capabilities
    answered = ports.gateway is None or ports.gateway.numbers
    return replace(policy, capabilities=replace(can, query=can.query and answered))


def with_devices(policy: SitePolicy, ports: Ports) -> SitePolicy:
    """The policy for the next check-in: without a reader nobody is asked to put a card in, and papers still do.

    While the clock is not sure, the desk decides whatever depends on a date.
    """
    can = replace(policy.capabilities, card_reader=ports.reader.available, dates=ports.clock.sure)
    return replace(policy, capabilities=can)
