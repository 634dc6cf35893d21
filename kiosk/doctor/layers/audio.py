"""Sound: ALSA plays on the configured device, and the spoken guidance is complete."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.doctor.finding import Examined, Finding, note, warning
from kiosk.doctor.layers.faults import WORDS
from kiosk.doctor.symptoms import Symptom
from kiosk.ports.device import DeviceFault

USUAL_DEVICE = "default"


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What came of opening the device without a sound, or what the running kiosk says."""

    enabled: bool = True
    device: str = USUAL_DEVICE
    fault: DeviceFault | None = None
    missing_clips: int = 0
    running: bool = False


def judge(facts: AudioFacts) -> Examined:
    """Pure. A kiosk without sound serves everybody: nothing here is a failure."""
    if not facts.enabled:
        return Examined("", (note(Symptom.AUDIO_OFF, "音声は設定で切ってあります(voice.enabled)"),))
    findings: list[Finding] = []
    if facts.fault:
        findings.append(_wrong(facts.device, facts.fault))
    absent = facts.fault is DeviceFault.NOT_THERE and facts.device == USUAL_DEVICE
    if facts.missing_clips and not absent:
        words = f"案内の音声が{facts.missing_clips}個たりません。合図の音だけが鳴ります"
        findings.append(warning(Symptom.AUDIO_CLIPS, words, "sudo kiosk voices build"))
    return Examined(facts.device + ("、キオスクが使用中" if facts.running else ""), tuple(findings))


def _wrong(device: str, fault: DeviceFault) -> Finding:
    match fault:
        case DeviceFault.NOT_THERE if device == USUAL_DEVICE:
            return note(Symptom.AUDIO_ABSENT, "音の出る機器がありません。音なしで動きます", "aplay -l")
        case DeviceFault.NO_LIBRARY:
            return warning(
                Symptom.AUDIO_NO_PLAYER, "音を出すプログラム(aplay)がありません", "sudo apt install alsa-utils"
            )
        case DeviceFault.NOT_ALLOWED:
            words = "音を出す権限がありません"
            return warning(
                Symptom.AUDIO_NOT_ALLOWED, words, "sudo usermod -aG audio kiosk && sudo systemctl restart kiosk"
            )
        case DeviceFault.WRONG_DEVICE | DeviceFault.NOT_THERE:
            words = f"設定の voice.device ({device})がありません"
            return warning(Symptom.AUDIO_WRONG, words, "aplay -L")
        case _:
            return warning(Symptom.AUDIO_DOWN, f"音が出ません: {WORDS[fault]}", "kiosk voices test")
