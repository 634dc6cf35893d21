"""What a rehearsal found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.rehearsal.scenario import Scenario
from kiosk.rehearsal.timing import Part

GOOD, BAD = "ok", "NOT AS EXPECTED"


@dataclass(frozen=True, slots=True)
class Performance:
    """How one scenario was played."""

    scenario: Scenario
    code: str
    """The reason code on the result screen; empty when it never came to a result."""
    number: str
    """The number on the result screen."""
    qr_decoded: bool
    """Whether a slip came out whose QR is this visit's, signed by this terminal."""
    seconds: dict[Part, float]
    """The machine's time for each of its parts."""
    machine_seconds: float | None = None
    """From the PIN's entry to the printer's last byte, without the examinee's own time; None where there was no PIN."""
    stuck_at: str = ""
    """The question at which nothing went on; empty when all went on."""

    @property
    def as_expected(self) -> bool:
        """Whether it ended in its code, with a slip where one must come out."""
        return not self.stuck_at and self.code == self.scenario.ends.value and self.qr_decoded is self.scenario.prints


def as_json(performances: Sequence[Performance], skipped: Sequence[Scenario] = ()) -> dict[str, object]:
    """The report for programs; `skipped` are those that cannot be played on folders."""
    return {
        "as_expected": all(performance.as_expected for performance in performances),
        "scenarios": [
            {
                "name": performance.scenario.name,
                "title": performance.scenario.title,
                "as_expected": performance.as_expected,
                "code": performance.code,
                "expected_code": performance.scenario.ends.value,
                "number": performance.number,
                "qr_decoded": performance.qr_decoded,
                "seconds": {part.value: round(spent, 4) for part, spent in performance.seconds.items()},
                "machine_seconds": performance.machine_seconds and round(performance.machine_seconds, 4),
                "stuck_at": performance.stuck_at,
            }
            for performance in performances
        ],
        "skipped": [{"name": scenario.name, "why": scenario.not_on_folders} for scenario in skipped],
    }


HEADINGS = ("scenario", "outcome", "code", "number", *(part.value for part in Part), "QR", "")


def row(performance: Performance) -> tuple[str, ...]:
    """One line of the table, as wide as HEADINGS; times in milliseconds."""
    seconds = performance.seconds
    return (
        performance.scenario.name,
        _outcome(performance),
        performance.code or "-",
        performance.number or "-",
        *(f"{1000 * seconds[part]:.0f}" if part in seconds else "-" for part in Part),
        "yes" if performance.qr_decoded else "no",
        GOOD if performance.as_expected else _fault(performance),
    )


def _outcome(performance: Performance) -> str:
    if not performance.code:
        return "-"
    reason = Reason(performance.code)
    return ("confirmed" if reason.confirms else "desk") + ": " + PROCEDURES[reason].title


def _fault(performance: Performance) -> str:
    if performance.stuck_at:
        return f"{BAD}: stuck at {performance.stuck_at}"
    if performance.code != performance.scenario.ends.value:
        return f"{BAD}: {performance.scenario.ends.value} was expected"
    return f"{BAD}: {'no slip' if performance.scenario.prints else 'a slip'} came out"
