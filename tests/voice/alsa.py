"""Real ALSA without hardware: devices that are files and pipes, configured as a site configures its own."""

from __future__ import annotations

import asyncio
import fcntl
import os
from pathlib import Path

import pytest

DEVICES = """\
pcm.null { type null }
pcm.paper { type file slave.pcm null file "FOLDER/paper.raw" format raw }
pcm.ear { type file slave.pcm null file "FOLDER/ear" format raw }
"""
EAR_OCTETS = 8192
"""So little stands between the device and the ear."""
DEFAULT = "pcm.default paper\n"
"""What somebody plugs in and out."""
NO_HARDWARE = "pcm.default { type hw card 31 }\n"
"""As a machine has it; no machine that tests this has a card 31."""


class Alsa:
    """Its configuration, and what was played.

    The device `paper` takes everything at once, and `ear` hears only as fast as the test listens.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.nodes = folder / "snd"
        self.nodes.mkdir()
        self._paper, self._ear, self._file = folder / "paper.raw", folder / "ear", folder / "asound.conf"
        os.mkfifo(self._ear)
        self._heard = os.open(self._ear, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.fcntl(self._heard, fcntl.F_SETPIPE_SZ, EAR_OCTETS)
        self._devices = DEVICES.replace("FOLDER", str(folder))
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(self._file))
        self.plug()

    def close(self) -> None:
        os.close(self._heard)

    def plug(self) -> None:
        """There is a `default` to play on."""
        self._become(self._devices + DEFAULT)
        (self.nodes / "pcmC0D0p").touch()

    def unplug(self) -> None:
        """There is none any more."""
        self._become(NO_HARDWARE)
        (self.nodes / "pcmC0D0p").unlink()

    @property
    def on_paper(self) -> bytes:
        """What was played last; ALSA fills its last period with silence."""
        return self._paper.read_bytes() if self._paper.exists() else b""

    async def listen(self, octets: int) -> bytes:
        """Hear so much, as soon as it sounds."""
        heard = b""
        async with asyncio.timeout(10):
            while len(heard) < octets:
                try:
                    heard += os.read(self._heard, octets - len(heard))
                except BlockingIOError:
                    await asyncio.sleep(0.001)
        return heard

    def left(self) -> bytes:
        """What sounded and nobody heard; it stood in the pipe."""
        heard = b""
        try:
            while True:
                heard += os.read(self._heard, 65536)
        except BlockingIOError:
            return heard

    def _become(self, configuration: str) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(configuration, encoding="utf-8")
        draft.replace(self._file)
