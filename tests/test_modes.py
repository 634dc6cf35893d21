"""What tests of refusals stand on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.modes import bound_by_modes


def test_a_closed_file_is_closed_to_whoever_tests_and_to_root_only_then(tmp_path: Path) -> None:
    file = tmp_path / "closed"
    file.touch(mode=0)
    with pytest.raises(PermissionError):
        bound_by_modes(file.read_bytes)
    assert not bound_by_modes(lambda: os.access(file, os.R_OK))
    if os.geteuid() == 0:
        assert file.read_bytes() == b""
