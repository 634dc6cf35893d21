"""What a round brought: counts, and the lines that a clerk phones about in advance."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.checkin.insurance import QualificationAnswer
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.precheck import QueryKey
from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.precheck.candidates import Candidate


@dataclass(frozen=True, slots=True, repr=False)
class Problem:
    """One line that would not check in by itself. Its repr shows nothing."""

    candidate: Candidate
    reason: Reason

    def row(self, *, names: bool) -> dict[str, str]:
        """As it is told; of the person nothing but the ticket, and the name only where it is asked for."""
        line, person = self.candidate.appointment, self.candidate.person
        row = {
            "理由コード": self.reason.value,
            "内容": PROCEDURES[self.reason].title,
            "行": str(self.candidate.line),
            "整理番号": str(line.ticket.number) if line.ticket else "",
            "予約日": self.candidate.query.confirmation_date.isoformat(),
            "予約時刻": f"{line.at:%H:%M}" if line.at else "",
        }
        return row | ({"氏名": person.name, "カナ": person.kana} if names else {})


@dataclass(frozen=True, slots=True)
class Report:
    """The whole round."""

    clean: int
    """Lines that would check in with this answer."""
    problems: tuple[Problem, ...]
    unanswered: int
    """Lines without an answer: not asked, or nobody could answer."""
    lacking: int
    """Lines without insurer, number or birth date: nothing to be asked."""

    @classmethod
    def of(
        cls,
        lines: Sequence[Candidate | None],
        answers: Mapping[QueryKey, QualificationAnswer],
        policy: SitePolicy,
    ) -> Report:
        """Judge every line by its answer."""
        clean = unanswered = 0
        problems = []
        found = [line for line in lines if line is not None]
        for line in found:
            answer = answers.get(line.key)
            reason = line.reason(answer, policy) if answer is not None else None
            if reason is None or reason.asked_later:
                unanswered += 1
            elif reason.confirms:
                clean += 1
            else:
                problems.append(Problem(line, reason))
        return cls(clean, tuple(problems), unanswered, len(lines) - len(found))

    def as_json(self, *, names: bool) -> dict[str, object]:
        """For `--json`."""
        return {
            "clean": self.clean,
            "unanswered": self.unanswered,
            "lacking": self.lacking,
            "problems": [
                {key: row.get(title, "") for title, key in _KEYS.items() if title in row}
                for row in (problem.row(names=names) for problem in self.problems)
            ],
        }

    def as_csv(self, *, names: bool) -> bytes:
        """The problems as a spreadsheet reads them: UTF-8 with its mark, CRLF."""
        text = io.StringIO(newline="")
        rows = csv.writer(text, lineterminator="\r\n")
        rows.writerow([title for title in _KEYS if names or title not in _NAMES])
        rows.writerows(problem.row(names=names).values() for problem in self.problems)
        return text.getvalue().encode("utf-8-sig")


_KEYS = {
    "理由コード": "code",
    "内容": "title",
    "行": "line",
    "整理番号": "ticket",
    "予約日": "day",
    "予約時刻": "time",
    "氏名": "name",
    "カナ": "kana",
}
_NAMES = frozenset({"氏名", "カナ"})
