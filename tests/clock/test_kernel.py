"""The kernel is asked for real; what it says is compared with what the system's own tool reads."""

from __future__ import annotations

import ctypes
import errno
from pathlib import Path

import pytest

from hardware.clock import kernel
from kiosk.ports.clock import Synchronisation


def test_kernel_answers_as_its_bits_say(tmp_path: Path) -> None:
    status = kernel._kernel_status()
    if status is None:
        assert ctypes.get_errno() in (errno.EPERM, errno.ENOSYS), "nothing but a filter of system calls may refuse it"
        pytest.skip("a filter of system calls forbids the question here")
    assert kernel.synchronised(tmp_path / "none") is (not status & 0x40)


@pytest.mark.parametrize(
    ("status", "file", "expected"),
    [(0x2001, False, True), (0x40, False, False), (0x40, True, True), (None, False, None), (None, True, True)],
)
def test_service_that_set_the_clock_since_the_start_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int | None, file: bool, expected: bool | None
) -> None:
    monkeypatch.setattr(kernel, "_kernel_status", lambda: status)
    mark = tmp_path / "synchronized"
    if file:
        mark.touch()
    assert kernel.synchronised(mark) is expected
    # The kernel's word is of now; the file's is of when it was written.
    of_the_file = file and status != 0x2001
    assert kernel.synchronisation(mark) == Synchronisation(expected, mark.stat().st_mtime if of_the_file else None)


def test_structure_is_no_smaller_than_the_kernels() -> None:
    assert ctypes.sizeof(kernel._Timex) >= 208  # of struct timex on 64 bits; the kernel writes all of it
