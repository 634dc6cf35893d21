"""Runs inside the machine: kills the kiosk again and again, and prints the seconds until its first question stood.

Standard library only. Usage: kill_and_measure.py COUNT
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time


def main(count: int) -> None:
    """One line of seconds for each kill."""
    chance = random.Random(6)  # noqa: S311 - which process dies
    for _ in range(count):
        main_pid = _show("MainPID")
        processes = [int(line) for line in _said("pgrep", "-u", "kiosk", "-f", "kiosk.toml run$").split()]
        victim = chance.choice(processes)
        begun = time.monotonic()
        os.kill(victim, 9)
        while _show("MainPID") in (main_pid, "0") or _show("ActiveState") != "active":
            if time.monotonic() - begun > 120:
                raise SystemExit(f"not back: {_said('systemctl', 'status', 'kiosk')}")
            time.sleep(0.02)
        print(round(time.monotonic() - begun, 2), flush=True)
        time.sleep(chance.uniform(0.2, 1.5))


def _show(key: str) -> str:
    return _said("systemctl", "show", "--value", "--property", key, "kiosk").strip()


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    main(int(sys.argv[1]))
