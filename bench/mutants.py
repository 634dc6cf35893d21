"""How many mutants of the rules the tests notice: reads what `mutmut run` left, lists the survivors.

python -m bench.mutants        exit code 1 when fewer than 90 % are killed
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

LEAST_KILLED = 0.90


def main() -> int:
    """Print the figures and the survivors."""
    listed = subprocess.run(
        [sys.executable, "-m", "mutmut", "results", "--all", "true"], check=True, capture_output=True, text=True
    )
    verdicts = dict(line.strip().split(": ", 1) for line in listed.stdout.splitlines() if ": " in line)
    counts = Counter(verdicts.values())
    survivors = sorted(name for name, verdict in verdicts.items() if verdict != "killed")
    share = counts["killed"] / len(verdicts) if verdicts else 0.0
    figures = {
        "what": "mutants of kiosk/checkin that a test of tests/checkin notices",
        "mutants": len(verdicts),
        **dict(sorted(counts.items())),
        "share": round(share, 4),
        "limit": LEAST_KILLED,
        "survivors": survivors,
        "kept": share >= LEAST_KILLED,
    }
    print(json.dumps(figures, indent=2))
    return 0 if figures["kept"] else 1


if __name__ == "__main__":
    sys.exit(main())
