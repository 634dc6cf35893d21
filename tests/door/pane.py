"""A terminal (tmux) in which a program runs, with somebody at the keys who reads the screen."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shlex
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path

COLUMNS, ROWS = 85, 26
"""The reference panel."""
PATIENCE = 30.0
"""Seconds; nothing takes so long when it works."""
TMUX_SECONDS = 10.0
"""For one command of tmux, whose client of 3.3a sometimes hangs for ever; nothing but that takes so long."""
LOOK_SECONDS = 0.03
HUMAN_SECONDS = 0.07
"""Between two keys: slower than any scanner."""
_ENDED = "the program ended with"
_IN_THE_PANE = f"""
"$@"
echo "{_ENDED} $?"
stty -a
exec cat
"""


class Pane:
    """A program in a terminal of its own, and the terminal itself when the program is over."""

    def __init__(self, folder: Path) -> None:
        self._server = ["tmux", "-u", "-S", str(folder / "tmux"), "-f", "/dev/null"]
        self._opened = False

    async def open(self, command: Sequence[str | Path]) -> None:
        """Start the program. The shell around it stays, so that it can be seen what it left behind."""
        words = shlex.join(["sh", "-c", _IN_THE_PANE, "sh", *map(str, command)])
        size = ["-x", str(COLUMNS), "-y", str(ROWS)]
        self._opened = True  # also when the client hangs: its server may stand
        await self._tmux("new-session", "-d", *size, words)

    async def close(self) -> None:
        """End the terminal and what runs in it; one that was never opened has nothing to end."""
        opened, self._opened = self._opened, False
        if opened:
            await self._tmux("kill-server")

    async def text(self) -> str:
        """What stands on the screen."""
        return await self._tmux("capture-pane", "-p")

    async def everything(self) -> str:
        """What stands on the screen and what rolled out of it."""
        return await self._tmux("capture-pane", "-p", "-S", "-")

    async def until(self, *words: str) -> str:
        """Wait until all the words stand on the screen; gives the screen."""
        end = time.monotonic() + PATIENCE
        while True:
            shown = await self.text()
            if all(word in shown for word in words):
                return shown
            over = _ENDED in shown or time.monotonic() > end
            assert not over, f"{words} did not come; there stands:\n{shown}"
            await asyncio.sleep(LOOK_SECONDS)

    async def strike(self, text: str, *, enter: bool = False) -> None:
        """Type as a person does."""
        for character in text:
            await self._tmux("send-keys", "-l", character)
            await self._taken()
        if enter:
            await self._tmux("send-keys", "Enter")

    async def key(self, *names: str) -> None:
        """Strike keys that have names, such as F3."""
        for name in names:
            await self._tmux("send-keys", name)
            await self._taken()

    async def scan(self, code: str) -> None:
        """Type as a scanner does: everything at once, with Enter."""
        await self._tmux("send-keys", "-l", f"{code}\r")

    async def ended(self) -> int:
        """Wait for the end of the program; its exit code."""
        shown = await self.until(_ENDED)
        return int(shown.split(_ENDED)[1].split()[0])

    async def restored(self) -> bool:
        """Whether the terminal is as it was: lines and echo, the usual screen, a cursor, no mouse."""
        modes = await self._tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}")
        lines = (await self.everything()).split(_ENDED)[-1].split()
        return modes.split() == ["0", "1", "0"] and {"icanon", "echo", "isig"} <= {word.strip(";") for word in lines}

    async def _taken(self) -> None:
        """Wait until the program has read what was struck: two keys that it reads at once would be one that bounces."""
        end = time.monotonic() + PATIENCE
        device = os.open((await self._tmux("display-message", "-p", "#{pane_tty}")).strip(), os.O_RDONLY | os.O_NOCTTY)
        try:
            while _unread(device):
                assert time.monotonic() < end, "the program reads no keys"
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            os.close(device)
        await asyncio.sleep(HUMAN_SECONDS)

    async def _tmux(self, *words: str) -> str:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        process = await asyncio.create_subprocess_exec(
            *self._server, *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        try:
            async with asyncio.timeout(TMUX_SECONDS):
                out, wrong = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(f"tmux {words[0]} did not end within {TMUX_SECONDS:.0f} s") from None
        assert process.returncode == 0, wrong.decode()
        return out.decode("utf-8")


def _unread(device: int) -> int:
    """Octets that wait in a terminal for whoever reads from it."""
    count: int = struct.unpack("i", fcntl.ioctl(device, termios.FIONREAD, bytes(4)))[0]
    return count
