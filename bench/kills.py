"""`python -m bench.kills [ROUNDS]`: SIGKILL at any moment while visits are recorded, settled, printed and erased.

Every round kills a process in each of three kinds of work; 334 rounds, as without an argument, are 1,002 kills. What
was told before a kill has to be there after it, every number once, the chain sound. Exit code 1 when it is not.
"""

from __future__ import annotations

import subprocess
import sys
import time
from tempfile import TemporaryDirectory

ROUNDS = 334


def main(rounds: int) -> int:
    """Kill so often; the tests do it twenty times."""
    began = time.monotonic()
    with TemporaryDirectory(prefix="kenshin-kiosk-bench-") as folder:
        killing = [sys.executable, "-m", "tests.ledger.killing", folder, str(rounds)]
        answer = subprocess.run(killing, capture_output=True, text=True, check=False)
    sys.stderr.write(answer.stderr)
    if answer.returncode == 0:
        visits, settled, served = answer.stdout.split()
        seconds = time.monotonic() - began
        print(f"{3 * rounds} kills in {seconds:.0f} s: {visits} visits, {settled} settled, {served} served; none lost")
    return answer.returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
