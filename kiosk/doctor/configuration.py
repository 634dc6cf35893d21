"""The configuration as a layer: what does not load stops nothing that can be examined without it."""

from __future__ import annotations

from kiosk.doctor.finding import Examined, failure
from kiosk.doctor.symptoms import Symptom


def judge(file: str, wrong: tuple[str, ...] = ()) -> Examined:
    """Pure: one finding for each line that loading it said."""
    return Examined(
        file,
        tuple(
            failure(Symptom.CONFIGURATION_WRONG, f"設定を直してください: {line}", "kiosk config check")
            for line in wrong
        ),
    )
