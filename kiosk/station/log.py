"""The log: lines of key=value in <state>/log/kiosk.log, and nothing in them that could name a person.

Only the keys of `ALLOWED` pass, each with the shape that it must have; whatever else somebody hands to the logger is
withheld, by its key's name. So a mistake in any room costs a word in the log, and never a name or a number.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, MutableMapping
from enum import Enum
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TypeAlias

import structlog

LOG_BYTES = 1024 * 1024
LOG_FILES = 5
"""With the running one: 6 MiB at most, a few weeks of a quiet terminal."""
TALKATIVE = ("httpx", "httpcore")
"""Libraries that log every request at INFO: several lines a minute that only say that a library said something."""

OUR_OWN = ("kiosk.", "hardware.", "screens.")

_WORD = r"[A-Za-z_][A-Za-z_.]{0,63}"
_SMALL = r"-?\d{1,7}(?:\.\d+)?"
ALLOWED: Mapping[str, re.Pattern[str]] = {
    key: re.compile(shape, re.ASCII)
    for key, shape in {
        "timestamp": r"\d{4}-\d\d-\d\dT[\d:.]+Z",
        "level": r"[a-z]+",
        "event": r"[A-Za-z][A-Za-z ,.;:_()/'-]{0,99}",
        "error": _WORD,
        "fault": r"[A-Za-z][A-Za-z -]{0,39}",
        "state": r"[A-Za-z][A-Za-z -]{0,39}",
        "part": r"[a-z]+",
        "logger": _WORD,
        "where": r"[\w./<>:-]+(?: < [\w./<>:-]+){0,11}",
        "text": r"[ -~]{1,200}",
        "reason": r"[A-Z]\d\d",
        "way": r"[a-z1-5-]+",
        "visit": r"[0-9a-f]{32}",
        "visit_number": r"[A-Z]-\d{3,5}",
        "version": r"\d[\w.]{0,19}",
        "milliseconds": _SMALL,
        "seconds": _SMALL,
        "count": _SMALL,
        "attempt": _SMALL,
        "status": r"\d{3}",
        "pid": r"\d{1,7}",
    }.items()
}
"""Every key that may stand in the log, and what its value must look like."""

EventDict: TypeAlias = MutableMapping[str, Any]


def start_log(state: Path, *, level: int = logging.INFO) -> Path:
    """Send all logging of this process to <state>/log/kiosk.log and return its path. Raises OSError."""
    path = state / "log" / "kiosk.log"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _File(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[*_ADDED, only_allowed, _LINE]))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level)
    for library in TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    # What libraries say in `warnings` goes the same way, not to the screen.
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return path


def only_allowed(_logger: Any, _method: str, event_dict: EventDict) -> EventDict:
    """The structlog processor that lets only `ALLOWED` pass; the names of other keys follow in `withheld`."""
    kept: EventDict = {}
    withheld = []
    for key, value in event_dict.items():
        text = str(value.value) if isinstance(value, Enum) else str(value)
        if key in ALLOWED and ALLOWED[key].fullmatch(text):
            kept[key] = text
        elif not key.startswith("_"):
            withheld.append(key if re.fullmatch(_WORD, key) else "…")
    if withheld:
        kept["withheld"] = ",".join(sorted(withheld))
    return kept


class _File(RotatingFileHandler):
    """A file that may be full or gone without disturbing anybody; the lines that were lost are counted in it later."""

    lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        before = self.lost
        super().emit(record)
        if self.lost == before and before:
            self.lost = 0
            structlog.get_logger().warning("log lines were lost", count=before)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging names it
        self.lost += 1


def _of_a_library(_logger: Any, _method: str, event_dict: EventDict) -> EventDict:
    """A line that some library wrote: its text and arguments may quote anything, so only its place is kept; of our own
    rooms also the words before the first argument.
    """
    record = event_dict["_record"]
    if not event_dict["_from_structlog"]:
        raised, *_ = event_dict.get("exc_info") or (None,)
        return {
            "_record": record,
            "event": _template(record) or "said by a library",
            "level": record.levelname.lower(),
            "logger": record.name,
            "where": f"{record.module}:{record.lineno}",
            **({"error": raised.__name__} if raised else {}),
        }
    return {**event_dict, "level": record.levelname.lower()}


def _template(record: logging.LogRecord) -> str:
    """What stands in our source; empty for others, who may put into it what they received."""
    if not record.name.startswith(OUR_OWN) or not isinstance(record.msg, str):
        return ""
    return re.split(r"\s*[\w.]*[=:]?\s*%", record.msg, maxsplit=1)[0]


_ADDED = (_of_a_library, structlog.processors.TimeStamper(fmt="iso", utc=True))
_LINE = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], drop_missing=True)
