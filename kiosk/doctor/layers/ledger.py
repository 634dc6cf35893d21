"""The ledger: whole, of this version, and with its key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from kiosk.doctor.finding import Examined, failure, note, warning
from kiosk.doctor.symptoms import Symptom


class LedgerState(Enum):
    """How the ledger was found."""

    SOUND = "sound"
    NONE = "none"
    """Not begun yet."""
    CLOSED = "closed"
    """The doctor's user may not read it."""
    DAMAGED = "damaged"
    KEYLESS = "keyless"
    """Its key is missing, or another one."""
    FOREIGN = "foreign"
    """No ledger, or one of a newer version."""


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """What was seen of the ledger."""

    file: Path
    state: LedgerState = LedgerState.SOUND


def judge(facts: LedgerFacts) -> Examined:
    """Pure."""
    file = facts.file
    match facts.state:
        case LedgerState.SOUND:
            return Examined(f"{file} 破損なし")
        case LedgerState.NONE:
            found = note(Symptom.LEDGER_NONE, f"{file} はまだありません。はじめての起動で作られます")
        case LedgerState.CLOSED:
            words = f"{file} を読む権限がないので、調べていません"
            found = warning(Symptom.LEDGER_CLOSED, words, "sudo -u kiosk kiosk doctor --only ledger")
        case LedgerState.DAMAGED:
            words = f"{file} が壊れています。受付を記録できません。読める分を救うか、控えを戻してください"
            remedy = "sudo systemctl stop kiosk && sudo kiosk ledger repair"
            found = failure(Symptom.LEDGER_DAMAGED, words, remedy)
        case LedgerState.KEYLESS:
            words = f"{file} の鍵がないか、ちがう鍵です。控えておいた鍵を戻してください"
            found = failure(Symptom.LEDGER_KEY, words, f"sudo ls -l {file.parent}/keys/ledger.key")
        case LedgerState.FOREIGN:
            words = f"{file} は台帳ではないか、新しい版のキオスクが作った物です。その版を入れてください"
            found = failure(Symptom.LEDGER_FOREIGN, words, "kiosk --version")
    return Examined(str(file), (found,))
