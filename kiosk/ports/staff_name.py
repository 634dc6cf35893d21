"""What staff may be called in the record: one rule for whoever gives them a key and for the kiosk that they enter."""

from __future__ import annotations

LONGEST_NAME = 40
"""Signs."""
NO_NAME = f"名前は1から{LONGEST_NAME}文字で、かっこは使えません"
"""For whoever typed one that does not fit."""


def is_staff_name(name: str) -> bool:
    """Whether that can stand in the record as somebody's name.

    The login stands in parentheses behind it: a name cannot play one, nor hide a sign.
    """
    if not name.strip() or len(name) > LONGEST_NAME:
        return False
    return not any(sign in "()（）" for sign in name) and name.replace("\u3000", " ").isprintable()
