"""A recording of the demo for README, as asciinema plays it (asciicast v2): `python -m tests.foot.cast`.

Somebody checks in with card and PIN, and takes a look at the slip; keys are struck when the screen asks for them.
"""

from __future__ import annotations

import codecs
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
import tty
from dataclasses import dataclass, field
from pathlib import Path

import click
from PIL import Image

from kiosk.gateway.people import by_key
from screens.panels import TEN_INCH, Panel
from tests.foot.take import small
from tests.foot.terminal import ROOT, foot_ini, terminal

COLUMNS, ROWS = 130, 30
"""Room for the tray beside the kiosk."""
PATIENCE = 90.0
"""Seconds; a screen is there in a fraction of one."""
READING, STRIKING = 2.5, 0.35
"""Seconds before somebody acts on a new screen, and between two keys."""
LONGEST_PAUSE = 3.0
"""What takes longer is shortened by the player."""
SCREEN = Panel("recording", (COLUMNS * 10, ROWS * 20), (COLUMNS * 2.5, ROWS * 5.0), (10, 20))
"""On which the picture is taken."""
POINTER_SECONDS = 0.3
"""The pointer hides after 0.1 s."""
TOLD = "told"
_KEYS = {"F3": "\x1bOR", "F4": "\x1bOS", "F6": "\x1b[17~", "F9": "\x1b[20~", "Enter": "\r"}
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_^X].*?(?:\x07|\x1b\\)|[ -/]*[0-~])", re.S)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does once these words stand on the screen; without words, after a look at it."""

    words: str
    keys: tuple[str, ...]
    is_pictured: bool = False


STORY = (
    Act("画面にさわって受付をはじめてください", ("1",)),
    Act("どれをお持ちですか", ("F3", "1")),
    Act("暗証番号を入れてください", (*by_key("taro").pin, "Enter")),
    Act("ご本人の確認です", ("1",)),
    Act("受付番号 A-001", ("F6",), is_pictured=True),
    Act("", ("F6",)),
    Act("", ("F4", "1")),
    Act("画面にさわって受付をはじめてください", ("F9",)),
)


@dataclass
class Recording:
    """What a program writes on its terminal, and when."""

    terminal: int
    events: list[tuple[float, str]] = field(default_factory=list)
    _decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))
    _unread: str = ""

    def until(self, words: str) -> None:
        """Record until the words come, after those that came before. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE
        while words not in (shown := _SEQUENCE.sub("", self._unread)):
            if time.monotonic() > end or not self._more(end - time.monotonic()):
                raise TimeoutError(f"{words} did not come, but {shown[-200:]!r}")

    def rest(self, seconds: float) -> None:
        """Record for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self._more(left):
            pass

    def strike(self, key: str) -> None:
        """Strike a key; what comes before it is read."""
        self._unread = ""
        os.write(self.terminal, _KEYS.get(key, key).encode())

    def _more(self, seconds: float) -> bool:
        """Take what comes; False when the program has ended."""
        if not select.select([self.terminal], [], [], max(0.0, seconds))[0]:
            return True
        try:
            text = self._decoder.decode(os.read(self.terminal, 1 << 16))
        except OSError:  # how a terminal tells that nobody has it open any more
            return False
        self.events.append((time.monotonic(), text))
        self._unread += text
        return True


def play(recording: Recording) -> int:
    """The story, act by act; how many events there are when the picture for README stands on the screen."""
    pictured = 0
    for act in STORY:
        recording.until(act.words)
        recording.rest(READING)
        if act.is_pictured:
            pictured = len(recording.events)
        for key in act.keys:
            recording.strike(key)
            recording.rest(STRIKING)
    recording.rest(PATIENCE)
    return pictured


def cast(events: list[tuple[float, str]]) -> str:
    """The recording as a file of asciinema's second version, from the first screen on to the last."""
    first = next(at for at, (_, text) in enumerate(events) if STORY[0].words in _SEQUENCE.sub("", text))
    begun = events[first][0]
    header = {
        "version": 2,
        "width": COLUMNS,
        "height": ROWS,
        "idle_time_limit": LONGEST_PAUSE,
        "env": {"TERM": "xterm-256color"},
        "title": "kenshin-kiosk: a check-in with card and PIN",
    }
    lines = [json.dumps(header)]
    for at, text in events:
        lines.append(json.dumps([round(max(0.0, at - begun), 3), "o", text], ensure_ascii=False))
    return "\n".join(lines) + "\n"


def still(told: str) -> Image.Image:
    """What stands on a terminal that is told this."""
    smaller = re.sub(r"size=(\d+)", lambda size: f"size={int(size[1]) * 15 // 22}", foot_ini(TEN_INCH))
    with terminal(SCREEN, settings=smaller) as opened:
        device = os.open(opened.tty, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(device)  # else what foot answers is echoed
        with os.fdopen(device, "w", encoding="utf-8") as screen:
            screen.write(f"{told}\x1b]2;{TOLD}\x07")
        opened.until_titled(TOLD)
        time.sleep(POINTER_SECONDS)
        before = opened.picture()
        while (now := opened.picture()) != before:
            before = now
        return now


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=ROOT / "docs" / "demo.cast")
@click.argument("picture", type=click.Path(path_type=Path), default=ROOT / "docs" / "pictures" / "demo.png")
def main(file: Path, picture: Path) -> None:
    """Record a check-in at `kiosk demo` into FILE (docs/demo.cast), its end as a PICTURE (docs/pictures/demo.png)."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
    with tempfile.TemporaryDirectory(prefix="cast-") as folder:
        demo = subprocess.Popen(
            [sys.executable, "-I", "-m", "kiosk", "demo", "--roster", "--folder", "demo"],
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(theirs)
        recording = Recording(ours)
        try:
            pictured = play(recording)
        except TimeoutError as reason:
            raise click.ClickException(str(reason)) from None
        finally:
            demo.terminate()
            demo.wait(PATIENCE)
            os.close(ours)
    file.write_text(cast(recording.events), encoding="utf-8")
    small(still("".join(text for _, text in recording.events[:pictured]))).save(picture, optimize=True)
    seconds = recording.events[-1][0] - recording.events[0][0]
    click.echo(f"{seconds:.0f} seconds, {file.stat().st_size / 1e3:.0f} kB, in {file}")


if __name__ == "__main__":
    main()
