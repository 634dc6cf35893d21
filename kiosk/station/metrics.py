"""The status for monitoring: text for the textfile collector of Prometheus' node_exporter.

It is valid OpenMetrics 1.0 and also the older text format 0.0.4 that the collector reads: gauges only, without times
of their own. Names and meanings stand in `METRICS`; no examinee can stand in any of them. A kiosk that died leaves its
last file: `time() - kiosk_updated_timestamp_seconds` tells, and so does node_exporter's node_textfile_mtime_seconds.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from structlog import get_logger

from kiosk.ports.board import Service
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, Part
from kiosk.station.heartbeat import StatusFile
from kiosk.station.judgement import judge
from kiosk.station.status import State, Status

METRICS_SECONDS = 15.0
"""As often as Prometheus usually asks; a file on an SD card should not be written more often."""

METRICS: Mapping[str, str] = {
    "kiosk_info": "1; version of the program and name of the terminal in the labels",
    "kiosk_level": "0 all is well, 1 warning, 2 critical: as the exit code of kiosk status",
    "kiosk_state": "1 for what the kiosk is doing, 0 for the others",
    "kiosk_service": "1 for how staff switched it, 0 for the others",
    "kiosk_part": "1 for how the part is, 0 for the others",
    "kiosk_flag": "1 while staff are asked to look",
    "kiosk_visits": "Visits of the business day, by how the kiosk left them",
    "kiosk_visits_open": "Visits of the business day for the desk that nobody has settled",
    "kiosk_visits_altered": "Visits of the business day whose records somebody changed",
    "kiosk_slips_unprinted": "Slips of the business day that neither came out nor failed",
    "kiosk_queries_deferred": "Visits of any day whose query is still to be made up",
    "kiosk_queries_settled_later": "Queries made up on the business day",
    "kiosk_confirmations_withdrawn": "Of these, answers that took a confirmation back",
    "kiosk_outbox": "Events that no fleet engine has taken",
    "kiosk_disk_space_low": "1 while the disk has no room for visits",
    "kiosk_control_socket": "1 while staff can reach the kiosk",
    "kiosk_simulator": "1 while the answers are those of the simulator",
    "kiosk_started_timestamp_seconds": "When the kiosk started, seconds since 1970",
    "kiosk_updated_timestamp_seconds": "When the kiosk last gave a sign of life, seconds since 1970",
}
"""Every name, and its help text."""


@dataclass(frozen=True, slots=True)
class _Sample:
    name: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in self.labels)
        return f"{self.name}{{{labels}}} {self.value:.15g}" if labels else f"{self.name} {self.value:.15g}"


def metrics_of(status: Status) -> str:
    """The whole text."""
    samples = list(_samples(status))
    lines: list[str] = []
    for name, words in METRICS.items():
        lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
        lines += [str(sample) for sample in samples if sample.name == name]
    return "\n".join([*lines, "# EOF", ""])


def _samples(status: Status) -> Iterator[_Sample]:
    today = status.today
    yield _Sample("kiosk_info", 1, (("kiosk", status.kiosk), ("version", status.version)))
    yield _Sample("kiosk_level", judge(status, status.updated_at).level.value)
    for state in State:
        yield _Sample("kiosk_state", status.state is state, (("state", state.value),))
    for service in Service:
        yield _Sample("kiosk_service", status.service is service, (("service", service.value),))
    for part in Part:
        for condition in Condition:
            labels = (("part", part.value), ("condition", condition.value))
            yield _Sample("kiosk_part", status.condition(part) is condition, labels)
    for flag in Flag:
        yield _Sample("kiosk_flag", flag in status.flags, (("flag", flag.value),))
    yield _Sample("kiosk_visits", today.confirmed, (("outcome", "confirmed"),))
    yield _Sample("kiosk_visits", today.desk, (("outcome", "desk"),))
    yield _Sample("kiosk_visits_open", today.open)
    yield _Sample("kiosk_visits_altered", today.altered)
    yield _Sample("kiosk_slips_unprinted", today.unprinted)
    yield _Sample("kiosk_queries_deferred", today.deferred)
    yield _Sample("kiosk_queries_settled_later", today.settled_later)
    yield _Sample("kiosk_confirmations_withdrawn", today.withdrawn)
    yield _Sample("kiosk_outbox", today.outbox)
    yield _Sample("kiosk_disk_space_low", status.space_low)
    yield _Sample("kiosk_control_socket", status.control)
    yield _Sample("kiosk_simulator", status.simulator)
    yield _Sample("kiosk_started_timestamp_seconds", status.started_at.timestamp())
    yield _Sample("kiosk_updated_timestamp_seconds", status.updated_at.timestamp())


class MetricsFile:
    """Writes the text to one file, by atomic rename, in a thread. One that cannot be written disturbs nobody."""

    def __init__(self, path: Path, status: StatusFile) -> None:
        self._path = path
        self._status = status
        self._told = False

    async def keep_writing(self, every: float = METRICS_SECONDS) -> None:
        """Write for ever, and once more at the end."""
        try:
            while True:
                await asyncio.to_thread(self.write)
                await asyncio.sleep(every)
        finally:
            self.write()

    def write(self) -> None:
        """Write it now; never raises."""
        try:
            _replace(self._path, metrics_of(self._status.status))
        except OSError as failed:
            if not self._told:
                get_logger().warning("metrics cannot be written", error=type(failed).__name__)
            self._told = True
        else:
            self._told = False


def _replace(path: Path, text: str) -> None:
    # The collector reads what ends in .prom: a draft must not.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o644)  # node_exporter is another user
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
