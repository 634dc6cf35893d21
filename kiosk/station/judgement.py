"""What a status means: a level as monitoring plug-ins know it, and words that tell staff what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.checkin.outcome import QueryFault
from kiosk.ports.board import Level, Service, TerminalView
from kiosk.ports.desk import Flag
from kiosk.ports.device import Condition, DeviceFault, Part
from kiosk.station.status import BEAT_SECONDS, State, Status

STALE = timedelta(seconds=4 * BEAT_SECONDS)
"""A living kiosk writes four times as often; a clock that leaps is put right by the next beat."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The worst level, and every reason for it, the worst first."""

    level: Level
    words: tuple[str, ...] = ()


def judge(status: Status, now: datetime, stale: timedelta = STALE) -> Judgement:
    """Judge a status at that time. Signals no process; looks only whether the kiosk's still exists."""
    if status.state is State.STOPPED:
        return Judgement(Level.CRITICAL, (f"停止しています({_at(status)})。始めるには: sudo systemctl start kiosk",))
    if not _exists(status.pid):
        remedy = "動きださなければ管理者へ: journalctl -u kiosk を見て、sudo systemctl restart kiosk"
        words = f"動いていません(最後の記録 {_at(status)})。{remedy}"
        return Judgement(Level.CRITICAL, (words,))
    if abs(now - status.updated_at) > stale:
        words = f"応答がありません(最後の記録 {_at(status)})。sudo systemctl restart kiosk で始め直してください"
        return Judgement(Level.CRITICAL, (words,))
    found = sorted(_findings(status), key=lambda finding: finding[0], reverse=True)
    return Judgement(found[0][0] if found else Level.OK, tuple(words for _, words in found))


def summary(status: Status) -> str:
    """What the kiosk is doing and the counts of the day, in one line."""
    today = status.today
    total = today.confirmed + today.desk
    simulator = " [SIMULATOR シミュレーター]" if status.simulator else ""
    counts = f"本日{total}件(確認{today.confirmed}・窓口{today.desk})"
    if today.appointments is not None:
        counts += f"、予約名簿{today.appointments}件"
    if today.prechecked is not None:
        counts += f"、事前照会{today.prechecked}件"
    if today.deferred or today.settled_later:
        counts += f"、照会待ち{today.deferred}・再照会済{today.settled_later}"
    state = status.state if _exists(status.pid) else State.STOPPED  # one that was killed could not say so
    return f"{status.kiosk}{simulator} {_STATES[state]}、{counts}"


def view_line(view: TerminalView) -> str:
    """A view in one line, with the time of it at the site."""
    simulator = " [SIMULATOR シミュレーター]" if view.simulator else ""
    known = {state.value: words for state, words in _STATES.items()}
    state = known.get(view.state, "状態不明") if view.alive else "応答なし"
    counts = f"本日{view.confirmed + view.desk}件(確認{view.confirmed}・窓口{view.desk}・未処理{view.open})"
    line = f"{view.as_of:%H:%M:%S} {view.level.word}: {view.name}{simulator} {state}、{counts}"
    return " / ".join([line, *view.words])


def _findings(status: Status) -> Iterator[tuple[Level, str]]:
    if status.service in _SERVICES:
        yield _SERVICES[status.service]
    elif status.state is State.OUT_OF_ORDER:
        yield Level.CRITICAL, "受付を休止しています。原因を直すと、自動で再開します"
    if status.state is State.STARTING:
        yield Level.WARNING, "起動しています。少し待ってください"
    for part in Part:
        if part is Part.GATEWAY and status.condition(part) is Condition.DOWN:
            yield Level.WARNING, _gateway_down(status)
        elif found := _PARTS.get((part, status.condition(part))):
            level, words = found
            yield level, words + _why(status.faults.get(part))
    for flag in status.flags:
        yield _FLAGS[flag]
    if not status.control:
        yield (
            Level.WARNING,
            "職員の画面(kiosk staff)からつながりません。sudo systemctl restart kiosk で直ることがあります",
        )
    if status.space_low:
        yield Level.WARNING, "ディスクの空きがありません。不要なファイルを消すよう管理者に伝えてください"
    if status.today.altered:
        count = f"記録が変わっている受付が本日{status.today.altered}件あります。窓口で確かめてください"
        yield Level.WARNING, f"{count}。管理者は sudo kiosk ledger verify で、どこが変わったかを調べてください"
    if status.today.withdrawn:
        count = f"事前照会で確認し、後の照会でちがう答えになった受付が{status.today.withdrawn}件あります"
        yield Level.WARNING, f"{count}。kiosk ledger list で番号を見てください"
    # While someone is served, a slip may just be in print.
    if status.state is State.IDLE and status.today.unprinted:
        yield Level.WARNING, f"出ていない受付票が{status.today.unprinted}件あります。最初の画面から印刷できます"


def _gateway_down(status: Status) -> str:
    line = status.line
    what, remedy = _GATEWAY[(line and line.reason) or QueryFault.UNREACHABLE]
    since = f"({line.since.astimezone(status.updated_at.tzinfo):%m-%d %H:%M}から)" if line else ""
    return f"{what}{since}。受付は窓口での確認になります。{remedy}"


def _why(fault: DeviceFault | None) -> str:
    return f"({_DEVICE_FAULTS[fault]})" if fault else ""


