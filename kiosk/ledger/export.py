"""The visits as CSV for the checkup system: Japanese header, CRLF, UTF-8 with BOM or CP932 (Shift_JIS of Windows)."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import BinaryIO

from kiosk.checkin.ways import way_words
from kiosk.ledger.people import SEX_WORDS, birthdate_of, insured_of, insurer_of, kana_of
from kiosk.ledger.reader import Entry, Printing

GETA = "〓"
"""The printer's sign for a character that is not in the case."""


class Encoding(Enum):
    """What the checkup system reads; the value is Python's codec."""

    UTF8 = "utf-8-sig"
    CP932 = "cp932"


@dataclass(frozen=True, slots=True)
class Lost:
    """A field that the encoding could not hold as it is; the character itself is not told."""

    line: int
    """Line in the file; the header is line 1."""
    number: str
    """受付番号."""
    column: str


@dataclass(frozen=True, slots=True)
class Left:
    """A visit of which something could not be written and is empty."""

    line: int
    number: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a file does not have as the record has it."""

    characters: tuple[Lost, ...]
    """Written with 〓 in place of what the encoding lacks."""
    unreadable: tuple[Left, ...]
    """Personal fields that do not open."""
    altered: tuple[Left, ...]
    """Codes of a record that somebody changed."""


def write_csv(entries: Iterable[Entry], out: BinaryIO, encoding: Encoding) -> LeftOut:
    """Write header and entries."""
    lost: list[Lost] = []
    unreadable: list[Left] = []
    altered: list[Left] = []
    text = io.TextIOWrapper(out, encoding=encoding.value, newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for line, entry in enumerate(entries, start=2):
        row = []
        for column, value_of in COLUMNS.items():
            value = _neutral(value_of(entry))
            written = value if encoding is Encoding.UTF8 else cp932(value)
            if written.count(GETA) > value.count(GETA):
                lost.append(Lost(line, str(entry.visit.number), column))
            row.append(written)
        if entry.unreadable:
            unreadable.append(Left(line, str(entry.visit.number)))
        if entry.altered:
            altered.append(Left(line, str(entry.visit.number)))
        rows.writerow(row)
    text.flush()
    text.detach()
    return LeftOut(tuple(lost), tuple(unreadable), tuple(altered))


def cp932(text: str) -> str:
    """The text as CP932 can hold it: signs that it has under another code, then 〓 for what it lacks."""
    # か with a separate voicing mark is one character in CP932. All of NFC would also unify kanji that it tells apart.
    joined = _VOICED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text).translate(_SAME_SIGN)
    return "".join(sign if _in_cp932(sign) else GETA for sign in joined)


_VOICED = re.compile("[\u3040-\u30ff][\u3099\u309a]")
_SAME_SIGN = str.maketrans("\u301c\u2212\u2016\u2014", "\uff5e\uff0d\u2225\u2015")
"""〜 － ∥ ―: Windows has them under these codes, other systems under those."""


def _in_cp932(sign: str) -> bool:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


_FORMULA = re.compile("[=+@\t\r\n\\-＝＋－＠]")


def _neutral(text: str) -> str:
    """A field that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{text}" if _FORMULA.match(text) else text


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _made_up(entry: Entry) -> str:
    return "済" if entry.visit.settled_at else "未" if entry.deferred else ""


def _result(entry: Entry) -> str:
    return "要確認" if entry.altered else "確認済" if entry.visit.outcome.confirmed else "窓口"


def _first_reason(entry: Entry) -> str:
    first = entry.visit.first_reason
    return first.value if first and not entry.altered else ""


def _written(moment: datetime | None, shape: str) -> str:
    return f"{moment:{shape}}" if moment else ""


SLIP_WORDS = {Printing.PRINTED: "済", Printing.FAILED: "失敗", Printing.PENDING: "未了"}
"""What became of a slip."""

COLUMNS: dict[str, Callable[[Entry], str]] = {
    "受付番号": lambda entry: str(entry.visit.number),
    "受付日": lambda entry: entry.visit.day.isoformat(),
    "受付時刻": lambda entry: f"{entry.visit.at:%H:%M:%S}",
    "端末": lambda entry: entry.visit.kiosk,
    "結果": _result,
    "理由コード": lambda entry: "" if entry.altered else entry.visit.outcome.reason.value,
    "確認方法": lambda entry: "" if entry.altered else way_words(entry.visit.outcome.way),
    "不一致項目": lambda entry: "、".join(dict.fromkeys(f.field.value for f in entry.visit.outcome.findings)),
    "受付票": lambda entry: SLIP_WORDS[entry.printing],
    "整理番号": lambda entry: str(entry.visit.draft.ticket.number) if entry.visit.draft.ticket else "",
    "氏名": lambda entry: entry.visit.draft.person.name if entry.visit.draft.person else "",
    "カナ": lambda entry: kana_of(entry.visit),
    "生年月日": lambda entry: _day(birthdate_of(entry.visit)),
    "性別": lambda entry: SEX_WORDS[entry.visit.draft.person.sex] if entry.visit.draft.person else "",
    "住所": lambda entry: entry.visit.draft.person.address if entry.visit.draft.person else "",
    "保険者番号": lambda entry: insurer_of(entry.visit),
    "記号": lambda entry: insured_of(entry.visit).symbol,
    "番号": lambda entry: insured_of(entry.visit).number,
    "枝番": lambda entry: insured_of(entry.visit).branch,
    "受付ID": lambda entry: entry.visit.id,
    "再照会": _made_up,
    "初回理由コード": _first_reason,
    "再照会日": lambda entry: _written(entry.visit.settled_at, "%Y-%m-%d"),
    "再照会時刻": lambda entry: _written(entry.visit.settled_at, "%H:%M:%S"),
    "事前照会日": lambda entry: _written(entry.visit.draft.prechecked_at, "%Y-%m-%d"),
    "事前照会時刻": lambda entry: _written(entry.visit.draft.prechecked_at, "%H:%M:%S"),
}
"""The header and what stands below it; its names for the person are those that a roster file has."""
