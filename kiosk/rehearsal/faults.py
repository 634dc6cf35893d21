"""The faults that virtual devices can have: a closed catalogue, for training, for the rehearsal and for the matrix.

What each does to which virtual device stands on the roof, in `kiosk.station.wiring.injector`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Troubled(Enum):
    """What has the fault. The value is the first part of the fault's name."""

    CARD = "card"
    PRINTER = "printer"
    SCANNER = "scanner"
    GATEWAY = "gateway"
    DISK = "disk"
    CLOCK = "clock"

    @property
    def use(self) -> str:
        """What is counted for `@2`, in English."""
        return _USES[self]


_USES = {
    Troubled.CARD: "card put in",
    Troubled.PRINTER: "slip",
    Troubled.SCANNER: "code scanned",
    Troubled.GATEWAY: "query",
    Troubled.DISK: "visit recorded",
    Troubled.CLOCK: "check-in begun",
}


class Lasts(Enum):
    """How long a fault lasts."""

    ONCE = "once"
    """It strikes one use, and is over."""
    ON = "on"
    """It goes on until it is cleared."""


class Fault(Enum):
    """The faults by their names."""

    UPSIDE_DOWN = "card.upside_down"
    LICENCE = "card.licence"
    TRANSIT = "card.transit"
    RESIDENCE = "card.residence"
    BASIC_RESIDENT = "card.basic_resident"
    PHONE = "card.phone"
    FACE_CARD = "card.no_pin"
    LAST_TRY = "card.last_try"
    LOCKED = "card.locked"
    PULLED = "card.pulled"
    SWAPPED = "card.swapped"
    CARD_HANGS = "card.hangs"
    CARD_DEAD = "card.dead"
    LOST_ANSWER = "card.lost_answer"
    CARD_SLOW = "card.slow"
    FIRST_SELECT = "card.first_select"
    IN_PARTS = "card.in_parts"
    STRAY_BYTES = "card.stray_bytes"
    VERIFIED = "card.already_verified"
    READER_UNPLUGGED = "card.reader_unplugged"
    SERVICE_RESTARTED = "card.service_restarted"
    SERVICE_KILLED = "card.service_killed"
    SERVICE_HANGS = "card.service_hangs"
    SOCKET_GONE = "card.socket_gone"

    PAPER_OUT = "printer.paper_out"
    RUNS_OUT = "printer.runs_out"
    NEAR_END = "printer.near_end"
    COVER_OPEN = "printer.cover_open"
    PRINTER_SILENT = "printer.silent"
    PRINTER_STALLS = "printer.stalls"
    PRINTER_BREAKS_OFF = "printer.breaks_off"
    PRINTER_UNPLUGGED = "printer.unplugged"

    CODE_DAMAGED = "scanner.damaged"
    CODE_UNREADABLE = "scanner.unreadable"
    TWO_CODES = "scanner.two_in_a_row"
    LONG_CODE = "scanner.too_long"
    CONTROL_CHARACTERS = "scanner.control_characters"
    SHOP_CODE = "scanner.shop_code"
    OTHER_CODE = "scanner.not_a_ticket"
    SCANNER_VANISHED = "scanner.vanished"

    LINE_CUT = "gateway.cut"
    GATEWAY_SILENT = "gateway.silent"
    GATEWAY_SLOW = "gateway.slow"
    GATEWAY_BREAKS_OFF = "gateway.breaks_off"
    GATEWAY_HICCUP = "gateway.hiccup"
    GATEWAY_BUSY = "gateway.busy"
    GATEWAY_ERROR = "gateway.error_500"
    GATEWAY_UNAVAILABLE = "gateway.unavailable_503"
    GATEWAY_HTML = "gateway.html"
    GATEWAY_EMPTY = "gateway.empty"
    GATEWAY_GARBAGE = "gateway.garbage"
    GATEWAY_HUGE = "gateway.huge"
    WRONG_TOKEN = "gateway.wrong_token"  # noqa: S105 (the name of a fault)

    DISK_FULL = "disk.full"
    DISK_READ_ONLY = "disk.read_only"
    DISK_WRITE_ERROR = "disk.write_error"
    DISK_COMMIT_ERROR = "disk.commit_error"
    DISK_LOCKED = "disk.locked"

    UNSYNCHRONISED = "clock.unsynchronised"
    LEAPS_FORWARD = "clock.leaps_forward"
    LEAPS_BACK = "clock.leaps_back"
    GATEWAY_DIFFERS = "clock.gateway_differs"

    @property
    def device(self) -> Troubled:
        """What has it."""
        return Troubled(self.value.partition(".")[0])

    @property
    def words(self) -> str:
        """What staff see and learn from it, in one Japanese sentence."""
        return FAULTS[self].words

    @property
    def lasts(self) -> Lasts:
        """How long it lasts."""
        return FAULTS[self].lasts


