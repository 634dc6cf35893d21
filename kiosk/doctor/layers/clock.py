"""The clock: somebody keeps it right. Until then no date decides anything, and everybody goes to the desk (H03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.symptoms import Symptom
from kiosk.ports.device import DeviceFault
from kiosk.settings import ClockSource

CHIPS = "rtc[0-9]*"
DEV = Path("/dev")
SYNCHRONISE = "sudo timedatectl set-ntp true; timedatectl timesync-status"


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What was seen of the clock."""

    source: ClockSource = ClockSource.NTP
    synchronised: bool | None = True
    """By the system's time service; None where nobody tells."""
    off: timedelta | None = timedelta()
    """Ahead of the gateway's clock; None where the gateway did not say."""
    most_off: timedelta = timedelta(seconds=120)
    chip: bool = False
    """Whether the kernel has a clock chip."""
    doubt: DeviceFault | None = None
    """What the running kiosk holds against its clock."""


def judge(facts: ClockFacts) -> Examined:
    """Pure."""
    seen = [f"clock.source={facts.source.value}"]
    if facts.off is not None:
        seen.append(f"ゲートウェイとの差 {facts.off.total_seconds():+.0f}秒")
    found = _wrong(facts)
    return Examined("、".join(seen), (found,) if found else ())


def _wrong(facts: ClockFacts) -> Finding | None:
    if facts.doubt is DeviceFault.OFF or (facts.off is not None and abs(facts.off) > facts.most_off):
        words = "この端末の時計が、ゲートウェイの時計とちがいます。どちらが正しいか確かめてください"
        return failure(Symptom.CLOCK_OFF, words, f"timedatectl; {SYNCHRONISE}")
    if facts.source is ClockSource.CHIP:
        if facts.chip:
            return None
        words = '設定は時計の部品(clock.source = "chip")ですが、この端末にはありません'
        return failure(Symptom.CLOCK_NO_CHIP, words, 'kiosk.toml の clock.source を "ntp" か "gateway" にする')
    if facts.synchronised or (facts.source is ClockSource.GATEWAY and facts.off is not None):
        return None
    if facts.synchronised is False or facts.doubt is not None:
        words = "時計がまだ合っていません。合うまでは、すべての人が窓口での確認(H03)になります"
        return failure(Symptom.CLOCK_UNSYNCHRONISED, words, SYNCHRONISE)
    if facts.off is not None:
        return note(
            Symptom.CLOCK_UNTOLD, "時計が合っているかをシステムが答えません。ゲートウェイの時計とは合っています"
        )
    words = "時計が合っているか、システムもゲートウェイも答えません"
    return warning(Symptom.CLOCK_UNTOLD, words, SYNCHRONISE)


def has_chip(dev: Path = DEV) -> bool:
    """Whether the kernel knows a clock chip."""
    return any(dev.glob(CHIPS))
