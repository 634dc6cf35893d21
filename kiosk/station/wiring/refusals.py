"""What the desk of a running kiosk cannot do, in words for the board."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import assert_never

from structlog import get_logger

from kiosk.ledger.close_file import CloseNotWritten
from kiosk.ledger.desk import Altered, ClosedDay, DoesNotFit, UnknownVisit
from kiosk.ports.board import BoardFailure, Refusal
from kiosk.ports.desk import LedgerFailure
from kiosk.ports.printer import PrinterFault


@contextmanager
def failures() -> Iterator[None]:
    """What the ledger raises, as the board knows it; the cause is cut off, it may quote the record."""
    try:
        yield
    except UnknownVisit:
        raise unknown_visit() from None
    except ClosedDay:
        raise BoardFailure(Refusal.CLOSED_DAY, "その日はもう締めてあります。メモだけ足せます") from None
    except Altered:
        words = "この受付の記録が変わっているので、票は出せません。窓口で確かめ、管理者に伝えてください"
        raise BoardFailure(Refusal.RECORD, words) from None
    except DoesNotFit:
        words = "この受付には合いません。画面を新しくして、いまの状態を確かめてください"
        raise BoardFailure(Refusal.DOES_NOT_FIT, words) from None
    except CloseNotWritten as unwritten:
        get_logger().warning("file of a close is not written", text=str(unwritten))
        words = (
            "締めは記録しました。署名のついたファイルだけ書けていません。ディスクの空きを確かめ、もう一度締めてください"
        )
        raise BoardFailure(Refusal.RECORD, words) from None
    except LedgerFailure as failure:
        get_logger().warning("record cannot be used by staff", text=str(failure))
        words = "記録を読み書きできません。kiosk doctor で原因を調べてください"
        raise BoardFailure(Refusal.RECORD, words) from None


def unknown_visit() -> BoardFailure:
    """There is no visit with that id."""
    return BoardFailure(Refusal.UNKNOWN_VISIT, "その受付は、この端末の記録にありません")


def printer_words(fault: PrinterFault) -> str:
    """What staff do about a slip that did not come out."""
    match fault:
        case PrinterFault.PAPER_OUT:
            return "紙がありません。新しい紙を入れてください"
        case PrinterFault.COVER_OR_OFFLINE:
            return "ふたが開いているか、オフラインです。ふたを閉じ、電源を確かめてください"
        case PrinterFault.UNREACHABLE:
            return "プリンターにつながりません。電源と線を確かめてください"
        case PrinterFault.BROKE_OFF:
            return "途中で線が切れました。出た紙がないか見て、もう一度行ってください"
        case PrinterFault.TIMED_OUT:
            return "時間内に終わりませんでした。プリンターの電源を入れ直してください"
        case PrinterFault.QR_UNREADABLE:
            return "紙の幅の設定(printer.head)が合っていません。設置した人に伝えてください"
        case _:
            assert_never(fault)
