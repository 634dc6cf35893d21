"""What can be wrong with voices, in words for the person who installs."""

from __future__ import annotations


class VoicesError(Exception):
    """Clips cannot be made or used; the message says where, and what to do."""
