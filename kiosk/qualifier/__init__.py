"""The kiosk's side of the gateway: asks over HTTP, and trusts nothing of what comes back."""

from __future__ import annotations

from kiosk.qualifier.client import Health, HttpQualifier
from kiosk.qualifier.state import LineState

__all__ = ["Health", "HttpQualifier", "LineState"]