@dataclass(frozen=True, slots=True)
class About:
    """What the catalogue says of a fault."""

    words: str
    lasts: Lasts = Lasts.ON


FAULTS: Mapping[Fault, About] = {
    Fault.UPSIDE_DOWN: About("カードがうら返しで、何も答えません。"),
    Fault.LICENCE: About("マイナンバーカードでなく運転免許証が置かれます。"),
    Fault.TRANSIT: About("マイナンバーカードでなく交通系ICカードが置かれます。"),
    Fault.RESIDENCE: About("マイナンバーカードでなく在留カードが置かれます。"),
    Fault.BASIC_RESIDENT: About("マイナンバーカードでなく古い住民基本台帳カードが置かれます。"),
    Fault.PHONE: About("カードでなくスマートフォンが置かれます。"),
    Fault.FACE_CARD: About("暗証番号のない顔認証マイナンバーカードが置かれ、照合番号Bで開きます。"),
    Fault.LAST_TRY: About("暗証番号の残りが1回のカードで、キオスクは暗証番号を送りません。"),
    Fault.LOCKED: About("暗証番号がロックされたカードです。"),
    Fault.PULLED: About("読んでいるとちゅうでカードが抜かれます。", Lasts.ONCE),
    Fault.SWAPPED: About("読んでいるカードが、すばやくほかの人のカードに替えられます。", Lasts.ONCE),
    Fault.CARD_HANGS: About("カードがとちゅうで答えなくなり、置かれたままになります。", Lasts.ONCE),
    Fault.CARD_DEAD: About("カードのICがとちゅうでこわれ、それから何も答えません。", Lasts.ONCE),
    Fault.LOST_ANSWER: About("暗証番号は届きましたが、カードの答えがとちゅうで消えます。", Lasts.ONCE),
    Fault.CARD_SLOW: About("カードの答えがとてもおそくなります。"),
    Fault.FIRST_SELECT: About("カードがさいしょの命令を断ります(6F00)。"),
    Fault.IN_PARTS: About("カードが答えを分けて返します(61xx・6Cxx)。"),
    Fault.STRAY_BYTES: About("カードの4情報の前に、よけいな2バイトがあります。"),
    Fault.VERIFIED: About("ほかのプログラムが、もう暗証番号を照合したカードです。"),
    Fault.READER_UNPLUGGED: About("カードリーダーのUSBケーブルが抜けます。"),
    Fault.SERVICE_RESTARTED: About("カードリーダーのサービス(pcscd)が再起動します。", Lasts.ONCE),
    Fault.SERVICE_KILLED: About("カードリーダーのサービス(pcscd)が止まり、動いていません。"),
    Fault.SERVICE_HANGS: About("カードリーダーのサービス(pcscd)が固まり、何も答えません。"),
    Fault.SOCKET_GONE: About("カードリーダーのサービス(pcscd)のソケットが消えます。"),
    Fault.PAPER_OUT: About("受付票の用紙がありません。"),
    Fault.RUNS_OUT: About("受付票を印刷しているとちゅうで用紙がなくなります。"),
    Fault.NEAR_END: About("用紙が残りわずかですが、印刷はできます。"),
    Fault.COVER_OPEN: About("プリンターのふたが開いています。"),
    Fault.PRINTER_SILENT: About("プリンターは印刷しますが、状態を答えません。"),
    Fault.PRINTER_STALLS: About("プリンターが印刷のとちゅうで固まります。"),
    Fault.PRINTER_BREAKS_OFF: About("印刷のとちゅうでプリンターの線が切れます。"),
    Fault.PRINTER_UNPLUGGED: About("プリンターの電源かケーブルが抜けています。"),
    Fault.CODE_DAMAGED: About("読み取ったコードの一部がこわれています。", Lasts.ONCE),
    Fault.CODE_UNREADABLE: About("受診券をかざしても、コードが読み取れません。", Lasts.ONCE),
    Fault.TWO_CODES: About("コードが二つ続けて読み取られます。", Lasts.ONCE),
    Fault.LONG_CODE: About("2,000字をこえる長いコードが読み取られます。", Lasts.ONCE),
    Fault.CONTROL_CHARACTERS: About("コードに制御文字がまじっています。", Lasts.ONCE),
    Fault.SHOP_CODE: About("受診券でなく、お弁当のバーコードが読み取られます。", Lasts.ONCE),
    Fault.OTHER_CODE: About("受診券でない、英字のコードが読み取られます。", Lasts.ONCE),
    Fault.SCANNER_VANISHED: About("バーコードリーダーのUSBケーブルが抜けます。"),
    Fault.LINE_CUT: About("ゲートウェイへのLANケーブルが抜けています。"),
    Fault.GATEWAY_SILENT: About("ゲートウェイにつながりますが、答えがありません。"),
    Fault.GATEWAY_SLOW: About("ゲートウェイの答えがおそくなります。"),
    Fault.GATEWAY_BREAKS_OFF: About("ゲートウェイの答えがとちゅうで切れます。"),
    Fault.GATEWAY_HICCUP: About("ゲートウェイとの線が一度だけ切れ、すぐにもどります。", Lasts.ONCE),
    Fault.GATEWAY_BUSY: About("ゲートウェイが混みあい、あとにしてくださいと答えます(429)。"),
    Fault.GATEWAY_ERROR: About("ゲートウェイが内部エラーを返します(500)。"),
    Fault.GATEWAY_UNAVAILABLE: About("ゲートウェイが休止中と答えます(503)。"),
    Fault.GATEWAY_HTML: About("ゲートウェイの代わりに、保守中のWebページが返ります。"),
    Fault.GATEWAY_EMPTY: About("ゲートウェイの答えが空です。"),
    Fault.GATEWAY_GARBAGE: About("ゲートウェイの答えが読めない文字です。"),
    Fault.GATEWAY_HUGE: About("ゲートウェイの答えがとても大きくなります。"),
    Fault.WRONG_TOKEN: About("ゲートウェイが、この端末のトークンを断ります(401)。"),
    Fault.DISK_FULL: About("ディスクに空きがなく、受付を記録できません。"),
    Fault.DISK_READ_ONLY: About("ディスクが読み取り専用になり、受付を記録できません。"),
    Fault.DISK_WRITE_ERROR: About("ディスクに書くとエラーになります。"),
    Fault.DISK_COMMIT_ERROR: About("記録のさいごのところで、ディスクがエラーになります。"),
    Fault.DISK_LOCKED: About("ほかのプログラムが台帳をつかんで、はなしません。"),
    Fault.UNSYNCHRONISED: About("端末の時計が一度も合わされておらず、日付を信用できません。"),
    Fault.LEAPS_FORWARD: About("端末の時計が1日進みます。"),
    Fault.LEAPS_BACK: About("端末の時計が1日もどります。"),
    Fault.GATEWAY_DIFFERS: About("ゲートウェイの時計が10分ちがいます。"),
}
"""Every fault, in the order in which it is listed."""


def faults_of(device: Troubled | None = None) -> tuple[Fault, ...]:
    """The faults of that device, all of them without one."""
    return tuple(fault for fault in Fault if device in (None, fault.device))
