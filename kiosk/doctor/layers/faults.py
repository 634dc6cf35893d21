"""Words for why a device is down."""

from __future__ import annotations

from kiosk.ports.device import DeviceFault

WORDS = {
    DeviceFault.NOT_THERE: "見つかりません",
    DeviceFault.GONE: "途中で切れました",
    DeviceFault.NO_SERVICE: "サービスが動いていません",
    DeviceFault.BUSY: "ほかのプログラムが使っています",
    DeviceFault.NEEDS_HAND: "手当てが必要です",
    DeviceFault.HANGS: "応答がありません",
    DeviceFault.FAULTY: "プログラムの誤りです。記録(log)を管理者へ送ってください",
    DeviceFault.NOT_ALLOWED: "使う権限がありません",
    DeviceFault.NO_LIBRARY: "必要なパッケージがありません",
    DeviceFault.WRONG_DEVICE: "設定が別の機器を指しています",
    DeviceFault.UNSYNCHRONISED: "起動してから同期していません",
    DeviceFault.OFF: "ゲートウェイの時計とちがうか、急に動きました",
}
