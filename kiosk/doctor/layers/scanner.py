"""The barcode scanner: the device of the configuration is there, and the kiosk can take it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.layers.faults import WORDS
from kiosk.doctor.symptoms import Symptom
from kiosk.ports.device import DeviceFault

LIST = "kiosk scanner list"
_NUMBERED = re.compile(r"/dev/(input/event|ttyACM|ttyUSB|hidraw)\d+")


@dataclass(frozen=True, slots=True)
class ScannerFacts:
    """What came of opening it, or what the running kiosk says of it."""

    device: str = ""
    """Empty where the scanner types through the terminal, or there is none."""
    fault: DeviceFault | None = None
    running: bool = False


def judge(facts: ScannerFacts) -> Examined:
    """Pure."""
    if not facts.device:
        words = "スキャナーの設定がありません。キーボードとして打ちこむ機種か、スキャナーなしで使います"
        return Examined("", (note(Symptom.SCANNER_UNNAMED, words, "kiosk scanner test"),))
    findings: list[Finding] = []
    if _NUMBERED.fullmatch(facts.device):
        words = f"{facts.device} は差しこむ順番で変わる名前です。by-id の名前にしてください"
        findings.append(warning(Symptom.SCANNER_NUMBERED, words, LIST))
    if facts.fault:
        findings.append(_wrong(facts.device, facts.fault))
    return Examined(facts.device + ("、キオスクが使用中" if facts.running else ""), tuple(findings))


def _wrong(device: str, fault: DeviceFault) -> Finding:
    match fault:
        case DeviceFault.NOT_THERE | DeviceFault.GONE:
            return failure(Symptom.SCANNER_NONE, f"スキャナーが見つかりません: {device}。線を確かめてください", LIST)
        case DeviceFault.NOT_ALLOWED:
            words = f"スキャナーを使う権限がありません: {device}"
            remedy = "sudo usermod -aG input,dialout kiosk && sudo systemctl restart kiosk"
            return failure(Symptom.SCANNER_NOT_ALLOWED, words, remedy)
        case DeviceFault.BUSY:
            words = f"スキャナーをほかのプログラムが使っています: {device}"
            return failure(Symptom.SCANNER_BUSY, words, f"sudo fuser -v {device}")
        case DeviceFault.WRONG_DEVICE:
            words = f"スキャナーではありません: {device}。キーボードかシリアルの名前にしてください"
            return failure(Symptom.SCANNER_WRONG, words, LIST)
        case _:
            return failure(Symptom.SCANNER_DOWN, f"スキャナーが使えません: {WORDS[fault]}", LIST)
