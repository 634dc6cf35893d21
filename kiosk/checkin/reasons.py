"""The one table of reason codes: what staff are told to do for every way in which a check-in can end.

`title` is for staff tools alone. `steps` are printed on the slip that the examinee carries, so they say what to look
at and never what was found: no step may tell anybody about an insurance that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kiosk.checkin.routes import Way


class Contact(Enum):
    """Whom staff call."""

    CALL_CENTRE = "オンライン資格確認等コールセンター 0800-080-4583 (月〜金 8:00-18:00、土 8:00-16:00、祝日を除く)"
    INSURER = "受診券に書いてある保険者"
    INSTALLER = "この端末の管理者"


class Reason(Enum):
    """Why a check-in ended as it did. The letter is the group: C confirmed, Q qualification answer, T ticket,
    P person, D document to be seen, K card, S system, H hardware, N needs a person."""

    CONFIRMED_BY_CARD = "C01"
    CONFIRMED_BY_CERTIFICATE = "C02"
    INVALID = "Q02"
    SUPERSEDED = "Q03"
    NOT_FOUND = "Q04"
    SEVERAL = "Q05"
    PUBLIC_ASSISTANCE = "Q06"
    NOT_ONE_PERSON = "Q07"
    NOT_ON_THE_DAY = "Q08"
    OTHER_SCHEME = "Q09"
    NO_TICKET = "T01"
    OTHER_INSURER = "T02"
    TICKET_EXPIRED = "T03"
    TICKET_YEAR = "T04"
    TICKET_KIND = "T05"
    INSURED_NUMBER_DIFFERS = "T06"
    NAME_DIFFERS = "P01"
    BIRTHDATE_DIFFERS = "P02"
    SEX_DIFFERS = "P03"
    AGE = "P04"
    NOT_ME = "P05"
    CERTIFICATE_TO_BE_SEEN = "D01"
    NOTICE_TO_BE_SEEN = "D02"
    SMARTPHONE = "D03"
    OLD_INSURANCE_CARD = "D04"
    CARD_TO_BE_SEEN = "D05"
    NOT_A_MY_NUMBER_CARD = "K01"
    CARD_UNREADABLE = "K02"
    CARD_PULLED = "K03"
    LAST_TRY = "K04"
    PIN_LOCKED = "K05"
    PIN_UNKNOWN = "K06"
    PHONE_OR_NEW_CARD = "K07"
    CERTIFICATE_EXPIRED = "K08"
    UNREACHABLE = "S01"
    TIMED_OUT = "S02"
    SERVER_ERROR = "S03"
    GARBAGE = "S04"
    REFUSED = "S05"
    SYSTEM_FAILED = "S06"
    STILL_PROCESSING = "S07"
    NOT_READY = "S08"
    NO_READER = "H01"
    NO_RECORD = "H02"
    UNSURE = "N01"
    STAFF_CALLED = "N02"
    NUMBERS_UNKNOWN = "N03"
    WALKED_AWAY = "N04"

    @property
    def group(self) -> str:
        """The letter of the group."""
        return self.value[0]

    @property
    def confirms(self) -> bool:
        """Whether the check-in is settled without a person."""
        return self.group == "C"


@dataclass(frozen=True, slots=True)
class Procedure:
    """What the table holds for one code."""

    title: str
    """What happened, for staff only."""
    steps: tuple[str, ...]
    """What staff do, in order; printed on the slip."""
    settled_by: tuple[Way, ...]
    """The ways that can settle it at the desk; empty when it is settled or when only the insurer can."""
    contacts: tuple[Contact, ...] = ()


_SEEN = (Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE, Way.CERTIFICATE)
_BY_CARD = (Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE)
_ONLINE = (Way.FACE_READER, Way.LIMITED_APP)
_OFFLINE = (Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE, Way.CERTIFICATE)

_COMPARE_PAPERS = (
    "受診券と、マイナンバーカードまたは資格確認書を出していただき、氏名・生年月日・保険者番号を見くらべる。"
)
_COMPARE_PERSON = (
    "受診券と本人の書類の氏名・フリガナ・生年月日・性別を見くらべる。改姓・通称・旧字なら本人に確認して記録する。"
)
_ASK_INSURER = "書類で決まらないときは、受診券に書いてある保険者へ電話で確認する。"
_CONFIRM_BY_SIGHT = "①〜⑤のいずれかで資格を確認し、方法と結果を記録する。"
_USE_DOCUMENTS = "③マイナポータル画面、④資格情報のお知らせ、⑤資格確認書のいずれかで確認し、方法を記録する。"
_NOTE_FOUR_ITEMS = "氏名・性別・生年月日・住所を書きとめ、復旧後に照会する。"
_OTHER_WAY_THAN_PIN = "暗証番号は入力しない。①顔認証または②目視確認で確認する。"

PROCEDURES: Mapping[Reason, Procedure] = {
    Reason.CONFIRMED_BY_CARD: Procedure("マイナンバーカードと番号照会で確認", ("受診券を受け取る。",), ()),
    Reason.CONFIRMED_BY_CERTIFICATE: Procedure(
        "資格確認書の番号照会で確認", ("受診券を受け取る。", "資格確認書の有効期限と氏名をひと目確かめる。"), ()
    ),
    Reason.INVALID: Procedure(
        "照会の答え: 無効",
        (_COMPARE_PAPERS, "保険が変わっていないか本人にたずね、新しい保険者の受診券があれば受け取る。", _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.SUPERSEDED: Procedure(
        "照会の答え: 無効(新しい資格あり)",
        (
            "保険が変わった時期を本人にたずねる。",
            "新しい保険者の受診券を確かめる。なければ新しい保険者へ発行を頼んでいただく。",
            _ASK_INSURER,
        ),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.NOT_FOUND: Procedure(
        "照会の答え: 該当資格なし(多くは番号の打ちまちがい)",
        ("書類を見ながら保険者番号・記号・番号・枝番・生年月日を入れ直して照会する。", _CONFIRM_BY_SIGHT, _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.SEVERAL: Procedure(
        "照会の答え: 複数該当(枝番が要る)",
        ("書類の枝番(2けた)を確かめ、枝番を入れて照会し直す。", _CONFIRM_BY_SIGHT),
        _SEEN,
    ),
    Reason.PUBLIC_ASSISTANCE: Procedure(
        "照会の答え: 有効(未登録)または医療扶助",
        (_COMPARE_PAPERS, "受診券の発行元へ、今日の健診の扱いを電話で確認する。"),
        (),
        (Contact.INSURER,),
    ),
    Reason.NOT_ONE_PERSON: Procedure(
        "有効だが、一人に決まらない答え",
        ("枝番まで入れて照会し直す。", _CONFIRM_BY_SIGHT),
        _SEEN,
        (Contact.CALL_CENTRE,),
    ),
    Reason.NOT_ON_THE_DAY: Procedure(
        "資格の期間に今日が入らない",
        ("資格の取得日・有効期限を書類で確かめる。", _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.OTHER_SCHEME: Procedure(
        "特定健診の加入者ではない制度(後期高齢者医療など)",
        ("受診券の種類と発行元を確かめる。", "後期高齢者健診など、ほかの健診の対象か確かめる。"),
        (),
        (Contact.INSURER,),
    ),
    Reason.NO_TICKET: Procedure(
        "受診券がない",
        (
            "受診券・利用券をお持ちか、もう一度たずねる。",
            "なければ予約名簿で整理番号を確かめ、保険者へ確認する。",
            _CONFIRM_BY_SIGHT,
        ),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.OTHER_INSURER: Procedure(
        "受診券と資格の保険者番号がちがう(受診券は使えない)",
        (
            "受診券と資格確認書等の保険者番号を見くらべる。",
            "ちがうときは、いまの保険者の受診券を確かめる。",
            _ASK_INSURER,
        ),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.TICKET_EXPIRED: Procedure(
        "受診券の有効期限が過ぎている",
        ("受診券の有効期限を確かめる。", "保険者へ、再発行または今日の受診の可否を確認する。"),
        (),
        (Contact.INSURER,),
    ),
    Reason.TICKET_YEAR: Procedure(
        "受診券の年度がちがう",
        ("受診券の整理番号の上2けた(年度)と有効期限を確かめる。", "今年度の受診券をお持ちかたずねる。", _ASK_INSURER),
        (),
        (Contact.INSURER,),
    ),
    Reason.TICKET_KIND: Procedure(
        "券の種類が今日の内容とちがう",
        ("整理番号の3けた目(1受診券 2・3利用券 5セット券)と予約の内容を見くらべる。", "合う券をお持ちかたずねる。"),
        (),
        (Contact.INSURER,),
    ),
    Reason.INSURED_NUMBER_DIFFERS: Procedure(
        "記号・番号・枝番が一致しない",
        ("受診券・書類の記号・番号・枝番を見くらべ、打ちまちがいなら入れ直して照会する。", _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.NAME_DIFFERS: Procedure("氏名が一致しない", (_COMPARE_PERSON, _CONFIRM_BY_SIGHT), _SEEN),
    Reason.BIRTHDATE_DIFFERS: Procedure("生年月日が一致しない", (_COMPARE_PERSON, _CONFIRM_BY_SIGHT), _SEEN),
    Reason.SEX_DIFFERS: Procedure("性別が一致しない", (_COMPARE_PERSON, _CONFIRM_BY_SIGHT), _SEEN),
    Reason.AGE: Procedure(
        "年齢が40〜74歳の範囲にない",
        ("生年月日を書類で確かめる。", "受診券の発行元へ、今日の健診の対象か確認する。"),
        (),
        (Contact.INSURER,),
    ),
    Reason.NOT_ME: Procedure(
        "表示された人と本人がちがうと答えた",
        (_COMPARE_PERSON, "カードや書類が家族のものでないか確かめる。", _CONFIRM_BY_SIGHT),
        _SEEN,
    ),
    Reason.CERTIFICATE_TO_BE_SEEN: Procedure(
        "資格確認書を職員が見る取り決め",
        ("資格確認書の有効期限・氏名・保険者番号を見る。", "受診券と見くらべ、⑤として記録する。"),
        (Way.CERTIFICATE,),
    ),
    Reason.NOTICE_TO_BE_SEEN: Procedure(
        "資格情報のお知らせを持ってきた(単独では確認できない)",
        (
            "マイナンバーカードもお持ちかたずねる。",
            "カードの顔写真で本人を確かめ、お知らせと受診券を見くらべ、④として記録する。",
        ),
        (Way.CARD_AND_NOTICE,),
    ),
    Reason.SMARTPHONE: Procedure(
        "スマートフォンで確認したい",
        (
            "マイナンバーカードもお持ちか確かめる。",
            "本人がマイナポータルの保険資格画面を開き、カードの顔写真とともに見て、③として記録する。",
        ),
        (Way.FACE_READER, Way.CARD_AND_PORTAL),
    ),
    Reason.OLD_INSURANCE_CARD: Procedure(
        "従来の健康保険証を持ってきた",
        (
            "マイナンバーカードまたは資格確認書をお持ちかたずねる。",
            "なければ保険者へ電話で資格をたずね、受診券と見くらべる。",
            "次回はマイナ保険証か資格確認書をお持ちいただくようお願いする。",
        ),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.CARD_TO_BE_SEEN: Procedure(
        "カードの確認を職員が行う取り決め",
        ("カードの顔写真で本人を確かめ、受診券と見くらべる。", _CONFIRM_BY_SIGHT),
        _BY_CARD,
    ),
    Reason.NOT_A_MY_NUMBER_CARD: Procedure(
        "マイナンバーカードではないカードだった",
        ("お持ちのカードと書類を見せていただく。", _CONFIRM_BY_SIGHT),
        _SEEN,
    ),
    Reason.CARD_UNREADABLE: Procedure(
        "カードを読み取れなかった",
        ("カードをケースから出し、向きを確かめて①または②で読む。", "読めなければ③〜⑤で確認する。"),
        _SEEN,
    ),
    Reason.CARD_PULLED: Procedure(
        "読み取りの途中でカードが抜かれた",
        ("カードを置いたまま①または②で読む。", "読めなければ③〜⑤で確認する。"),
        _SEEN,
    ),
    Reason.LAST_TRY: Procedure(
        "暗証番号の残り回数が1回(カードを守るため送らない)", (_OTHER_WAY_THAN_PIN, _CONFIRM_BY_SIGHT), _SEEN
    ),
    Reason.PIN_LOCKED: Procedure(
        "暗証番号がロックされている",
        (_OTHER_WAY_THAN_PIN, "ロックの解除は市区町村の窓口でできることを本人に伝える。"),
        _SEEN,
    ),
    Reason.PIN_UNKNOWN: Procedure("暗証番号がわからない", (_OTHER_WAY_THAN_PIN, _CONFIRM_BY_SIGHT), _SEEN),
    Reason.PHONE_OR_NEW_CARD: Procedure(
        "スマートフォンのカード、または知らない種類のカード",
        ("プラスチックのマイナンバーカードをお持ちかたずねる。", _CONFIRM_BY_SIGHT),
        _SEEN,
    ),
    Reason.CERTIFICATE_EXPIRED: Procedure(
        "電子証明書の期限から3か月を過ぎている",
        ("カードの電子証明書の期限を本人と確かめ、市区町村での更新を案内する。", _USE_DOCUMENTS),
        _OFFLINE,
    ),
    Reason.UNREACHABLE: Procedure(
        "照会の窓口(ゲートウェイ)につながらない",
        (_USE_DOCUMENTS, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.INSTALLER, Contact.CALL_CENTRE),
    ),
    Reason.TIMED_OUT: Procedure(
        "照会の答えが時間内に来ない",
        (_USE_DOCUMENTS, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.INSTALLER, Contact.CALL_CENTRE),
    ),
    Reason.SERVER_ERROR: Procedure(
        "照会の窓口(ゲートウェイ)の障害", (_USE_DOCUMENTS, _NOTE_FOUR_ITEMS), _SEEN, (Contact.INSTALLER,)
    ),
    Reason.GARBAGE: Procedure("照会の答えを読めない", (_USE_DOCUMENTS, _NOTE_FOUR_ITEMS), _SEEN, (Contact.INSTALLER,)),
    Reason.REFUSED: Procedure(
        "照会の窓口(ゲートウェイ)がこの端末または照会を受け付けない",
        (_USE_DOCUMENTS, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.INSTALLER,),
    ),
    Reason.SYSTEM_FAILED: Procedure(
        "オンライン資格確認等システムが異常終了を返した",
        (_USE_DOCUMENTS, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.CALL_CENTRE,),
    ),
    Reason.STILL_PROCESSING: Procedure(
        "オンライン資格確認等システムが処理中のまま",
        ("少し待って照会し直す。", _USE_DOCUMENTS, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.CALL_CENTRE,),
    ),
    Reason.NOT_READY: Procedure(
        "この端末の準備ができていない(設定・鍵・フォント・名簿)",
        ("この端末での受付をやめ、窓口で受け付ける。", "管理者に kiosk status と記録(log)を見てもらう。"),
        _SEEN,
        (Contact.INSTALLER,),
    ),
    Reason.NO_READER: Procedure(
        "カードリーダーが使えない",
        ("カードリーダーの線と電源を確かめる。", _CONFIRM_BY_SIGHT),
        _SEEN,
        (Contact.INSTALLER,),
    ),
    Reason.NO_RECORD: Procedure(
        "記録する場所(ディスク)に書けない",
        ("この端末での受付をやめ、窓口で受け付ける。", "ディスクの空きを管理者に確かめてもらう。"),
        _SEEN,
        (Contact.INSTALLER,),
    ),
    Reason.UNSURE: Procedure(
        "何を持ってきたかわからない、または何もない",
        (
            "マイナンバーカード、資格確認書、資格情報のお知らせ、スマートフォンの順にお持ちかたずねる。",
            _CONFIRM_BY_SIGHT,
            "何もなければ保険者へ電話で確認する。",
        ),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.STAFF_CALLED: Procedure(
        "本人が職員を呼んだ", ("困っていることをたずね、いっしょに手続きする。", _CONFIRM_BY_SIGHT), _SEEN
    ),
    Reason.NUMBERS_UNKNOWN: Procedure(
        "番号がわからない",
        ("書類の保険者番号・記号・番号・枝番を見て、職員が照会する。", _CONFIRM_BY_SIGHT),
        _SEEN,
    ),
    Reason.WALKED_AWAY: Procedure(
        "操作の途中で席をはなれた(カードが残っているときだけ記録)",
        ("リーダーに残ったカードを預かり、持ち主を呼び出す。",),
        _SEEN,
    ),
}
