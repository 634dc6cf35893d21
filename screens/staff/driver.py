"""The terminal of the staff's board, mostly over SSH: keys and short pastes, and nothing else that it may send."""

from __future__ import annotations

from screens.driver import Ear, SafeDriver

LONGEST_PASTE = 1000
"""Characters: more than a note or a slip's code has; their screens say what is too long."""


class BoardDriver(SafeDriver):
    """SIGINT is the board's own: it leaves, when nothing is being recorded."""

    def ear(self) -> Ear:
        return Ear(touches=False, longest_paste=LONGEST_PASTE)
