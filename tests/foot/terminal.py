"""foot, as the kiosk's service starts it, on a panel that exists in memory only (a headless sway)."""

from __future__ import annotations

import io
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from screens.panels import SEVEN_INCH, TEN_INCH, Panel
from tests.foot.finger import Finger
from tests.foot.sway import Sway

ROOT = Path(__file__).parents[2]
SETTINGS = {
    TEN_INCH.name: ROOT / "systemd" / "foot.ini",
    SEVEN_INCH.name: ROOT / "systemd" / "foot-7-inch.ini",
}
PROGRAMS = ("sway", "foot", "grim", "setpriv")
PATIENCE = 60.0
"""Seconds; the terminal is there after a fifth of one, where nobody else needs the processors."""
LOOK_SECONDS = 0.01
OTHER_USER = "nobody"
"""Whom root lets run sway, which refuses to run as root. The kiosk's screens run as whoever began it all."""
_OUTPUT = "HEADLESS-1"
_DISPLAY = "wayland-1"


class NoTerminalError(Exception):
    """This machine cannot show the kiosk in foot; the message says what is missing."""


def foot_ini(panel: Panel) -> str:
    """The service's settings of foot for that panel, with what they include."""
    text = SETTINGS[panel.name].read_text(encoding="utf-8")
    # What stands in the file itself comes last: of two settings foot takes the later one.
    return re.sub(r"^include=.*/(.*)\n((?:.*\n)*)", lambda found: _with(found[1], found[2]), text, flags=re.M)


def _with(included: str, own: str) -> str:
    return f"{(ROOT / 'systemd' / included).read_text(encoding='utf-8')}\n[main]\n{own}"


@dataclass(frozen=True, slots=True)
class Cells:
    """How foot divides the panel. All but the first two are dots."""

    columns: int
    rows: int
    width: int
    height: int
    left: int
    """Beside the first column."""
    top: int

    def box(self, column: int, row: int, columns: int = 1, rows: int = 1) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of cells."""
        x, y = self.left + column * self.width, self.top + row * self.height
        return x, y, x + columns * self.width, y + rows * self.height


class Terminal:
    """A terminal that fills its panel. `tty` is its device, for the program that is started on it."""

    def __init__(self, folder: Path, panel: Panel, settings: str) -> None:
        """`settings` is foot's configuration. Raises NoTerminalError."""
        self._folder = folder
        self._open = ExitStack()
        width, height = panel.pixels
        log, started = folder / "log", folder / "started"
        (folder / "foot.ini").write_text(settings, encoding="utf-8")
        # The shell only keeps the terminal open: the program on it is started from outside, by the user who tests.
        hold = f"tty > {folder}/tty && mv {folder}/tty {started} && exec sleep infinity"
        (folder / "sway.conf").write_text(
            "xwayland disable\ndefault_border none\nseat * hide_cursor 100\n"
            f"output {_OUTPUT} resolution {width}x{height}\n"
            f"exec foot --log-level=info --config={folder}/foot.ini --fullscreen sh -c '{hold}'\n",
            encoding="utf-8",
        )
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                # It ends with the process that began it, however that ends, and foot ends with it.
                [*_setpriv("--pdeathsig=KILL"), "sway", "--config", str(folder / "sway.conf")],
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
            )
        try:
            until(lambda: started.exists() or self._process.poll() is not None, "foot did not start")
            if self._process.poll() is not None:
                words = log.read_text(encoding="utf-8", errors="replace")
                raise NoTerminalError(f"sway does not start: {' '.join(words.split()[-40:])}")
            self.tty = Path(started.read_text(encoding="utf-8").strip())
            # At first foot has the size of a window, and learns later that it has the whole panel.
            until(lambda: self._measured(panel, log) is not None, "foot does not fill the panel")
            measured = self._measured(panel, log)
            assert measured is not None
            self.cells = measured
            self._sway = self._open.enter_context(closing(Sway(next(folder.glob("sway-ipc.*.sock")))))
            self._finger = self._open.enter_context(closing(Finger(folder / _DISPLAY, panel.pixels)))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End it, and foot with it."""
        self._open.close()
        self._process.kill()
        self._process.wait()

    def _measured(self, panel: Panel, log: Path) -> Cells | None:
        """None while foot does not fill the panel."""
        sizes = re.findall(r"cell width=(\d+), height=(\d+)", log.read_text(encoding="utf-8", errors="replace"))
        if not sizes:
            return None
        width, height = map(int, sizes[-1])
        across, down = panel.pixels
        columns, rows = across // width, down // height
        device = os.open(self.tty, os.O_RDWR | os.O_NOCTTY)
        fills = tuple(os.get_terminal_size(device)) == (columns, rows)
        os.close(device)
        # foot.ini: `pad=0x0 center`.
        left, top = (across - columns * width) // 2, (down - rows * height) // 2
        return Cells(columns, rows, width, height, left, top) if fills else None

    def picture(self) -> Image.Image:
        """What it shows now."""
        taken = subprocess.run(
            [*_setpriv(), "grim", "-t", "ppm", "-"],
            env=_environment(self._folder),
            check=True,
            capture_output=True,
            timeout=PATIENCE,
        )
        return Image.open(io.BytesIO(taken.stdout)).convert("RGB")

    def until_titled(self, title: str) -> None:
        """Wait until foot has read everything up to the sequence that gave it this title."""
        until(lambda: self._sway.title() == title, f"foot has not read up to {title}")

    def tap(self, column: int, row: int) -> None:
        """A finger on the middle of a cell."""
        left, top, right, bottom = self.cells.box(column, row)
        self._finger.tap((left + right) // 2, (top + bottom) // 2)


@contextmanager
def terminal(panel: Panel, settings: str | None = None) -> Iterator[Terminal]:
    """A terminal as long as this lasts; `settings` instead of those of the service. Raises NoTerminalError."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        raise NoTerminalError(
            f"{', '.join(missing)} not installed; install with: apt-get install sway foot grim util-linux"
        )
    # Not the folder of a test: another user reads it, and the name of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="foot-") as name:
        folder = Path(name)
        if os.getuid() == 0:
            other = pwd.getpwnam(OTHER_USER)
            os.chown(folder, other.pw_uid, other.pw_gid)
        refused = subprocess.run([*_setpriv(), "test", "-w", name], capture_output=True, text=True, check=False)
        if refused.returncode:
            raise NoTerminalError(
                f"root may not become {OTHER_USER} here, and sway refuses root: {refused.stderr.strip()}"
            )
        opened = Terminal(folder, panel, foot_ini(panel) if settings is None else settings)
        try:
            yield opened
        finally:
            opened.close()


def until(condition: Callable[[], bool], otherwise: str) -> None:
    """Wait for something to be so. Raises TimeoutError with these words."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(otherwise)
        time.sleep(LOOK_SECONDS)


def _setpriv(*options: str) -> list[str]:
    """Run what follows as somebody whom sway accepts."""
    if os.getuid() == 0:
        other = pwd.getpwnam(OTHER_USER)
        options = (f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups", *options)
    return ["setpriv", *options]


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the session in which this may run."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "WAYLAND_DISPLAY": _DISPLAY,
        "LC_ALL": "C.UTF-8",
        "WLR_BACKENDS": "headless",
        "WLR_RENDERER": "pixman",
        "WLR_LIBINPUT_NO_DEVICES": "1",
    }
