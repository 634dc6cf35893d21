"""A missing part fails; only what the kernel or somebody else decides is skipped."""

from __future__ import annotations

import pytest

from tests.parts import require


def test_a_missing_program_fails_and_says_what_to_type() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"no-such-program is not installed.*apt-get install its-package"):
        require("no-such-program", "its-package")