_SERVICES = {
    Service.PAUSED: (
        Level.WARNING,
        "職員が一時休止にしています。再開: 職員の画面で p g y、または kiosk service resume",
    ),
    Service.OUT_OF_ORDER: (
        Level.CRITICAL,
        "職員が使用停止にしています。直ったら: 職員の画面で p g y、または kiosk service resume",
    ),
    Service.UNKNOWN: (
        Level.CRITICAL,
        "休止・再開の控え(service.json)が壊れて読めないので、受付を休んでいます。"
        "受付してよければ、再開: 職員の画面で p g y、または kiosk service resume",
    ),
}
"""What staff want; while it is open there is nothing to say."""

_STATES = {
    State.STARTING: "起動中",
    State.IDLE: "待機中",
    State.SERVING: "受付中",
    State.OUT_OF_ORDER: "休止中",
    State.STOPPED: "停止中",
}

_PARTS = {
    (Part.READER, Condition.DOWN): (
        Level.WARNING,
        "カードリーダーが使えません。線と電源を確かめてください。書類での受付は続いています",
    ),
    (Part.PRINTER, Condition.DOWN): (
        Level.WARNING,
        "プリンターが使えません。紙・ふた・電源・線を確かめてください。番号とQRコードは画面に出ます",
    ),
    (Part.PRINTER, Condition.ATTENTION): (Level.WARNING, "プリンターの紙が残りわずかです。取りかえてください"),
    (Part.LEDGER, Condition.DOWN): (
        Level.CRITICAL,
        "記録を書けません。窓口で受け付け、ディスクと記録を sudo kiosk doctor で調べるよう管理者に伝えてください",
    ),
    (Part.SCANNER, Condition.DOWN): (
        Level.WARNING,
        "バーコードリーダーが使えません。線を確かめてください。番号は画面で入力できます",
    ),
    (Part.VOICE, Condition.ATTENTION): (
        Level.WARNING,
        "案内の音声がそろっていません。sudo kiosk voices build を行ってください。受付は続いています",
    ),
    (Part.VOICE, Condition.DOWN): (
        Level.WARNING,
        "音が出ません。スピーカーと音声の設定を確かめてください。受付は続いています",
    ),
    (Part.CLOCK, Condition.DOWN): (
        Level.WARNING,
        "時計が合っていません。日付で決まる確認は窓口になります。ネットワークと時刻の同期を確かめてください",
    ),
}

_GATEWAY = {
    QueryFault.UNREACHABLE: ("資格確認のゲートウェイにつながりません", "ゲートウェイと線を確かめてください"),
    QueryFault.UNTRUSTED: (
        "ゲートウェイの証明書を信頼できません",
        "gateway.ca_file、gateway.url の名前、証明書の期限を確かめてください",
    ),
    QueryFault.TIMED_OUT: ("ゲートウェイが時間内に答えません", "ゲートウェイとその先の端末を確かめてください"),
    QueryFault.SERVER_ERROR: (
        "ゲートウェイは答えますが、その先の端末(オンライン資格確認)が答えません",
        "その端末とゲートウェイの記録を確かめてください",
    ),
    QueryFault.GARBAGE: ("ゲートウェイの答えを読めません", "gateway.url とゲートウェイの版を確かめてください"),
    QueryFault.REFUSED: (
        "ゲートウェイがこの端末のトークンを受けつけません",
        "この端末の gateway.token_file と、ゲートウェイの serve.tokens_file を確かめてください",
    ),
    QueryFault.STILL_PROCESSING: ("照会が終わりません", "ゲートウェイの先の端末を確かめてください"),
}
"""What is the matter, and what to look at."""

_DEVICE_FAULTS = {
    DeviceFault.NOT_THERE: "見つからない",
    DeviceFault.GONE: "途中で切れた",
    DeviceFault.NO_SERVICE: "サービスが動いていない",
    DeviceFault.BUSY: "ほかのプログラムが使っている",
    DeviceFault.NEEDS_HAND: "手当てが必要",
    DeviceFault.HANGS: "応答がない",
    DeviceFault.FAULTY: "プログラムの誤り。記録を管理者へ",
    DeviceFault.UNSYNCHRONISED: "起動してから同期していない",
    DeviceFault.OFF: "ゲートウェイの時計とちがうか、急に動いた",
    DeviceFault.NOT_ALLOWED: "権限がない。設置した人へ",
    DeviceFault.NO_LIBRARY: "部品(パッケージ)がない。設置した人へ",
    DeviceFault.WRONG_DEVICE: "設定が別の機器を指している。設置した人へ",
}

_FLAGS = {
    Flag.STAFF_CALLED: (Level.WARNING, "職員が呼ばれています。キオスクへ行ってください"),
    Flag.CARD_LEFT: (Level.WARNING, "カードがリーダーに残っています。預かって持ち主を呼び出してください"),
    Flag.PRINTER: (Level.WARNING, "受付票が出ませんでした。プリンターを確かめてください"),
    Flag.RECORD: (Level.CRITICAL, "受付を記録できませんでした。その人を窓口で受け付けてください"),
    Flag.PRECHECK: (Level.WARNING, "事前照会の結果を読めないか消せません。kiosk precheck をもう一度行ってください"),
    Flag.ROSTER: (Level.WARNING, "予約名簿を読めないか、消せません。sudo kiosk roster import をもう一度行ってください"),
}


def _at(status: Status) -> str:
    return f"{status.updated_at:%m-%d %H:%M:%S}"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # another user's, as it should be
    return True
