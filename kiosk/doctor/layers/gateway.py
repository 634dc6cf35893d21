"""The gateway: it answers, takes the token, and somebody answers behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from kiosk.checkin.outcome import QueryFault
from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.symptoms import Symptom


@dataclass(frozen=True, slots=True)
class GatewayFacts:
    """What came of asking it."""

    url: str = ""
    asked: bool = True
    """False where token or authority cannot be read: their own layers tell why."""
    fault: QueryFault | None = None
    """None when it answers and takes this terminal's token."""
    well: bool = True
    """Whether what stands behind it answers."""
    numbers: bool = True
    """Whether it can be asked by number."""
    simulator: bool = False
    practice: bool = False


def judge(facts: GatewayFacts) -> Examined:
    """Pure."""
    if not facts.url:
        words = "ゲートウェイの設定がありません。資格確認は窓口で行います"
        return Examined("", (note(Symptom.GATEWAY_NONE, words),))
    if not facts.asked:
        words = "トークンか ca_file を読めないので、ゲートウェイには聞いていません"
        remedy = "kiosk doctor --only token --only certificate"
        return Examined(facts.url, (failure(Symptom.GATEWAY_NOT_ASKED, words, remedy),))
    if facts.fault:
        return Examined(facts.url, (_wrong(facts.url, facts.fault),))
    findings: list[Finding] = []
    if not facts.well:
        words = "ゲートウェイは動いていますが、その先(オンライン資格確認の端末)が答えません"
        findings.append(
            failure(Symptom.GATEWAY_BEHIND, words, "journalctl -u kiosk-gateway -n 50 (ゲートウェイの機械で)")
        )
    if not facts.numbers:
        words = "ゲートウェイは番号での照会ができません。顔認証か窓口での確認になります"
        findings.append(warning(Symptom.GATEWAY_WITHOUT_NUMBERS, words, "kiosk config check (ゲートウェイの機械で)"))
    if facts.simulator and not facts.practice:
        words = "ゲートウェイの答えはシミュレーターです。本物の資格確認ではありません"
        findings.append(warning(Symptom.GATEWAY_SIMULATOR, words, 'kiosk.toml の serve.backend を "folders" にする'))
    return Examined(facts.url + (" [SIMULATOR シミュレーター]" if facts.simulator else ""), tuple(findings))


def _wrong(url: str, fault: QueryFault) -> Finding:
    match fault:
        case QueryFault.UNREACHABLE | QueryFault.UNTRUSTED:
            words = f"ゲートウェイにつながりません: {url}。動いているか、線と証明書を確かめてください"
            return failure(Symptom.GATEWAY_UNREACHABLE, words, "systemctl status kiosk-gateway (ゲートウェイの機械で)")
        case QueryFault.TIMED_OUT | QueryFault.STILL_PROCESSING:
            words = f"ゲートウェイが時間内に答えません: {url}"
            return failure(Symptom.GATEWAY_TIMED_OUT, words, "journalctl -u kiosk-gateway (ゲートウェイの機械で)")
        case QueryFault.REFUSED:
            words = "ゲートウェイがこの端末のトークンを受けつけません"
            remedy = "kiosk gateway token k01 --add /etc/kiosk/gateway.tokens (ゲートウェイの機械で)"
            return failure(Symptom.GATEWAY_REFUSED, words, remedy)
        case QueryFault.SERVER_ERROR | QueryFault.GARBAGE:
            words = f"ゲートウェイの答えがおかしいです({fault.value}): {url}"
            return failure(Symptom.GATEWAY_FAULTY, words, "journalctl -u kiosk-gateway (ゲートウェイの機械で)")
        case _:
            assert_never(fault)
