"""The card reader: pcscd shows one, and it is the one that the configuration names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.layers.faults import WORDS
from kiosk.doctor.symptoms import Symptom
from kiosk.ports.device import DeviceFault

PCSCD = "sudo systemctl enable --now pcscd.socket"


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    """What pcscd shows, or what the running kiosk says of its reader."""

    pattern: str = ""
    """A regular expression, as the configuration has it."""
    readers: tuple[str, ...] = ()
    fault: DeviceFault | None = None
    """Why none can be used; with `running`, what the kiosk says."""
    running: bool = False
    """Whether the kiosk runs: then only its own words count, and `readers` is empty."""
    practice: bool = False


def judge(facts: ReaderFacts) -> Examined:
    """Pure."""
    chosen = [name for name in facts.readers if re.search(facts.pattern, name)]
    seen = "、".join(chosen) or ("キオスクが使用中" if facts.running else "")
    if facts.practice and not facts.running:
        # Demo and rehearsal bring a pcscd of their own, which ends with them.
        words = "設定が仮想カードリーダーを指しています(練習用)"
        return Examined(seen, (note(Symptom.READER_VIRTUAL, words, "kiosk.toml の card.reader を消す"),))
    found = _wrong(facts, chosen)
    return Examined(seen, (found,) if found else ())


def _wrong(facts: ReaderFacts, chosen: list[str]) -> Finding | None:
    match facts.fault:
        case DeviceFault.NO_SERVICE:
            return failure(Symptom.READER_NO_SERVICE, "カードサービス(pcscd)につながりません", PCSCD)
        case DeviceFault.NOT_ALLOWED:
            words = "この利用者はカードリーダーを使えません(polkit)"
            remedy = "sudo make install (/etc/polkit-1/rules.d/50-kiosk-pcsc.rules を置きます)"
            return failure(Symptom.READER_NOT_ALLOWED, words, remedy)
        case DeviceFault.NO_LIBRARY:
            words = "カードリーダーの部品(libpcsclite)がありません"
            return failure(Symptom.READER_NO_LIBRARY, words, "sudo apt install libpcsclite1 pcscd libccid")
        case None if chosen and len(chosen) > 1:
            words = (
                f"当てはまるカードリーダーが{len(chosen)}台あります。kiosk.toml の card.reader で1台に決めてください"
            )
            return warning(Symptom.READER_SEVERAL, words, f'card.reader = "{_plain(chosen[0])}"')
        case None if chosen or facts.running:
            return None
        case None if facts.readers:
            words = f"設定の card.reader に当てはまるものがありません。あるのは: {'、'.join(facts.readers)}"
            return failure(Symptom.READER_OTHER, words, f'card.reader = "{_plain(facts.readers[0])}"')
        case None | DeviceFault.NOT_THERE | DeviceFault.GONE:
            words = "カードリーダーが見つかりません。線を確かめ、libccidが知る機種にしてください"
            return failure(Symptom.READER_NONE, words, "lsusb; sudo systemctl restart pcscd")
        case fault:
            return failure(
                Symptom.READER_DOWN, f"カードリーダーが使えません: {WORDS[fault]}", "sudo systemctl restart pcscd"
            )


def _plain(name: str) -> str:
    """The maker's part of a reader's name, without socket and serial number."""
    return re.sub(r"\s*[\[(].*|\s+\d\d \d\d$", "", name)
