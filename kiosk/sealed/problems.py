"""What can be wrong with a sealed file."""

from __future__ import annotations


class SealedUnavailable(Exception):
    """The sealed file cannot be written, read or erased; the message says what to do, and no datum."""


class NotPacked(ValueError):
    """What was unsealed is not what was ever sealed as lines."""
