"""The receipt printer: it is there, answers, and has paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.layers.faults import WORDS
from kiosk.doctor.symptoms import Symptom
from kiosk.ports.device import Condition, DeviceFault
from kiosk.ports.printer import PaperState, PrinterFault

AGAIN = "kiosk printer status"
TEST = "kiosk printer test"


@dataclass(frozen=True, slots=True)
class PartSaid:
    """What the running kiosk says of a part."""

    condition: Condition
    fault: DeviceFault | None = None


@dataclass(frozen=True, slots=True)
class PrinterFacts:
    """What the printer says of itself, or the running kiosk says of it."""

    device: str
    found: PaperState | PrinterFault | PartSaid
    printed: bool = False
    """Whether a test slip came out."""
    in_use: bool = False
    """Whether a test slip was asked for while the kiosk has the printer."""
    practice: bool = False


def judge(facts: PrinterFacts) -> Examined:
    """Pure."""
    findings: list[Finding] = []
    if facts.device.startswith("virtual:") and not facts.practice:
        words = "設定のプリンターは画像を書くだけの練習用(virtual)です。紙は出ません"
        findings.append(
            warning(Symptom.PRINTER_VIRTUAL, words, 'kiosk.toml の printer.device を "/dev/kiosk-printer" などにする')
        )
    if found := _wrong(facts):
        findings.append(found)
    if facts.in_use:
        words = "キオスクが動いているので、試し刷りはしていません"
        findings.append(warning(Symptom.PRINTER_IN_USE, words, TEST))
    using = "、キオスクが使用中" if isinstance(facts.found, PartSaid) else ""
    printed = "、試し刷りを出しました。両はしの線とQRコードを見てください" if facts.printed else ""
    return Examined(f"{facts.device}{using}{printed}", tuple(findings))


def _wrong(facts: PrinterFacts) -> Finding | None:
    match facts.found:
        case PartSaid(condition, fault):
            return _said(condition, fault)
        case PaperState.OK:
            return None
        case PaperState.UNKNOWN:
            if facts.printed:
                return None
            words = "プリンターが状態を答えません(答えない機種もあります)。試し刷りで確かめてください"
            return note(Symptom.PRINTER_SILENT, words, TEST)
        case PaperState.NEAR_END:
            return _near_end()
        case PaperState.OUT | PrinterFault.PAPER_OUT:
            return failure(
                Symptom.PRINTER_NO_PAPER, "プリンターの紙がありません。紙を入れて、ふたを閉めてください", AGAIN
            )
        case PaperState.COVER_OR_OFFLINE | PrinterFault.COVER_OR_OFFLINE:
            words = "プリンターのふたが開いているか、オフラインです。閉めて、電源を確かめてください"
            return failure(Symptom.PRINTER_COVER, words, AGAIN)
        case PrinterFault.UNREACHABLE | PrinterFault.BROKE_OFF:
            return _unreachable(facts.device)
        case PrinterFault.TIMED_OUT:
            return _timed_out()
        case PrinterFault.QR_UNREADABLE:
            words = "試し刷りが紙の幅に合いません。80 mmなら576、58 mmなら384です"
            return failure(Symptom.PRINTER_HEAD, words, "kiosk.toml の printer.head を変える")
        case _:
            assert_never(facts.found)


def _said(condition: Condition, fault: DeviceFault | None) -> Finding | None:
    if condition is Condition.ATTENTION:
        return _near_end()
    if condition is not Condition.DOWN:
        return None
    match fault:
        case DeviceFault.NEEDS_HAND:
            words = "プリンターの紙がないか、ふたが開いています"
            return failure(Symptom.PRINTER_NEEDS_HAND, words, AGAIN)
        case DeviceFault.NOT_THERE | DeviceFault.GONE:
            return _unreachable("")
        case DeviceFault.HANGS:
            return _timed_out()
        case _:
            why = f": {WORDS[fault]}" if fault else ""
            return failure(Symptom.PRINTER_DOWN, f"プリンターが使えません{why}", AGAIN)


def _near_end() -> Finding:
    words = "プリンターの紙が残りわずかです。新しい紙を用意してください"
    return warning(Symptom.PRINTER_NEAR_END, words, AGAIN)


def _unreachable(device: str) -> Finding:
    kind, _, address = device.partition(":")
    remedy = f"ping -c 3 {address.rpartition(':')[0]}" if kind == "tcp" else "ls -l /dev/usb/lp* /dev/kiosk-printer"
    words = "プリンターにつながりません。電源・線と、設定の printer.device を確かめてください"
    return failure(Symptom.PRINTER_UNREACHABLE, words, remedy)


def _timed_out() -> Finding:
    words = "プリンターが時間内に応じません。電源を切って入れ直し、ほかの機器が使っていないか確かめてください"
    return failure(Symptom.PRINTER_TIMED_OUT, words, AGAIN)
